"""The command line: `tollbook ...`. Every command is a thin copy of something the library does.

Importing a module of this package adds its commands to the program, in the order in which the help lists them.
"""

from tollbook.cli import demo, usage, runs, billing, invoices, rating, forecasting, questions, dashboards, upkeep  # noqa: F401, I001
from tollbook.cli.app import app

__all__ = ["app"]
