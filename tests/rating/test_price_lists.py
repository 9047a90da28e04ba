"""Published price lists: untidy as they are, and what changed between two editions."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from shared_data import shared

from tollbook.rating.cards import BadRateCard
from tollbook.rating.price_lists import changes, read_price_list

EARLIER = """ISO,Country,Description,Price / msg
,Unknown,SATELLITE Outbound SMS - Iridium,0.10
NA,Namibia,NAMIBIA Outbound SMS - MTC,0.1
CD,DR Congo,"CONGO, DR Outbound SMS  -  Orange ",0.20
TO,Tonga,TONGA Outbound SMS - Digicel,0.30
"""
LATER = """ISO,Country,Description,Price / msg
,Unknown,SATELLITE Outbound SMS - Iridium,0.10000
NA,Namibia,NAMIBIA Outbound SMS - MTC,0.125
CD,DR Congo,"CONGO, DR Outbound SMS - Orange",0.15
GB,United Kingdom,UNITED KINGDOM Outbound SMS - EE,0.05
"""


def written(folder: Path, text: str, name: str = "list") -> Path:
    path = folder / f"{name}.csv"
    path.write_text(text, "utf-8")
    return path


def test_what_changed_between_two_editions(tmp_path: Path) -> None:
    """Namibia is NA, spaces do not matter, and 0.10 is 0.10000."""
    found = changes(*(read_price_list(written(tmp_path, text)) for text in (EARLIER, LATER)))
    assert [(one.kind, one.country, one.name, one.before, one.after) for one in found] == [
        ("lowered", "CD", "CONGO, DR Outbound SMS - Orange", Decimal("0.20"), Decimal("0.15")),
        ("added", "GB", "UNITED KINGDOM Outbound SMS - EE", None, Decimal("0.05")),
        ("raised", "NA", "NAMIBIA Outbound SMS - MTC", Decimal("0.1"), Decimal("0.125")),
        ("removed", "TO", "TONGA Outbound SMS - Digicel", Decimal("0.30"), None),
    ]
    assert [one.relative for one in found] == [Decimal("-0.25"), None, Decimal("0.25"), None]


def test_one_destination_at_two_prices_is_refused(tmp_path: Path) -> None:
    text = EARLIER + "NA,Namibia,NAMIBIA  Outbound SMS - MTC,0.2\n"
    with pytest.raises(BadRateCard, match=r"line 6: NAMIBIA .* costs 0.2, but 0.1 on line 3"):
        read_price_list(written(tmp_path, text))


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRateCard, match="neither a rate card nor a list"):
        read_price_list(written(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(BadRateCard, match="line 2: price 'free' cannot be read"):
        read_price_list(written(tmp_path, "ISO,Country,Description,Price / msg\nGB,UK,x,free\n"))


def test_two_editions_of_a_real_list() -> None:
    lists = sorted(shared("data/messaging/prices").glob("twilio_*.csv"))
    before, after = (read_price_list(path) for path in lists)
    assert (len(before), len(after)) == (1091, 1075)
    assert {"", "NA"} <= {one.country for one in after}
    assert Counter(one.kind for one in changes(before, after)) == {"raised": 855, "removed": 16}
    assert changes(after, after) == []
