"""The documents of a bill: JSON for programs, CSV for spreadsheets, PDF for people.

`invoice_json`, `invoice_csv` and `invoice_pdf` are pure: a bill in, a document out. `write_draft` and `write_final`
put all three into a folder.
"""

from tollbook.billing.documents.as_csv import AmountsDiffer, invoice_csv, read_invoice_csv
from tollbook.billing.documents.as_json import invoice_json, invoice_schema
from tollbook.billing.documents.as_pdf import PdfFailed, invoice_pdf
from tollbook.billing.documents.brand import BadBrand, Brand, read_brand
from tollbook.billing.documents.files import write_draft, write_final, write_numbered

__all__ = [
    "AmountsDiffer",
    "BadBrand",
    "Brand",
    "PdfFailed",
    "invoice_csv",
    "invoice_json",
    "invoice_pdf",
    "invoice_schema",
    "read_brand",
    "read_invoice_csv",
    "write_draft",
    "write_final",
    "write_numbered",
]
