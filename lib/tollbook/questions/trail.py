"""A trail: one session as far as it has come, and the view the person stands on."""

from dataclasses import dataclass, field

from tollbook.questions.moves import Move, between
from tollbook.questions.steps import EMPTY, Step, View

START = Move("start", "")


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: from where, how, and to which view."""

    number: int
    parent: int | None
    move: Move
    view: View


@dataclass(slots=True)
class Trail:
    """The steps of a session so far."""

    session: str = ""
    user: str = ""
    taken: list[Taken] = field(default_factory=list)

    def view(self, number: int | None) -> View:
        """The view of a step; the empty view for None."""
        return next((one.view for one in self.taken if one.number == number), EMPTY)

    def stand(self, parent: int | None) -> "Stand":
        """What is known when the next question is asked from `parent`."""
        return Stand(self, parent, self.view(parent))

    def add(self, step: Step) -> Taken:
        """Go a step further."""
        before = self.view(step.parent)
        self.taken.append(Taken(step.number, step.parent, between(before, step.view), step.view))
        return self.taken[-1]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a person stands: the session so far, the step whose view is looked at, and that view."""

    trail: Trail
    parent: int | None
    view: View

    @property
    def last(self) -> Move:
        """The move made last, anywhere in the session; `START` before the first."""
        return self.trail.taken[-1].move if self.trail.taken else START

    @property
    def before_last(self) -> Move:
        """The move before the last one."""
        return self.trail.taken[-2].move if len(self.trail.taken) > 1 else START

    @property
    def made(self) -> Move:
        """The move that made the view one stands on; `START` for the empty view."""
        return next((one.move for one in self.trail.taken if one.number == self.parent), START)

    @property
    def place(self) -> str:
        """Where the view lies: root (the empty view), last (the step before) or back (an earlier one)."""
        if self.parent is None:
            return "root"
        return "last" if self.trail.taken and self.trail.taken[-1].number == self.parent else "back"

    @property
    def from_here(self) -> list[Move]:
        """Moves already made from this view, oldest first."""
        return [one.move for one in self.trail.taken if one.parent == self.parent]

    @property
    def depth(self) -> int:
        """Steps from the empty view to here."""
        parents = {one.number: one.parent for one in self.trail.taken}
        depth, at = 0, self.parent
        while at is not None:
            depth, at = depth + 1, parents.get(at)
        return depth


def template(view: View) -> tuple[object, ...]:
    """The view without values: its dimensions, measures, filtered fields and order."""
    return (
        view.dimensions,
        view.measures,
        tuple(sorted({(name, operator) for name, operator, _ in view.filters})),
        view.order,
    )


def shape(view: View) -> tuple[object, ...]:
    """The view without names: how many of each part."""
    return (min(len(view.dimensions), 3), min(len(view.filters), 2), view.order is not None, bool(view.measures))
