r"""Segments of a short message, as a handset would receive them (3GPP TS 23.038 alphabet, TS 23.040 headers).

A segment carries 140 octets: 160 septets of the GSM alphabet or 70 UTF-16 units. Concatenated parts lose six octets
to a header (seven with a 16-bit reference): 153 (152) septets or 67 (66) units. A part never ends inside an escape
pair or a surrogate pair, so parts are filled greedily: 153 brackets make 306 septets and three parts, not two.
"""

from dataclasses import dataclass
from typing import Literal

GSM_7, UCS_2 = "GSM-7", "UCS-2"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ALPHABET = _BASIC | _EXTENSION
_SINGLE = {GSM_7: 160, UCS_2: 70}
_CONCATENATED = {(GSM_7, 8): 153, (GSM_7, 16): 152, (UCS_2, 8): 67, (UCS_2, 16): 66}


@dataclass(frozen=True, slots=True)
class Segmentation:
    """How a text is sent.

    Attributes:
        encoding: `GSM-7` or `UCS-2`.
        units: septets or UTF-16 units of the whole text.
        segments: messages on the air, each of which is paid for; an empty text is one.
        forced_by: the first character that the GSM alphabet lacks, "" for GSM-7.
    """

    encoding: str
    units: int
    segments: int
    forced_by: str


def segment(text: str, *, reference_bits: Literal[8, 16] = 8) -> Segmentation:
    """Count the segments of `text`.

    Args:
        text: the message as typed.
        reference_bits: size of the concatenation reference; almost every sender uses 8.
    """
    forced_by = next((character for character in text if character not in _ALPHABET), "")
    encoding = UCS_2 if forced_by else GSM_7
    widths = _widths(text, encoding)
    units = sum(widths)
    if units <= _SINGLE[encoding]:
        return Segmentation(encoding, units, 1, forced_by)
    capacity = _CONCATENATED[encoding, reference_bits]
    if max(widths) == 1:
        return Segmentation(encoding, units, -(-units // capacity), forced_by)
    return Segmentation(encoding, units, _greedy(widths, capacity), forced_by)


def _widths(text: str, encoding: str) -> list[int]:
    """Units of each character: two for an escape pair or a surrogate pair."""
    if encoding == GSM_7:
        return [2 if character in _EXTENSION else 1 for character in text]
    return [2 if ord(character) > 0xFFFF else 1 for character in text]


def _greedy(widths: list[int], capacity: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > capacity:
            parts, used = parts + 1, 0
        used += width
    return parts
