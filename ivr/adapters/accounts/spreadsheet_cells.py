"""Cells for a spreadsheet, which runs what begins like a formula."""

from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    Source: OWASP, CSV injection, https://owasp.org/www-community/attacks/CSV_Injection.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
