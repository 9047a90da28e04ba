"""One small world for all tests of the demo."""

import pytest
from small_world import SMALL, World, settings_in

from tollbook.demo import write_demo


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    settings = settings_in(tmp_path_factory.mktemp("demo"))
    return World(settings, write_demo(settings, **SMALL))  # type: ignore[arg-type]
