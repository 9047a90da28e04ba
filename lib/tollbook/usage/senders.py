"""Senders over the months: which sender names and numbers a client began to use when, and what became of them."""

from collections import Counter
from datetime import date

import pandas as pd

from tollbook.period import Month
from tollbook.storage.documents import Documents
from tollbook.usage.rollups import read_sender_days


def read_senders(documents: Documents, client: str, first: date, last: date) -> pd.DataFrame:
    """Outgoing messages by sender (rows) and month (columns, `YYYY-MM`) of local days `first` to `last`, int64.

    Raises:
        RollupsTooOld: the rollups were made before senders were kept.
    """
    months: dict[str, Counter[str]] = {}
    for day, sender, messages in read_sender_days(documents, client, first, last):
        months.setdefault(day[:7], Counter())[sender] += messages
    found = pd.DataFrame(months, dtype="object").fillna(0).astype("int64").sort_index().sort_index(axis="columns")
    return found[(found != 0).any(axis="columns")]


def cohorts(senders: pd.DataFrame, last: Month, *, months: int = 12) -> pd.DataFrame:
    """Messages by the month in which their sender was first used (rows) and by month (columns).

    Args:
        senders: of `read_senders`.
        last: the last month shown.
        months: how many; senders first used before them stand in the first one.

    Returns:
        int64; index and columns `YYYY-MM`, rising; the column `senders` counts each cohort's senders.
    """
    shown = [str(last.shift(-n)) for n in reversed(range(months))]
    table = senders.reindex(columns=shown, fill_value=0)
    table = table[table.sum(axis="columns") > 0]
    first = (table > 0).idxmax(axis="columns") if len(table) else pd.Series(dtype=str)
    grouped = table.groupby(first.to_numpy()).sum().rename_axis("first")
    grouped.insert(0, "senders", first.value_counts().reindex(grouped.index).to_numpy())
    return grouped.astype("int64")
