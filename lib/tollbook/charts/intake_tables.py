"""The tables of the ingestion notebook: files, control totals, and what was refused."""

import pandas as pd

from tollbook.charts.words import count, share

# What each reason means to the person who has to mend it.
REASONS = {
    "bad_row": "the row could not be taken apart: wrong number of columns, or broken quotes or JSON",
    "bad_time": "a time that is no time, lies in the future, or has no time zone where one is needed",
    "bad_recipient": "neither an international number nor an e-mail address",
    "bad_status": "a status the mapping does not list",
    "bad_direction": "a direction the mapping does not list",
    "bad_number": "a count or a price that is not a number",
    "bad_value": "a word the mapping does not list",
    "missing_id": "no message id",
    "unknown_client": "an account that no client has",
    "conflict": "a message id that already belongs to another client, channel or direction",
}


def deliveries_table(files: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """What each file brought, oldest usage first; many daily files are summed by folder."""
    many = len(files) > 12
    named = files.assign(file=files["file"].str.rsplit("/", n=2).str[0] + "/...") if many else files
    spans = named.groupby(["source", "file"], sort=False).agg(
        files=("file", "size"), posted=("posted", "sum"), late=("late", "sum"), messages=("messages", "sum"),
        segments=("segments", "sum"), first=("first_submitted", "min"), last=("last_submitted", "max"),
    ).sort_values("first").reset_index()  # fmt: skip
    shown = pd.DataFrame(
        {
            "source": spans["source"],
            "files": [count(value, locale) for value in spans["files"]],
            **{
                name: [count(value, locale) for value in spans[name]]
                for name in ("posted", "late", "messages", "segments")
            },
            "first (UTC)": [f"{value:%-d\u00a0%b\u00a0%H:%M}" for value in spans["first"]],
            "last (UTC)": [f"{value:%-d\u00a0%b\u00a0%H:%M}" for value in spans["last"]],
        }
    )
    shown.index = pd.Index(spans["file"], name=None)
    return shown


def totals_table(totals: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Control totals over all files: rows by what became of them, and their share."""
    read = max(int(totals["read"].sum()), 1)
    names = {
        "read": "Rows read",
        "posted": "posted",
        "duplicate": "exact duplicates",
        "superseded": "older than what was known",
        "quarantined": "quarantined",
    }
    sums = {label: int(totals[name].sum()) for name, label in names.items()}
    rows = {label: [count(value, locale), share(value / read, locale)] for label, value in sums.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rows", "share"])


def reasons_table(refused: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Refused rows by reason, most first, and what the reason means."""
    counts = refused["reason"].value_counts()
    rows = {str(name): [count(number, locale), REASONS.get(str(name), "")] for name, number in counts.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["rows", "what it means"])


def refused_table(refused: pd.DataFrame, *, limit: int = 8) -> pd.DataFrame:
    """The first refused rows of each reason, at most `limit` in all."""
    each = max(limit // max(refused["reason"].nunique(), 1), 1)
    shown = refused.groupby("reason", sort=True).head(each).head(limit)
    texts = shown["raw"].fillna("").str.slice(0, 110)
    return (
        pd.DataFrame({"line": shown["line"], "reason": shown["reason"], "row (numbers masked)": texts})
        .set_index(shown["file"].str.rsplit("/", n=1).str[-1])
        .rename_axis(None)
    )
