"""Determinism, and that nothing of anybody else is lost."""

import hashlib
from pathlib import Path

import pytest
from small_world import SMALL, World, settings_in

from tollbook.demo import BadManifest, BadPlan, LandingInTheWay, ParametersInTheWay, demo_parameters, write_demo
from tollbook.period import BadMonth

TINY = {"months": 1, "until": "2026-10", "scale": 0.004}


def fingerprints(folder: Path) -> dict[str, str]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write(folder: Path, **options: object) -> dict[str, str]:
    write_demo(settings_in(folder), **{**TINY, **options})  # type: ignore[arg-type]
    return fingerprints(folder)


def test_the_same_seed_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    write_demo(settings_in(tmp_path), **SMALL)  # type: ignore[arg-type]
    assert fingerprints(tmp_path) == fingerprints(world.settings.project)


def test_another_seed_gives_other_traffic_and_the_same_parameters(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one"), write(tmp_path / "other", seed=8)
    assert {name for name in one if name in other and one[name] == other[name]} == {
        f"parameters/{name}" for name in demo_parameters()
    }


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    assert write(tmp_path) == write(tmp_path)


def test_a_smaller_demo_replaces_a_larger_one(tmp_path: Path) -> None:
    write(tmp_path, months=2)
    assert write(tmp_path) == write(tmp_path / "fresh")


def test_a_changed_parameter_file_is_kept(tmp_path: Path) -> None:
    theirs = settings_in(tmp_path).parameters / "clients" / "harbour-bank.yaml"
    theirs.parent.mkdir()
    theirs.write_text("client: harbour-bank # mine", "utf-8")
    with pytest.raises(ParametersInTheWay, match=r"harbour-bank\.yaml.*--force"):
        write(tmp_path)
    assert list(fingerprints(tmp_path)) == ["parameters/clients/harbour-bank.yaml"]
    write(tmp_path, force=True)
    assert theirs.read_bytes() == demo_parameters()["clients/harbour-bank.yaml"]


def test_landing_files_of_somebody_else_are_kept(tmp_path: Path) -> None:
    theirs = settings_in(tmp_path).landing / "telemessage" / "30417" / "2026-10.jsonl"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("{}\n", "utf-8")
    with pytest.raises(LandingInTheWay, match=r"30417.*--force"):
        write(tmp_path)
    assert theirs.read_text("utf-8") == "{}\n"


def test_files_of_other_accounts_do_not_matter(tmp_path: Path) -> None:
    theirs = settings_in(tmp_path).landing / "twilio" / "AC1" / "2026-10.csv"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("sid\n", "utf-8")
    write(tmp_path)
    assert theirs.read_text("utf-8") == "sid\n"


def test_progress_ends_at_one(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    write(tmp_path, progress=lambda what, done: told.append((what, done)))
    assert len(told) == 6
    assert told[-1][1] == 1.0


@pytest.mark.parametrize("wrong", [{"months": 0}, {"scale": 0}, {"scale": -1.0}, {"scale": float("nan")}])
def test_impossible_demos_are_refused(tmp_path: Path, wrong: dict[str, float]) -> None:
    with pytest.raises(BadPlan):
        write(tmp_path, **wrong)


def test_a_bad_month_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadMonth):
        write(tmp_path, until="October")


def test_a_broken_manifest_stops_it_unless_forced(tmp_path: Path) -> None:
    first = write(tmp_path)
    (tmp_path / "outputs" / "demo-manifest.json").write_text("{", "utf-8")
    with pytest.raises(BadManifest):
        write(tmp_path)
    assert write(tmp_path, force=True) == first
