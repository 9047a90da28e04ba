"""A notebook as a value: read without old outputs, verified after it ran, written without a trace of its stage."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nbformat

from tollbook.runs.failures import BadNotebook, EndedEarly
from tollbook.runs.spec import MissingNotebook


def read_notebook(path: Path, kernel: str) -> tuple[Any, str]:
    """The notebook (without outputs, for the given kernel) and the SHA-256 of its file.

    Raises:
        MissingNotebook: no such file.
        BadNotebook: not a notebook.
    """
    try:
        data = path.read_bytes()
        notebook = parsed(data.decode())
    except FileNotFoundError as error:
        raise MissingNotebook(path) from error
    except (OSError, UnicodeDecodeError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise BadNotebook(path, "is not a Jupyter notebook") from error
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": "Python 3 (ipykernel)", "language": "python"}
    for cell in notebook.cells:
        if cell.cell_type == "code":  # a count left from an earlier run would pass for one of this run
            cell["execution_count"], cell["outputs"] = None, []
    return notebook, hashlib.sha256(data).hexdigest()


def verify_cells(name: str, notebook: Any) -> None:
    """Hold that every cell ran: `sys.exit(0)`, a killed kernel and a timeout all leave cells marked `completed`.

    Raises:
        EndedEarly: a code cell without an execution count, or with an error among its outputs.
    """
    for index, cell in enumerate(notebook.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        error = next((out for out in cell.outputs if out.output_type == "error"), None)
        if error:
            raise EndedEarly(name, index, f"ended the notebook ({error.ename} {error.evalue}".rstrip() + ")")
        if cell.execution_count is None:
            raise EndedEarly(name, index, "never ran: the notebook stopped before it")


def join_streams(notebook: Any) -> None:
    """Make one output of what a cell printed: how prints fall into messages is chance, and equal runs must look equal.

    Papermill's own way of doing so takes time by the square of a line's length, and for ever with a megabyte.
    """
    for cell in notebook.cells:
        texts: dict[str, list[str]] = {}
        kept = []
        for output in cell.get("outputs", []):
            if output.output_type != "stream":
                kept.append(output)
            elif output.name in texts:
                texts[output.name].append(output.text)
            else:
                texts[output.name] = [output.text]
                kept.append(output)
        for output in kept:
            if output.output_type == "stream":
                lines = "".join(texts[output.name]).replace("\r\n", "\n").split("\n")
                output.text = "\n".join(line.rpartition("\r")[2] for line in lines)  # a bar drawn over itself
        if cell.cell_type == "code":
            cell.outputs = kept


def forget_stage(notebook: Any, name: str, staged: str, published: str) -> str:
    """Take the staging folder out of an executed notebook (parameters, metadata, outputs); returns it as text.

    Args:
        notebook: changed in place.
        name: its file name, which stands for the paths that Papermill noted.
        staged: the folder's path as the notebook knew it.
        published: what outputs shall show in its place.
    """
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(r"(?m)^output = .*$", 'output = ""', cell.source)
    about = notebook.metadata.get("papermill", {})
    about.update(input_path=name, output_path=name)
    about.get("parameters", {})["output"] = ""
    told, text = json.dumps(staged, ensure_ascii=False)[1:-1], written(notebook)
    if told in text:
        text = text.replace(told, published)
        notebook.update(parsed(text))
    return text


def parsed(text: str) -> Any:
    """The notebook in `text`, in the format's newest version."""
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def written(notebook: Any) -> str:
    """The notebook as text."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text if text.endswith("\n") else f"{text}\n"
