"""The manifest against a plain reading of every file it speaks of."""

import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
from plain_reading import COUNTS, Reading, Record, by_month, read_landing
from small_world import World

from tollbook.demo import BadManifest, read_manifest
from tollbook.rating.contracts import Client, read_client


@pytest.fixture(scope="module")
def reading(world: World) -> Reading:
    return read_landing(world.settings.landing)


def clients(world: World) -> list[Client]:
    return [read_client(path) for path in sorted((world.settings.parameters / "clients").glob("*.yaml"))]


def test_it_names_every_file_and_nothing_else(world: World) -> None:
    there = [path.relative_to(world.settings.landing).as_posix() for path in world.settings.landing.rglob("*.*")]
    assert sorted(there) == [delivery.path for delivery in world.manifest.deliveries]
    assert world.manifest.files == len(there)


def test_every_file_reads_as_stated(world: World, reading: Reading) -> None:
    for delivery in world.manifest.deliveries:
        found = reading.files.get(delivery.path, Counter())
        assert {name: getattr(delivery, name) for name in COUNTS} == {name: found[name] for name in COUNTS}, delivery
        assert delivery.quarantined == dict(reading.reasons.get(delivery.path, {})), delivery


def test_totals_and_faults_add_up(world: World, reading: Reading) -> None:
    manifest, faults = world.manifest, world.manifest.faults
    total = sum(reading.files.values(), Counter[str]())
    assert {name: getattr(manifest.expected, name) for name in COUNTS} == {name: total[name] for name in COUNTS}
    assert manifest.expected.quarantined == sum(faults.quarantined.values())
    assert sum(reading.reasons.values(), Counter[str]()) == faults.quarantined
    assert manifest.records == len(reading.records) == total["posted"] - total["late"]
    assert faults.duplicates["rows"] == total["duplicate"]
    assert faults.duplicates["within_files"] + faults.duplicates["across_files"] == total["duplicate"]
    assert faults.unknown_networks == sum(record.network == "99999" for record in reading.records.values())


def test_every_kind_of_fault_occurs(world: World, reading: Reading) -> None:
    faults = world.manifest.faults
    assert all(faults.quarantined.values())
    assert all(faults.duplicates.values())
    assert faults.late
    assert faults.superseded
    assert faults.unknown_networks
    assert faults.refused_files == reading.refused
    assert faults.redelivered_files == reading.again
    assert len(faults.redelivered_files) == 3
    assert faults.redelivered_rows > 0
    assert len(faults.refused_files) == 1


def test_clients_months_match_the_records(world: World, reading: Reading) -> None:
    for client in clients(world):
        accounts = {account for names in client.accounts.values() for account in names}
        own = [record for record in reading.records.values() if record.account in accounts]
        stated = world.manifest.clients[client.client]
        assert stated.records == len(own)
        months = by_month(own, client.time_zone)
        assert list(months) == list(stated.months) == world.manifest.months
        for name, records in months.items():
            assert asdict(stated.months[name]) == month_facts(records)
        assert stated.segments == sum(month.segments for month in stated.months.values())
        assert stated.messages == sum(month.messages for month in stated.months.values())


def month_facts(records: list[Record]) -> dict[str, object]:
    received = [record for record in records if record.status == "received"]
    return {
        "messages": sum(record.counts for record in records),
        "segments": sum(record.segments for record in records),
        "received": len(received),
        "received_segments": sum(record.segments for record in received),
        "cost": sum(record.cost for record in records),
        "records": dict(Counter(record.key[0] for record in records)),
        "statuses": dict(Counter(record.status for record in records)),
        "campaigns": dict(Counter(record.campaign for record in records if record.campaign)),
    }


def test_a_cut_file_is_delivered_whole_beside_it(world: World) -> None:
    (cut,) = [one for one in world.manifest.deliveries if one.kind == "refused"]
    whole = (world.settings.landing / cut.twin).read_bytes()
    assert whole.startswith((world.settings.landing / cut.path).read_bytes())


def test_the_reordered_file_has_the_usual_columns(world: World) -> None:
    (path,) = world.manifest.faults.reordered_files
    file = world.settings.landing / path
    header = file.read_text("utf-8").splitlines()[0]
    usual = file.with_name("2025-11.csv")
    assert file.name == "2025-12.csv"
    assert header != (first := usual.read_text("utf-8").splitlines()[0])
    assert sorted(header.split(",")) == sorted(first.split(","))


def test_reading_it_back_gives_the_same(world: World) -> None:
    path = world.settings.landing.parent / "demo-manifest.json"
    assert read_manifest(path) == world.manifest
    assert read_manifest(path).to_json() == path.read_text("utf-8")


@pytest.mark.parametrize("content", [None, "{", '{"seed": 7}'])
def test_a_manifest_that_is_none_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "demo-manifest.json"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(BadManifest, match=re.escape(str(path))):
        read_manifest(path)
