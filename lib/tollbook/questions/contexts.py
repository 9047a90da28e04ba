"""Where a move is made, told in more and in fewer details: what counts of moves are kept by."""

from tollbook.questions.moves import Move
from tollbook.questions.steps import Schema, View
from tollbook.questions.trail import Stand, shape, template


def relation(stand: Stand, move: Move, schema: Schema) -> tuple[object, ...]:
    """A move as it relates to the view, without names: kind, what part the column plays, its role."""
    view, column = stand.view, move.column
    part = "new"
    if column in view.dimensions:
        part = "newest dimension" if column == view.dimensions[-1] else "dimension"
    elif any(name == column for name, _, _ in view.filters):
        part = "filter"
    elif any(column in (name, f"{function}({name})") for function, name in view.measures):
        part = "measure"
    elif any(one.move.column == column for one in stand.trail.taken):
        part = "used"
    field_ = schema.fields.get(column)
    return (move.kind, part, field_.role if field_ else "", column == stand.last.column)


def contexts(stand: Stand) -> tuple[tuple[object, ...], ...]:
    """By names: everywhere, the moves made before, the view, and how far the session has come."""
    return (
        ("all",),
        ("made", stand.made),
        ("made", stand.made, stand.place),
        ("last", stand.last),
        ("two", stand.before_last, stand.last),
        ("view", template(stand.view)),
        ("at", min(len(stand.trail.taken), 5), stand.place),
    )


def parts_of(view: View) -> list[tuple[object, ...]]:
    """Each part of a view by itself, without values."""
    parts: list[tuple[object, ...]] = [("dimension", name) for name in view.dimensions]
    parts += [("filter", name) for name in sorted({name for name, *_ in view.filters})]
    parts += [("measure", *one) for one in view.measures]
    return [*parts, ("order", view.order)]


def shapes(stand: Stand) -> tuple[tuple[object, ...], ...]:
    """Without names: what carries over to other data."""
    return (
        ("all",),
        ("place", stand.place, stand.made.kind),
        ("shape", shape(stand.view), stand.place, stand.last.kind),
    )


def kind_contexts(stand: Stand) -> tuple[tuple[object, ...], ...]:
    """Kinds of the moves before alone: for what kind comes next."""
    return (("all",), ("last", stand.last.kind), ("made", stand.made.kind, stand.place, stand.last.kind))
