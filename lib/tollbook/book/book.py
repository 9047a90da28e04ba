"""The book itself: what is made of usage and bills together."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from tollbook.book.billing import BillingBook
from tollbook.period import Month
from tollbook.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

    from tollbook.alerts import Alert, Evaluation, Rounds
    from tollbook.forecasting import BillForecast, Forecast, Watched


class Book(BillingBook):
    """One Tollbook: its clients, its ledger, and what is computed from them.

    It is built in layers, as the rooms are: `ground`, `usage`, `billing`, and here what stands on all of them.

    Args:
        settings: where everything lives.
    """

    def forecast(self, client: str, *, days: int = 61, known_to: date | None = None, seed: int = 0) -> "Forecast":
        """Messages by local day, `days` ahead of the last known one; see `tollbook.forecasting.forecast`.

        Raises:
            NothingIngested: the ledger has no usage.
            NotEnoughHistory: less than 28 days of it.
        """
        from tollbook.forecasting import daily_series, forecast

        until = known_to or self.known_to(client)
        history = daily_series(self.usage(client, date.min, until), until)
        index = self.shared_index(client, until)
        return forecast(history, days, country=self.client(client).country, seed=seed, index=index)

    def shared_index(self, client: str, until: date) -> "pd.Series | None":
        """What the days of this client's country have in common in the book; see `tollbook.forecasting.index_of`.

        None with fewer than six clients there, and for a person while no operator's forecast has made it.
        """
        from tollbook.forecasting import index_of

        return index_of(self, self.client(client).country, until)

    def watch(self, client: str, *, known_to: date | None = None) -> "Watched":
        """Unexpected days, a new level, silence in the last four known weeks; see `tollbook.forecasting.watch`.

        A message is worth what the last known month's bill comes to per message, before taxes.
        """
        from tollbook.forecasting import daily_series, message_worth, watch

        whose, until = self.client(client), known_to or self.known_to(client)
        history = daily_series(self.usage(client, date.min, until), until)
        bill = self.bill(client, Month.of(until))
        return watch(history, country=whose.country, price=message_worth(bill), currency=bill.currency)

    def forecast_bill(
        self,
        client: str,
        month: Month | str,
        *,
        known_to: date | None = None,
        coming: "Forecast | None" = None,
        seed: int = 0,
    ) -> "BillForecast":
        """What a month's invoice may come to, taxes included: known usage and every simulated rest, each rated.

        Args:
            client: whose.
            month: the month; it may lie ahead.
            known_to: last local day whose usage counts as known; `book.known_to` when None.
            coming: a forecast made as of `known_to`, if there is one already.
            seed: of the simulated futures.
        """
        from tollbook.forecasting import forecast_bill, pricer

        whose = self.client(client)
        which = Month.parse(month) if isinstance(month, str) else month
        until = known_to or self.known_to(client)
        usage = self.usage(client, date.min, until)
        cards = self.cards(sorted({name for contract in whose.contracts for name in contract.cards}))
        price = pricer(whose, which, usage, cards, known_to=until, exchange=self.exchange)
        index = None if coming else self.shared_index(client, until)
        return forecast_bill(usage, which, price, client=whose, known_to=until, coming=coming, seed=seed, index=index)

    def evaluate(
        self, month: Month | None = None, *, clients: Sequence[str] | None = None, ahead: bool = False
    ) -> "Evaluation":
        """Evaluate every client's thresholds, store and send what is new; see `tollbook.alerts.evaluate`.

        Args:
            month: the month whose budgets are looked at; the present one.
            clients: only of these; of all when None.
            ahead: also forecast their bills and look at whole days, some seconds a client.
        """
        from tollbook.alerts import evaluate

        expected = (lambda client, which: self.forecast_bill(client.client, which)) if ahead else None
        return evaluate(self, clients=clients, month=month, expected=expected, days=ahead)

    def alerts(self, clients: Sequence[str], *, days: int = 7) -> "list[Alert]":
        """Alerts of some clients raised in the last days, the newest first; from the documents alone."""
        from tollbook.alerts import read_alerts

        return read_alerts(self.documents, clients, since=datetime.now(UTC) - timedelta(days=days))

    def tidy(self) -> tuple[str, ...]:
        """Upkeep while files keep landing: small files of the ledger, thresholds in turns; the troubles met."""
        from tollbook.usage.upkeep import tidy

        tidy(self.ledger)
        return self._rounds.turn(self)

    @cached_property
    def _rounds(self) -> "Rounds":
        from tollbook.alerts import Rounds

        return Rounds()

    def conclude(
        self,
        notebook: str,
        client: str,
        month: Month | str,
        *,
        output: str = "",
        checks: Mapping[str, tuple[Any, Any]],
        figures: Mapping[str, Any],
    ) -> None:
        """Write `<notebook>.json` and raise if a pair of totals differs; see `runs.result.conclude`."""
        from tollbook.runs.result import conclude

        folder = self.folder(client, month, output)
        conclude(folder, notebook, client, str(month), checks=checks, figures=figures)


@cache
def one_book(settings: Settings) -> Book:
    """The one book of this process for these settings, with what it has read so far."""
    return Book(settings)
