"""The documents of a bill: JSON and CSV for programs and spreadsheets, PDF for people, UBL and FOCUS for other systems.

`invoice_json`, `invoice_csv`, `invoice_pdf`, `invoice_ubl` and `focus_table` are pure: a bill in, a document out.
`write_draft` and `write_numbered` put them into a folder.
"""

from tollbook.billing.documents.as_csv import AmountsDiffer, invoice_csv, read_invoice_csv
from tollbook.billing.documents.as_focus import UnknownTableFormat, focus_table, write_focus
from tollbook.billing.documents.as_json import invoice_json, invoice_schema
from tollbook.billing.documents.as_pdf import PdfFailed, invoice_pdf
from tollbook.billing.documents.as_ubl import NotAnEInvoice, invoice_ubl
from tollbook.billing.documents.brand import BadBrand, Brand, read_brand
from tollbook.billing.documents.files import numbered_path, numbered_paths, write_draft, write_numbered

__all__ = [
    "AmountsDiffer",
    "BadBrand",
    "Brand",
    "NotAnEInvoice",
    "PdfFailed",
    "UnknownTableFormat",
    "focus_table",
    "invoice_csv",
    "invoice_json",
    "invoice_pdf",
    "invoice_schema",
    "invoice_ubl",
    "numbered_path",
    "numbered_paths",
    "read_brand",
    "read_invoice_csv",
    "write_draft",
    "write_focus",
    "write_numbered",
]
