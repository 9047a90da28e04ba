"""Exchange rates: prices and costs in another currency brought to the contract's, by a dated table.

The table holds units of a currency per euro, as the European Central Bank publishes its reference rates (free to use
with the source named): `date,currency,per_eur`. The rate used is the last one published on or before a day; it is
rounded to six decimals, so that the rate printed on the invoice is the rate that was used.
"""

import csv
import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from importlib.resources import files
from pathlib import Path
from typing import Self

from tollbook.errors import TollbookError
from tollbook.money import PRECISION

# Public holidays leave at most five days without a rate (Easter).
LONGEST_SILENCE = timedelta(days=7)
SIX = Decimal("0.000001")
ECB = "European Central Bank reference rates"


class NoExchangeRate(TollbookError):
    """A currency that the table does not have on that day."""

    def __init__(self, currency: str, day: date, source: str, silence: timedelta) -> None:
        super().__init__(
            f"no rate of {currency} within {silence.days} days before {day} in {source}: add it to "
            "parameters/exchange.csv"
        )


class BadExchangeTable(TollbookError):
    """An exchange table that cannot be read."""

    def __init__(self, name: str, line: int, fault: str) -> None:
        super().__init__(f"{name}, line {line}: {fault}; the columns are date,currency,per_eur")


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """`rate` units of `target` for one of `source_currency`, as published on `day`."""

    source_currency: str
    target: str
    rate: Decimal
    day: date
    source: str


@dataclass(frozen=True, slots=True)
class ExchangeTable:
    """Rates by currency, in order of date.

    Attributes:
        source: who publishes them; printed on the invoice.
        sha: SHA-256 of the file.
    """

    source: str
    sha: str
    per_euro: dict[str, list[tuple[date, Decimal]]]

    @classmethod
    def read(cls, path: Path | None = None) -> Self:
        """The table in `path`, or the extract that comes with Tollbook when there is no such file.

        Raises:
            BadExchangeTable: a row that cannot be read; its line is named.
        """
        if path is not None and path.exists():
            return cls.parse(path.read_bytes(), str(path))
        return cls.parse(cls.packaged().encode(), "ecb.csv")

    @staticmethod
    def packaged() -> str:
        """The extract of the ECB's table that comes with Tollbook, as text."""
        return files(__package__).joinpath("ecb.csv").read_text("utf-8")

    @classmethod
    def parse(cls, content: bytes, name: str) -> Self:
        """`read` of bytes already read."""
        rows = csv.DictReader(content.decode("utf-8-sig").splitlines())
        found: dict[str, list[tuple[date, Decimal]]] = {}
        for row in rows:
            try:
                per_euro = Decimal(row["per_eur"])
                found.setdefault(row["currency"], []).append((date.fromisoformat(row["date"]), per_euro))
            except (KeyError, TypeError, ValueError, InvalidOperation) as error:
                raise BadExchangeTable(name, rows.line_num, f"cannot be read ({error})") from error
            if not per_euro.is_finite() or per_euro <= 0:
                raise BadExchangeTable(name, rows.line_num, f"rate {per_euro} must be above 0")
        for rates in found.values():
            rates.sort()
        return cls(ECB, hashlib.sha256(content).hexdigest(), found)

    def rate(
        self, source_currency: str, target: str, day: date, *, silence: timedelta = LONGEST_SILENCE
    ) -> ExchangeRate:
        """The rate of a day, or of the last day before it that has one.

        Args:
            source_currency: what is changed.
            target: into what.
            day: whose rate.
            silence: how long before the day the last rate may have been published.

        Raises:
            NoExchangeRate: none within that time, seven days unless said otherwise.
        """
        one_day, one = self._per_euro(source_currency, day, silence)
        other_day, other = self._per_euro(target, day, silence)
        with localcontext(prec=PRECISION):
            rate = (other / one).quantize(SIX, ROUND_HALF_UP)
        return ExchangeRate(source_currency, target, rate, min(one_day, other_day), self.source)

    def _per_euro(self, currency: str, day: date, silence: timedelta) -> tuple[date, Decimal]:
        if currency == "EUR":
            return day, Decimal(1)
        rates = self.per_euro.get(currency, [])
        place = bisect_right(rates, day, key=lambda one: one[0])
        if not place or day - rates[place - 1][0] > silence:
            raise NoExchangeRate(currency, day, self.source, silence)
        return rates[place - 1]
