"""AWS reports: parts, and days that are too long for one file."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from plain_reading import COUNTS, read_landing
from small_world import World

from tollbook.demo import aws_sns
from tollbook.demo.landing import stage
from tollbook.demo.traffic import make_traffic
from tollbook.demo.world import WORLD
from tollbook.period import Month
from tollbook.rating.contracts import read_client


def test_a_long_day_is_cut_into_numbered_files(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws_sns, "_ROWS_A_FILE", 100)
    client = read_client(world.settings.parameters / "clients" / "marigold-retail.yaml")
    month, rng = Month(2025, 11), np.random.default_rng(5)
    traffic = make_traffic(client, WORLD[client.client], month.days, scale=0.2, rng=rng)
    special = aws_sns.Special(redelivered="2025/11/12", cut_short="2025/11/10")
    deliveries = list(stage(aws_sns.make_files(traffic, "111122223333", special, rng), tmp_path))

    names = [delivery.path.rpartition("/")[2] for delivery in deliveries if "/2025/11/28/" in delivery.path]
    assert names == [f"{number:03d}.csv.gz" for number in range(1, len(names) + 1)]
    assert len(names) > 3
    reading = read_landing(tmp_path)
    for delivery in deliveries:
        found = reading.files.get(delivery.path, Counter())
        assert {name: getattr(delivery, name) for name in COUNTS} == {name: found[name] for name in COUNTS}, delivery
        assert delivery.posted <= 100


def test_every_message_has_all_its_parts(world: World) -> None:
    parts: dict[str, list[tuple[str, str]]] = {}
    for path in sorted(world.settings.landing.glob("aws-sns/444455556666/**/*.csv.gz")):
        if path.parent.name in {"07", "08", "21", "22"}:
            continue  # malformed rows, and copies of theirs
        for line in dict.fromkeys(gzip.decompress(path.read_bytes()).decode().splitlines()[1:]):
            cells = line.split(",")
            parts.setdefault(cells[1], []).append((cells[-2], cells[-1]))
    for found in parts.values():
        total = int(found[0][1])
        assert sorted(set(found)) == [(str(part), str(total)) for part in range(1, total + 1)]
