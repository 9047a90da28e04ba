"""Usage: landing files in; a ledger of messages, rollups of it and a quarantine out.

`intake` is the way in, `rollups` and `cube` the ways out; `parameters/README.md` describes source mappings.
"""

from tollbook.usage.segments import Segmentation, segment

__all__ = ["Segmentation", "segment"]
