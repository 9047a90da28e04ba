from pathlib import Path

import pytest
from planted_book import PlantedBook


@pytest.fixture
def book(tmp_path: Path) -> PlantedBook:
    return PlantedBook(tmp_path)
