import re

# YAML 1.1 would also make numbers of 0123 (octal), 1_2, 0x1F and 17:30 (base 60), and truth of yes, no, on,
# off. An operator means none of that, so only these few plain spellings are more than text.
NAMED: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
# Beyond 18 digits nobody counts: it is a card or an account number, and those are text.
INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")

_FIRST_OF_NUMBER = frozenset("-.0123456789")
_ODD_NUMBER = re.compile(
    r"""-?(?:
        0[0-9]+                                        # octal to some, a code to others
      | [1-9][0-9]{18,}
      | [0-9][0-9_]*_[0-9_]*
      | 0[xX][0-9A-Fa-f_]+ | 0[oO][0-7_]+ | 0[bB][01_]+
      | (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE][-+]?[0-9]+
      | \.(?:inf|Inf|INF|nan|NaN|NAN)
    )""",
    re.VERBOSE,
)


def meaning(text: str) -> str | int | bool | None:
    """Tell what an unquoted word stands for."""
    if text in NAMED:
        return NAMED[text]
    if text[0] in _FIRST_OF_NUMBER and INTEGER.fullmatch(text):
        return int(text)
    return text


def is_odd_number(text: str) -> bool:
    """Tell whether readers of YAML disagree about the number, or see one where a code was meant."""
    return text[:1] in _FIRST_OF_NUMBER and _ODD_NUMBER.fullmatch(text) is not None
