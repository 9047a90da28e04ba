"""The one base of every error Tollbook raises on purpose.

Each failure has a small class of its own beside the code that raises it. The message says what went wrong,
where (file, line, field) and what to do; the command line prints it as one line and exits with `exit_code`.
"""


class TollbookError(Exception):
    """Something a user can act on; anything else that escapes is a bug."""

    exit_code = 2
