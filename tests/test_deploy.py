"""The recipes of deploy/: nothing here can build an image or a template, but what they say of this project holds."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pycep
import pytest
import typer

from checkout import ROOT
from tollbook.cli import app
from tollbook.settings import Settings

DEPLOY = ROOT / "deploy"
# Read by programs or libraries, not by `Settings`.
OTHER_VARIABLES = {"AZURE_CLIENT_ID"}


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order, long lines joined."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def copied(stage: int) -> list[tuple[list[str], str]]:
    """What a stage copies out of the checkout, and where to."""
    found: list[tuple[list[str], str]] = []
    stages = -1
    for name, rest in instructions():
        stages += name == "FROM"
        if name == "COPY" and stages == stage and not rest.startswith("--from"):
            *sources, target = rest.split()
            found.append((sources, target))
    return found


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    """The template, parsed: its syntax holds; types and API versions are Azure's to check."""
    return dict[str, Any](pycep.BicepParser().parse(text=(DEPLOY / "main.bicep").read_text()))


def containers(template: dict[str, Any]) -> dict[str, list[str]]:
    """Name -> command of every container that is started."""
    apps = [one["config"]["properties"] for one in template["resources"].values() if "Microsoft.App/" in one["type"]]
    started = [one for app in apps if "template" in app for one in app["template"]["containers"]]
    return {one["name"]: one["command"] for one in started}


def test_the_containers_of_the_template_are_the_ones_that_the_guide_names(template: dict[str, Any]) -> None:
    found = containers(template)
    assert set(found) == {"month", "follow", "dashboards"}
    assert found["follow"][:2] == ["tollbook", "follow"]
    assert found["dashboards"][:2] == ["tollbook", "dashboards"]


def parse(line: str) -> None:
    """Have the command line's own parser read a command; nothing is run."""
    command: Any = typer.main.get_command(app)
    rest = [re.sub(r"^\$\(.*", "2026-10", word) for word in shlex.split(re.sub(r"\$\([^)]*\)", "2026-10", line))[1:]]
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        command = command.commands[rest.pop(0)]
    if rest != ["--help"]:
        command.make_context("tollbook", rest)


def test_every_command_that_is_deployed_exists_with_its_options(template: dict[str, Any]) -> None:
    month = containers(template)["month"][2]
    commands = [shlex.join(one) for one in containers(template).values() if one[0] == "tollbook"]
    commands += [one.removeprefix("exec ") for one in month.split(" && ")]
    (image,) = [re.findall(r'"([^"]*)"', rest) for name, rest in instructions() if name == "CMD"]
    assert len(commands) == 5
    for command in (*commands, shlex.join(image)):
        parse(command)


@pytest.mark.parametrize(
    "unit", re.findall(r"(?m)^(?:ExecStart=|10 4 1 .*? && )(.*)$", (DEPLOY / "README.md").read_text())
)
def test_every_unit_of_the_guide_starts_commands_that_exist(unit: str) -> None:
    found = re.findall(r"\.venv/bin/(tollbook [^&]*)", unit.replace("\\%", "%").replace("%%", "%").rstrip("'"))
    assert found
    for command in found:
        parse(command)


def test_every_variable_that_is_set_is_read(template: dict[str, Any]) -> None:
    given = {one["name"]: one for one in template["variables"]["settings"]["value"]}
    known = {f"TOLLBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(given) <= known | OTHER_VARIABLES
    secrets = {one["name"] for one in template["variables"]["secrets"]["value"]}
    assert {one["secretRef"] for one in given.values() if "secretRef" in one} == secrets
    for name in ("TOLLBOOK_MONGODB_URI", "TOLLBOOK_KEY"):
        assert "secretRef" in given[name], "a secret is not an ordinary variable"
    for name in ("databasePassword", "tokenKey"):
        assert {"type": "secure"} in template["parameters"][name]["decorators"]
        assert template["parameters"][name]["default"] is None


def test_the_image_is_made_of_what_is_there() -> None:
    for stage in (0, 1):
        for sources, _ in copied(stage):
            assert [one for one in sources if not (ROOT / one).exists()] == []
    ignored = (ROOT / ".dockerignore").read_text().split()
    wanted = {one.split("/")[0] for stage in (0, 1) for sources, _ in copied(stage) for one in sources}
    assert not wanted & set(ignored)
    ours = {
        rest.split()[1].removeprefix("/srv/tollbook/")
        for name, rest in instructions()
        if rest.startswith("--from=build")
    }
    assert ours == {".venv", "lib"}


def test_the_build_steps_make_a_command_that_starts(tmp_path: Path) -> None:
    """The first stage's own steps in an empty folder, then the image's command, with nothing else of the checkout."""
    for sources, target in copied(0):
        for one in sources:
            place = tmp_path / target / one if target == "./" else tmp_path / target
            if (ROOT / one).is_dir():
                shutil.copytree(ROOT / one, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / one, place)
    (steps,) = [rest for name, rest in instructions() if name == "RUN" and "make setup" in rest]
    build, _, compiling = steps.partition(" && ")
    subprocess.run(build.split(), cwd=tmp_path, check=True, capture_output=True)
    *compiler, libraries, code = compiling.split()
    assert (tmp_path / libraries).is_dir()  # compiled in an image, not here: it takes a minute
    subprocess.run([*compiler, code], cwd=tmp_path, check=True, capture_output=True)
    (command,) = [re.findall(r'"([^"]*)"', rest) for name, rest in instructions() if name == "CMD"]
    environment = {"PATH": f"{tmp_path}/.venv/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    said = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=True).stdout
    assert "follow" in said
