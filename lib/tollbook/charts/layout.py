"""Where axes stand in a figure, and labels beside axes: matplotlib's constrained layout, most texts measured once.

Measuring the texts is nearly all that laying out costs. Matplotlib does it twice, because what stands around axes may
change with their size. Ours reaches further out only where axes get narrower: else the first measure holds.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox, BboxBase

from tollbook.charts.lettering import apart

SLACK = 0.08  # inches that axes may lose before they are measured again: half the margin of a figure


class Layout(ConstrainedLayoutEngine):
    """Constrained layout that measures most axes once, and then moves the labels given to `keep_apart`.

    An axis that has no label (`set_xlabel`) when it is laid out gets none later.
    """

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[tuple[Axes, list[Annotation], float]] = []

    def keep_apart(self, ax: Axes, labels: list[Annotation], step: float) -> None:
        """Let labels at heights of the data, rising, stand at least `step` points apart, within the axes' height."""
        self._labels.append((ax, labels, step))

    def execute(self, fig: Figure) -> None:
        """Place the axes and the labels."""
        self._move_labels()  # how far they reach is measured; without, one of far above would push the axes down
        for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis) if not axis.label.get_text()):
            axis.set_label_coords(0.5, 0.5)  # no text: do not measure all ticks, here and while drawing, to place it
        measured = [ax for ax in fig.axes if ax.get_axes_locator() is None]  # a colour bar is as its axes are
        for ax in measured:
            vars(ax)["get_tightbbox"] = _remembered(ax)
        try:
            super().execute(fig)
        finally:
            for ax in measured:
                del vars(ax)["get_tightbbox"]
        self._move_labels()

    def _move_labels(self) -> None:
        for ax, labels, step in self._labels:
            points = 72 / ax.figure.figure.dpi
            bounds = ax.get_window_extent()
            wanted = [float(ax.transData.transform((0, label.xy[1]))[1]) for label in labels]
            placed = apart(wanted, step=step / points, low=bounds.y0, high=bounds.y1)
            for label, here, there in zip(labels, wanted, placed, strict=True):
                label.set_position((label.get_position()[0], (there - here) * points))


def _remembered(ax: Axes) -> Callable[..., BboxBase | None]:
    """`ax.get_tightbbox` whose answer moves with the axes, and is asked anew once they are narrower than `SLACK`."""
    measure = ax.get_tightbbox
    known: dict[str, Any] = {}

    def box(*args: Any, **options: Any) -> BboxBase | None:
        narrower = known.get("width", float("inf")) - ax.bbox.width
        if not known or narrower > SLACK * ax.figure.figure.dpi:
            found = measure(*args, **options)
            known.update(
                width=ax.bbox.width, around=None if found is None else np.subtract(found.extents, ax.bbox.extents)
            )
        around = known["around"]
        return None if around is None else Bbox.from_extents(*np.add(ax.bbox.extents, around))

    return box
