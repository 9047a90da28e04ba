"""The project's own files hold together: dependencies, lock, notebooks, imports, commands."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml

ROOT = Path(__file__).parents[1]
LIB = ROOT / "lib" / "tollbook"
# Where conda-forge calls a package otherwise than PyPI does.
CONDA_NAMES = {
    "python-duckdb": "duckdb",
    "jupyter_client": "jupyter-client",
    "matplotlib-base": "matplotlib",
    "python-tzdata": "tzdata",
}
BEYOND_PYTHON = {"python>=3.11", "pip", "make", "mongodb>=7", "nodejs>=20"}
# From the ground up: a room may import those before it, and its own.
ROOMS = (
    "ground",
    "storage",
    "usage",
    "rating",
    "billing",
    "forecasting questions charts alerts",
    "dashboards runs demo reports",
)
# `rater` and `billing` are pure; they name the usage cube only as a type of value.
FORBIDDEN_IN_PURE_CODE = {"duckdb", "deltalake", "pymongo", "azure", "ipywidgets", "matplotlib", "seaborn", "sqlite3"}


def _project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project: dict[str, Any] = tomllib.load(file)["project"]
    return project


def _requirements() -> set[str]:
    project = _project()
    return {*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)}


def test_conda_and_pip_users_get_the_same_packages() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    (by_pip,) = (one["pip"] for one in listed if isinstance(one, dict))
    by_conda = {one for one in listed if isinstance(one, str)}
    assert by_conda >= BEYOND_PYTHON
    renamed = {
        re.sub(r"^[\w.-]+", lambda name: CONDA_NAMES.get(name[0], name[0]), one) for one in by_conda - BEYOND_PYTHON
    }
    assert renamed | set(by_pip) - {"-e ."} == _requirements()


def test_the_lock_pins_every_requirement_with_hashes_and_names_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    assert {re.split(r"[>=]", one)[0].lower() for one in _requirements()} <= pinned
    assert "://" not in lock
    assert all("--hash=sha256:" in block for block in re.split(r"\n(?=[\w.-]+==)", lock.strip()))


@pytest.mark.parametrize("package", ["jupyterlab", "papermill", "pymongo", "pandas", "prophet", "seaborn",
                                     "ipywidgets", "voila", "azure-storage-blob"])  # fmt: skip
def test_the_packages_the_user_asked_for_are_there(package: str) -> None:
    assert any(one.startswith(package) for one in _project()["dependencies"])


def _notebooks() -> list[Path]:
    return [path for path in sorted(ROOT.glob("notebooks/**/*.ipynb")) if ".ipynb_checkpoints" not in path.parts]


@pytest.mark.parametrize("path", _notebooks(), ids=lambda path: path.stem)
def test_committed_notebooks_are_stripped_and_thin(path: Path) -> None:
    notebook = nbformat.read(path, 4)  # type: ignore[no-untyped-call]
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert "injected-parameters" not in cell.metadata.get("tags", [])
        assert "papermill" not in cell.metadata
        if cell.cell_type != "code":
            continue
        assert cell.outputs == []
        assert cell.execution_count is None
        tree = ast.parse(cell.source.replace("%", "#"))
        assert not any(
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While) for node in ast.walk(tree)
        )


@pytest.mark.parametrize("path", _notebooks(), ids=lambda path: path.stem)
def test_every_notebook_is_in_the_readme_of_its_folder(path: Path) -> None:
    assert path.name in (ROOT / "notebooks" / "README.md").read_text()


def _room(path: Path) -> str:
    relative = path.relative_to(LIB)
    return relative.parts[0] if len(relative.parts) > 1 else "ground"


def _level(room: str) -> int | None:
    return next((level for level, names in enumerate(ROOMS) if room in names.split()), None)


def _imports(path: Path) -> set[str]:
    """Every module a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _type_checking_only(path: Path, module: str) -> bool:
    """Whether a module is imported only for the type checker."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return any(isinstance(one, ast.ImportFrom) and one.module == module for one in ast.walk(node))
    return False


@pytest.mark.parametrize("path", sorted(LIB.glob("*/**/*.py")), ids=lambda path: str(path.relative_to(LIB)))
def test_imports_run_one_way_only(path: Path) -> None:
    """cli, runs, dashboards -> charts, questions, forecasting -> billing -> rating -> usage -> storage -> ground."""
    here = _level(_room(path))
    if here is None:  # bench and the like stand outside
        return
    for module in _imports(path):
        if module.startswith("tollbook.") and not _type_checking_only(path, module):
            there = module.split(".")[1]
            level = _level(there) if (LIB / there).is_dir() else _level("ground")
            assert there not in {"book", "cli"} or _room(path) in {"dashboards", "runs"}, module
            assert level is None or level <= here, f"{path.name} imports {module}"


@pytest.mark.parametrize("name", ["rating/prices.py", "rating/rater.py", "rating/cards.py", "billing/bill.py",
                                  "billing/billing.py", "forecasting/models.py"])  # fmt: skip
def test_pure_code_imports_no_database_cloud_widget_or_plotting(name: str) -> None:
    assert not {module.split(".")[0] for module in _imports(LIB / name)} & FORBIDDEN_IN_PURE_CODE


def test_no_committed_text_names_a_registry() -> None:
    for name in ("Makefile", "README.md", "CONTRIBUTING.md", "environment.yml", "pyproject.toml"):
        assert not re.search(r"pypi\.org|files\.pythonhosted|registry\.npmjs", (ROOT / name).read_text())
