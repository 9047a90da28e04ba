"""The monthly report for a client: which pictures, in which order, in which language, as PDF and as one HTML file.

`read_material` collects a client's month, `choose` decides what is shown, `make_report` draws and words it,
`report_pdf` and `report_html` are pure, `write_report` puts both into a folder.
"""

from tollbook.reports.as_html import report_html
from tollbook.reports.as_pdf import ReportFailed, report_pdf
from tollbook.reports.choice import UnknownPicture, choose
from tollbook.reports.files import write_report
from tollbook.reports.material import Material, read_material
from tollbook.reports.report import Report, Section, make_report
from tollbook.reports.story import Story, choice_table

__all__ = [
    "Material",
    "Report",
    "ReportFailed",
    "Section",
    "Story",
    "UnknownPicture",
    "choice_table",
    "choose",
    "make_report",
    "read_material",
    "report_html",
    "report_pdf",
    "write_report",
]
