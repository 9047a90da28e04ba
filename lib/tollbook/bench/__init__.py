"""Benchmarks: each a module of this package with `measure() -> Result`; `tollbook bench [NAME]` runs them.

A figure is a ratio to a yardstick measured in the same run (bare DuckDB on the same files, plain Papermill on the same
notebooks), so that it holds on another machine. No test looks at a clock.
"""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from tollbook.bench.result import Result
from tollbook.errors import TollbookError

__all__ = ["Result", "UnknownBench", "names", "run_bench"]


class UnknownBench(TollbookError):
    """A benchmark there is none of."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no benchmark {name!r}; there are {', '.join(names())}")


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(module.name for module in iter_modules(__path__) if module.name != "result")


def run_bench(name: str = "") -> Iterator[Result]:
    """Run one benchmark, or all of them one after the other.

    Raises:
        UnknownBench: no benchmark of that name.
    """
    if name and name not in names():
        raise UnknownBench(name)
    for one in [name] if name else names():
        result: Result = import_module(f"tollbook.bench.{one}").measure()
        yield result
