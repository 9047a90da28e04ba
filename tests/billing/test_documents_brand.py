from pathlib import Path

import pytest
import yaml
from invoice_cases import brand

from tollbook.billing.documents import BadBrand, read_brand


def write(folder: Path, **changes: object) -> Path:
    fields = brand().model_dump(mode="json") | changes
    path = folder / "brand.yaml"
    path.write_text(yaml.safe_dump({key: value for key, value in fields.items() if value is not None}), "utf-8")
    return path


def test_the_brand_that_comes_with_the_project_is_marked_as_sample() -> None:
    assert brand().sample
    assert brand().initials == "TM"
    assert brand().bank.iban == "IL62 0108 0000 0009 9999 999"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colours": {"ink": "navy"}}, "colours.ink: "),
        ({"legal_name": None}, "legal_name: Field required"),
        ({"slogan": "x"}, "slogan: Extra inputs"),
        ({"email": "nobody"}, "email: "),
        ({"bank": brand().bank.model_dump() | {"iban": "IL62 0108 0000 0009 9999 998"}}, "bank.iban: .*IBAN check"),
        ({"bank": brand().bank.model_dump() | {"iban": "IL6"}}, "bank.iban: an IBAN has 15 to 34"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(BadBrand, match=words) as caught:
        read_brand(write(tmp_path, **changes))
    assert str(tmp_path / "brand.yaml") in str(caught.value)


@pytest.mark.parametrize("content", [b"name: [", b"\xff\xfe", b"- 1"])
def test_a_file_that_is_no_brand(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "brand.yaml").write_bytes(content)
    with pytest.raises(BadBrand):
        read_brand(tmp_path / "brand.yaml")


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadBrand, match="cannot be read"):
        read_brand(tmp_path / "brand.yaml")


@pytest.mark.parametrize(("name", "initials"), [("acme", "A"), ("Harbour Bank Group", "HB"), ("כרמל", "כ")])
def test_initials(name: str, initials: str) -> None:
    assert brand().model_copy(update={"name": name}).initials == initials
