"""The small world the demo's tests share: two months at a thirtieth of the volume."""

from dataclasses import dataclass
from pathlib import Path

from tollbook.demo import Manifest
from tollbook.settings import Settings

SMALL = {"months": 2, "until": "2025-12", "scale": 0.03}


@dataclass(frozen=True)
class World:
    settings: Settings
    manifest: Manifest


def settings_in(folder: Path) -> Settings:
    (folder / "parameters").mkdir(parents=True, exist_ok=True)
    return Settings(project=folder)
