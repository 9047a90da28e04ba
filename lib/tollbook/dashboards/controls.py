"""The filter bar, through which a page and its kernel talk, and tabs above a picture."""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
STYLE = HERE / "share" / "voila" / "templates" / "tollbook" / "static" / "tollbook.css"


class Tabs(anywidget.AnyWidget):
    """A row of choices above a picture. A press goes to the page's filter bar, which sends every wish.

    Attributes:
        label: what is chosen, for screen readers.
        options: (id, name) pairs.
        name: of what is chosen in the filter bar's `choice`.
        chosen: the id of one.
    """

    _esm = HERE / "tabs.js"
    label = traitlets.Unicode("").tag(sync=True)
    name = traitlets.Unicode("").tag(sync=True)
    options: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    chosen = traitlets.Unicode("").tag(sync=True)


class Controls(anywidget.AnyWidget):
    """Client, period and month, and what is known of the screen.

    What the browser sets (`choice`, `screen`) is a wish: whoever observes it checks it before use.

    Attributes:
        clients: (id, name) pairs on offer; so are `periods` and `months`.
        values: (group, id, name) of what the page can be narrowed to; none where it cannot.
        choice: {"client": id, "period": `7d` | `30d` | `90d` | `YYYY-MM`}; some pages know "only"
            and "by" too.
        screen: {"wide", "half": CSS pixels inside a panel, "dark": bool, "ratio": device pixels per CSS pixel}; empty
            until the page is on a screen.
        incognito: others see the screen: figures are to be hidden.
        again: counts the reader's wishes to read the book again.
        asked: counts the reader's wishes; each is sent together with the next number.
        answered: the number of the wish that the page shows. A drawing may end while a newer wish waits:
            the page is busy until they are equal.
        drawn: counts finished drawings.
    """

    _esm = HERE / "controls.js"
    # In JupyterLab there is no template that brings the style sheet.
    _css = STYLE

    clients: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    periods: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    months: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    values: traitlets.List[list[str]] = traitlets.List().tag(sync=True)
    choice = traitlets.Dict().tag(sync=True)
    screen = traitlets.Dict().tag(sync=True)
    incognito = traitlets.Bool(False).tag(sync=True)
    again = traitlets.Int(0).tag(sync=True)
    asked = traitlets.Int(0).tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)
    drawn = traitlets.Int(0).tag(sync=True)
