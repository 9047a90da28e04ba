from pathlib import Path

import pytest

from tollbook.dashboards.theme import BadBrand, read_brand


def write(folder: Path, text: str) -> Path:
    (folder / "brand.yaml").write_text(text, "utf-8")
    return folder


def test_a_project_without_a_brand_has_the_default_one(tmp_path: Path) -> None:
    brand = read_brand(tmp_path)
    assert brand.name == "Tollbook"
    assert brand.css.startswith("--brand-ink:#14213D;--brand-accent:#0F766E;")


def test_name_and_colours_are_read_and_the_rest_is_left_alone(tmp_path: Path) -> None:
    brand = read_brand(write(tmp_path, "name: Acme\niban: XX\ncolours: {accent: '#AA0000'}"))
    assert brand.name == "Acme"
    assert "--brand-accent:#AA0000;" in brand.css
    assert "--brand-ink:#14213D;" in brand.css


@pytest.mark.parametrize(
    "text", ["colours: {accent: 'red;} body{display:none'}", "colours: {ink: '#12345'}", "name: [1", "- a"]
)
def test_what_is_no_brand_is_refused_with_the_file_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadBrand, match=r"brand\.yaml"):
        read_brand(write(tmp_path, text))


def test_the_brand_of_this_project_can_be_read() -> None:
    assert read_brand(Path(__file__).parents[2] / "parameters").name
