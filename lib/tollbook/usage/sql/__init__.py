"""The statements of this room, one file each."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The statement (or statements) in `<name>.sql`."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
