"""Questions: what clients ask of their usage, what they will ask next, and what they should ask."""

from tollbook.questions.replaying import replay

__all__ = ["replay"]
