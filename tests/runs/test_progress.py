import io

from rich.console import Console

from tollbook.period import Month
from tollbook.runs.progress import Reporter
from tollbook.runs.spec import RunSpec

SPEC = RunSpec("acme", Month(2026, 10), "billing")


def told(*, terminal: bool) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=200)
    with Reporter(console, 2) as reporter:
        reporter.running([SPEC])
        reporter.ended(SPEC, "published", 1.2, "")
        reporter.again(SPEC, "its kernel died")
        reporter.ended(SPEC, "failed", 0.5, "cell 3: KeyError: [red]")
    return file.getvalue()


def test_a_log_gets_plain_lines() -> None:
    lines = told(terminal=False).splitlines()
    assert lines[0].startswith("published  acme billing  1.2 s  (1/2, ")
    assert lines[1:] == ["again  acme billing: its kernel died", "failed  acme billing: cell 3: KeyError: [red]"]


def test_a_terminal_gets_a_bar_and_the_failures() -> None:
    text = told(terminal=True)
    assert "0/2" in text or "1/2" in text or "2/2" in text
    assert "KeyError: [red]" in text
    assert "published" not in text


def test_a_program_gets_nothing() -> None:
    with Reporter(None, 1) as reporter:
        reporter.running([SPEC])
        reporter.ended(SPEC, "failed", 1.0, "boom")
