"""A copy of the demo's book that a test may change, and late messages for it."""

import shutil
from datetime import date
from pathlib import Path

import tollbook
from checkout import copy_project
from tollbook.book import Book
from tollbook.settings import Settings

ISSUED = date(2026, 11, 5)
# One SNS file after the invoices of spring went out: late messages of March, in the source's own form.
SNS = "PublishTimeUTC,MessageId,DestinationPhoneNumber,MessageType,DeliveryStatus,PriceInUSD,PartNumber,TotalParts\n"


def copied_book(demo_project: Settings, folder: Path) -> Book:
    """The demo's parameters and book, copied."""
    project = folder / "project"
    shutil.copytree(demo_project.parameters, project / "parameters")
    copy_project(demo_project.book, project / "outputs" / "book")
    return tollbook.open(Settings(project=project))


def late_messages(book: Book, account: str, days: list[str], each: int) -> None:
    """Land a report with messages submitted on earlier days, and take it in."""
    rows = [
        f"{day}T12:00:00.{n:03d}Z,late-{day}-{n},+1202555{n % 10000:04d},Transactional,"
        f"Message has been accepted by phone carrier,0.00645,1,1"
        for day in days
        for n in range(each)
    ]
    folder = book.settings.landing / "aws-sns" / account
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"late-{book.batch}.csv"
    path.write_text(SNS + "\n".join(rows) + "\n")
    report = book.ingest([path], source="aws-sns")
    assert report.total("posted") == len(rows), [one.as_document() for one in report.files]
