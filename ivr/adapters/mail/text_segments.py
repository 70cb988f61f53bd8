"""How a text travels: in how many pieces, and which of its characters make them small.

Source: 3GPP TS 23.038 §6.2.1 (the alphabet) and https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding,
read November 2026.
"""

from typing import Final

LONGEST: Final = 1_600
"""Characters that the carrier takes. Source: https://www.twilio.com/docs/api/errors/21617"""
_ALPHABET: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("^{}\\[~]|€\f")
"""Each of these takes the room of two."""
_ONE, _OF_MANY = 160, 153
_ONE_WIDE, _OF_MANY_WIDE = 70, 67
"""Of characters in UCS-2, of which one outside the alphabet makes all of them."""


def costly(text: str) -> tuple[int, ...]:
    """Give the positions of the characters that make every piece of the text less than half as long."""
    return tuple(at for at, sign in enumerate(text) if sign not in _ALPHABET and sign not in _EXTENSION)


def segments_of(text: str) -> int:
    """Count the pieces in which a text travels, each of which is paid for."""
    if costly(text):
        return _pieces([len(sign.encode("utf-16-be")) // 2 for sign in text], _ONE_WIDE, _OF_MANY_WIDE)
    return _pieces([2 if sign in _EXTENSION else 1 for sign in text], _ONE, _OF_MANY)


def _pieces(sizes: list[int], one: int, of_many: int) -> int:
    """Fill one piece after the other; no character is cut in two."""
    if sum(sizes) <= one:
        return 1
    pieces, room = 1, of_many
    for size in sizes:
        if size > room:
            pieces, room = pieces + 1, of_many
        room -= size
    return pieces
