"""What a kernel does between two notebooks, so that the second finds it as the first did.

Names, pictures, widgets, settings of libraries, decimal arithmetic, environment and folder are as at the beginning;
what was imported stays. A library's own insides are out of reach: what a notebook patches there stays patched.
"""

import decimal
import gc
import os
import sys
import warnings
from contextlib import ExitStack
from typing import Any

from tollbook.runs.warm.kernel import fresh_seeds

_UNDO = ExitStack()
# Seldom, and hardly ever through all that was opened and read: the collector took a fifteenth of a notebook's time.
_COLLECT = (50_000, 20, 50)


def begin() -> None:
    """Undo what was done since the last call; run in the kernel."""
    from IPython import get_ipython

    shell: Any = get_ipython()
    _UNDO.close()
    shell.reset()  # which also collects what the last notebook left
    gc.set_threshold(*_COLLECT)
    fresh_seeds()
    _remember(shell)


def _remember(shell: Any) -> None:
    """Say what has to be undone, the last first."""
    _UNDO.enter_context(warnings.catch_warnings())
    _UNDO.callback(_set_back, os.environ, dict(os.environ))
    _UNDO.callback(os.chdir, os.getcwd())  # noqa: PTH109 - as the kernel has it
    _UNDO.callback(sys.path.__setitem__, slice(None), list(sys.path))
    _UNDO.callback(decimal.setcontext, decimal.getcontext())
    _UNDO.callback(_set_numbers, decimal.getcontext(), decimal.getcontext().copy())
    _UNDO.callback(setattr, shell.extension_manager, "loaded", set(shell.extension_manager.loaded))
    for form in shell.display_formatter.formatters.values():
        _UNDO.callback(_set_back, form.type_printers, dict(form.type_printers))
        _UNDO.callback(_set_back, form.deferred_printers, dict(form.deferred_printers))
    if pandas := sys.modules.get("pandas"):  # its own default depends on where it was imported
        _UNDO.callback(pandas.set_option, "display.max_columns", pandas.get_option("display.max_columns"))
    _UNDO.callback(_clear_libraries)


def _clear_libraries() -> None:
    """Libraries that the last notebook may have been the first to import, as when they are imported."""
    if matplotlib := sys.modules.get("matplotlib"):
        matplotlib.rc_file_defaults()
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
    if widgets := sys.modules.get("ipywidgets"):
        widgets.Widget.close_all()
    if pandas := sys.modules.get("pandas"):
        with warnings.catch_warnings(action="ignore"):  # options that will go
            pandas.reset_option("all")


def _set_back(changed: Any, before: dict[Any, Any]) -> None:
    for name in set(changed) - set(before):
        del changed[name]
    changed.update(before)


def _set_numbers(context: decimal.Context, before: decimal.Context) -> None:
    for name in ("prec", "rounding", "Emin", "Emax", "capitals", "clamp"):
        setattr(context, name, getattr(before, name))
    context.traps.update(before.traps)
    context.clear_flags()
