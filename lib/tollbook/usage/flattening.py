"""Flattening: JSON documents, XML and patterned text become JSON lines, one object a record.

A record keeps all that stands around it: where `each` says `entry.changes.statuses`, every list on that way is taken
element by element, and the record is the document with each of those lists replaced by one element. Fields are then
read by plain paths (`entry.id`, `entry.changes.statuses.status`).
"""

import io
import json
import re
from collections.abc import Iterator
from typing import IO, Any, Protocol
from xml.etree.ElementTree import ParseError, XMLParser

from tollbook.errors import TollbookError
from tollbook.usage.mapping import Format

_LONGEST_LINE = 1_000_000
_DEEPEST = 100


class BadDocument(TollbookError):
    """A file that is no document of its format."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)


class Readable(Protocol):
    """What gives bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes, all that is left when negative."""


def flatten(content: Readable, layout: Format, out: IO[bytes], *, largest: int) -> None:
    """Write the records of `content` as JSON lines; what is no record becomes a JSON string, so that it is counted.

    Args:
        content: the file's bytes.
        layout: of type `json`, `xml` or `text`.
        out: where to.
        largest: bytes a JSON or XML document may have.

    Raises:
        BadDocument: not a document of that type, or too large.
    """
    if layout.type == "text":
        records: Iterator[Any] = _lines(content, layout)
    else:
        text = content.read(largest + 1)
        if len(text) > largest:
            raise BadDocument(f"a document of more than {largest:,} bytes; deliver it in pieces")
        steps = layout.each.split(".") if layout.each else []
        documents = [_xml(text)] if layout.type == "xml" else _json(text)
        records = (record for document in documents for record in _records(document, steps))
    for record in records:
        out.write(
            b"\n" if record is None else json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        )


def _records(document: Any, steps: list[str]) -> Iterator[Any]:
    """The document once for each element of the lists on the way; the document's own text where the way ends early."""
    if isinstance(document, list):
        for one in document:
            yield from _records(one, steps)
    elif not steps:
        yield document if isinstance(document, dict) else json.dumps(document)
    elif isinstance(document, dict) and document.get(steps[0]):
        for inner in _records(document[steps[0]], steps[1:]):
            yield {**document, steps[0]: inner} if isinstance(inner, dict) else inner
    else:
        yield json.dumps(document)


def _json(text: bytes) -> list[Any]:
    """The document, or one per line where the file is no document as a whole."""
    decoded = text.decode("utf-8-sig", "replace")
    if _too_deep(decoded):
        raise BadDocument(f"nested more than {_DEEPEST} deep")
    try:
        return [json.loads(decoded)]
    except ValueError as error:
        lines = [line for line in decoded.splitlines() if line.strip()]
        documents = [_line_of_json(line) for line in lines]
        if not any(isinstance(one, dict | list) for one in documents):
            raise BadDocument(f"not JSON: {error}") from error
        return documents


def _line_of_json(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return line


def _too_deep(text: str) -> bool:
    """Whether brackets outside strings nest too deep for a document that a vendor would send."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > _DEEPEST:
            return True
    return False


def _xml(text: bytes) -> dict[str, Any]:
    """The root element as a dict: attributes as `@name`, a leaf as its text, repeated children as a list.

    Raises:
        BadDocument: not well formed, or with a document type: that is how entities that explode are declared.
    """
    target = _Elements()
    # Entities need a document type, and that is refused; depth and size are capped.
    parser = XMLParser(target=target)  # noqa: S314
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, ValueError, LookupError) as error:
        raise BadDocument(f"not XML: {error}") from error
    return root if isinstance(root, dict) else {"text": root}


class _Elements:
    """Builds dicts from parser events."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._root: Any = {}

    def doctype(self, name: str, *_: object) -> None:
        raise BadDocument(f"a document type ({name}) is not accepted")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise BadDocument(f"nested more than {_DEEPEST} deep")
        self._open.append((tag, {f"@{name}": value for name, value in attributes.items()}, []))

    def data(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _: str) -> None:
        tag, children, texts = self._open.pop()
        text = "".join(texts).strip()
        value: Any = {**children, "text": text} if children and text else children or text
        if not self._open:
            self._root = value
            return
        siblings = self._open[-1][1]
        if tag not in siblings:
            siblings[tag] = value
        elif isinstance(siblings[tag], list):
            siblings[tag].append(value)
        else:
            siblings[tag] = [siblings[tag], value]

    def close(self) -> Any:
        return self._root


def _lines(content: Readable, layout: Format) -> Iterator[Any]:
    """A record per line, by the first pattern that it has; None for a line that `skip` says is none."""
    patterns = [re.compile(pattern) for pattern in layout.pattern]
    skip = re.compile(layout.skip) if layout.skip else None
    reader = io.BufferedReader(_Raw(content))
    while line := reader.readline(_LONGEST_LINE):
        text = line.decode("utf-8", "backslashreplace").strip("\0\r\n\ufeff ")
        found = next((match for pattern in patterns if (match := pattern.search(text))), None)
        if found:
            yield {name: value.strip("\0 ") for name, value in found.groupdict().items() if value}
        else:
            yield None if not text or (skip and skip.search(text)) else text


class _Raw(io.RawIOBase):
    """Bytes from anything that gives them, for a buffered reader."""

    def __init__(self, content: Readable) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._content.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
