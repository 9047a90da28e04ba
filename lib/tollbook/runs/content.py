"""A hash of what a run says, equal for equal runs: no times, no ids, no addresses."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

# What differs between two equal runs: object addresses, pandas Styler ids, UUIDs of tables, ids of widgets.
_ACCIDENTS = re.compile(
    r"0x[0-9a-f]{6,}|\bT_[0-9a-f]{5}\b|\bT_[0-9a-f]{5}(?=_)"
    r'|(?<="model_id": ")[0-9a-f]{32}'
    r"|[0-9a-f]{8}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{4}[-_][0-9a-f]{12}"
)
# A PDF carries its creation time; tables and results do not.
_STEADY = {".csv", ".json"}
_PICTURES = {"image/png", "image/jpeg"}


def content_sha256(notebook: Any, files: Path) -> str:
    """SHA-256 over cell types, sources, outputs (data and text only) and the CSV and JSON files in `files`."""
    cells = [(cell.cell_type, cell.source, _outputs(cell)) for cell in notebook.cells]
    kept = {
        path.relative_to(files).as_posix(): file_sha256(path)
        for path in sorted(files.rglob("*"))
        if path.suffix in _STEADY and path.is_file()
    }
    text = json.dumps([cells, kept], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(_ACCIDENTS.sub("-", text).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _outputs(cell: Any) -> list[dict[str, Any]]:
    kept = ("output_type", "name", "text", "data")
    return [
        {key: _pictures_by_hash(out[key]) if key == "data" else out[key] for key in kept if key in out}
        for out in cell.get("outputs", [])
    ]


def _pictures_by_hash(data: dict[str, Any]) -> dict[str, Any]:
    """No accident is looked for in a picture: that would take longer than to draw it."""
    return {
        kind: hashlib.sha256(content.encode()).hexdigest()
        if kind in _PICTURES and isinstance(content, str)
        else content
        for kind, content in data.items()
    }
