"""Segments: published cases of several test suites, and the rule that no pair is ever cut."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from checkout import ROOT, need
from tollbook.usage import Segmentation, segment

GOLDEN = ROOT.parent / "shared" / "golden" / "segments.yaml"


def test_published_cases() -> None:
    need(GOLDEN.exists(), f"the published segment cases, {GOLDEN.name}")
    # National language tables are an option of the sender that no source reports: those cases are out of scope.
    cases = [case for case in yaml.safe_load(GOLDEN.read_text("utf-8"))["cases"] if "national_language" not in case]
    wrong = []
    for case in cases:
        found = segment(str(case["text"]))
        expected = (case["encoding"], case["segments"], case.get("units", found.units))
        if (found.encoding, found.segments, found.units) != expected:
            wrong.append((case["id"], expected, found))
    assert len(cases) > 30
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments", "forced_by"),
    [
        ("", "GSM-7", 0, 1, ""),
        ("a" * 160, "GSM-7", 160, 1, ""),
        ("a" * 161, "GSM-7", 161, 2, ""),
        ("a" * 306, "GSM-7", 306, 2, ""),
        ("a" * 307, "GSM-7", 307, 3, ""),
        ("€" * 80, "GSM-7", 160, 1, ""),
        ("[" * 153, "GSM-7", 306, 3, ""),  # 76 pairs fit a part of 153 septets: two parts hold 152
        ("ש" * 70, "UCS-2", 70, 1, "ש"),
        ("ש" * 71, "UCS-2", 71, 2, "ש"),
        ("a" * 30 + "`" + "é", "UCS-2", 32, 1, "`"),
        ("😀" * 35, "UCS-2", 70, 1, "😀"),
        ("😀" * 67, "UCS-2", 134, 3, "😀"),  # 33 pairs fit a part of 67 units
    ],
)
def test_segment(text: str, encoding: str, units: int, segments: int, forced_by: str) -> None:
    assert segment(text) == Segmentation(encoding, units, segments, forced_by)


def test_sixteen_bit_reference_leaves_one_unit_less() -> None:
    assert (segment("a" * 306).segments, segment("a" * 306, reference_bits=16).segments) == (2, 3)
    assert (segment("ש" * 134).segments, segment("ש" * 134, reference_bits=16).segments) == (2, 3)


@given(st.text(alphabet="a€[ש😀\n", max_size=400))
def test_parts_hold_the_whole_text_and_no_more_than_needed(text: str) -> None:
    found = segment(text)
    capacity = 153 if found.encoding == "GSM-7" else 67
    single = 160 if found.encoding == "GSM-7" else 70
    if found.units <= single:
        assert found.segments == 1
    else:
        # A part wastes at most one unit, where a pair would have been cut.
        assert -(-found.units // capacity) <= found.segments <= -(-found.units // (capacity - 1))
