"""A report's two documents in a folder: `report.pdf` and `report.html`."""

import tempfile
from pathlib import Path

from tollbook.reports.as_html import report_html
from tollbook.reports.as_pdf import report_pdf
from tollbook.reports.report import Report


def write_report(report: Report, folder: Path) -> list[Path]:
    """Write both documents whole beside their place, then move them there: a reader never meets half of one.

    Raises:
        ReportFailed: the PDF could not be set; nothing is written then.
    """
    contents = {"report.pdf": report_pdf(report), "report.html": report_html(report).encode()}
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".report-") as aside:
        for name, content in contents.items():
            (Path(aside) / name).write_bytes(content)
        for name in contents:
            (Path(aside) / name).replace(folder / name)
    return [folder / name for name in contents]
