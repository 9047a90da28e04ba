"""What-if: the same months by two contracts."""

from decimal import Decimal
from pathlib import Path

import pytest

from tollbook.book import Book
from tollbook.rating.contracts import BadClientFile

DEARER = """
currency: USD
charges:
  - kind: usage
    name: messages
    label: SMS
    meter: {channels: [sms], counts: segments}
    price: {model: per_unit, unit: "0.02"}
  - {kind: recurring, name: platform, label: Platform fee, amount: 100.00}
taxes: {standard: {rate: 0, label: None}}
"""


def test_a_year_by_another_contract(demo_book: Book, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(DEARER)
    found = demo_book.simulate("marigold-retail", path, months=12)
    assert [str(one.month) for one in found] == [f"{2025 + (n > 12)}-{(n - 1) % 12 + 1:02d}" for n in range(11, 23)]
    for one in found:
        real = demo_book.bill("marigold-retail", one.month)
        assert one.now.net == real.net
        assert one.then.net == real.lines[0].quantity * Decimal("0.02") + 100
        assert sum(change for _, change in one.lines) == one.change == one.then.net - real.net
        assert dict(one.lines)["platform"] == Decimal(-399)


def test_the_same_contract_changes_nothing(demo_book: Book, tmp_path: Path) -> None:
    import yaml

    text = (demo_book.settings.parameters / "clients" / "carmel-clinic.yaml").read_text("utf-8")
    path = tmp_path / "same.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(text)["contracts"][0]), "utf-8")
    assert {one.lines for one in demo_book.simulate("carmel-clinic", path, months=3)} == {()}


@pytest.mark.parametrize(
    ("text", "fault"), [("- 1", "must hold the fields"), ("currency: EUR", "charges"), ("a: [", "cannot be read")]
)
def test_what_is_no_contract_is_refused(text: str, fault: str, demo_book: Book, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(text)
    with pytest.raises(BadClientFile, match=fault):
        demo_book.simulate("carmel-clinic", path)
