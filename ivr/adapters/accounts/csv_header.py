"""The first line of an accounts file: which columns it names, and what is wrong with them."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.suggestions import did_you_mean

COLUMNS: Final = (
    "subscription_number",
    "company",
    "primary_administrator",
    "phone",
    "phone_added",
    "mailbox",
    "mailbox_added",
    "texts_consent",
    "subaccounts",
    "language",
    "tam_name",
    "tam_phone",
    "closed",
    "other_mailboxes",
)
OPTIONAL: Final = frozenset({"closed", "other_mailboxes"})
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SECRET = re.compile(
    r"(?:^|[^a-z])(?:pins?|passwords?|passwd|pass(?:code|word|phrase)s?|secrets?|totp|otp|codes?)(?:[^a-z]|$)"
)


def separator_fault(line: str) -> Wrong | None:
    """Guess what separates the columns where commas do not."""
    for mark, name in _SEPARATORS.items():
        if mark in line and len(set(line.split(mark)) & set(COLUMNS)) > 1:
            return Wrong(
                rule="accounts-columns",
                what=f"the columns are separated by {name}",
                remedy='save the file as "CSV UTF-8 (comma delimited)"',
            )
    return None


def header_faults(names: Sequence[str]) -> Iterator[tuple[int, Wrong]]:
    """Give each fault with the position of its column, counted from 0."""
    for position, name in enumerate(names):
        wrong = _name_fault(name, names[:position])
        if wrong:
            yield position, wrong
    for name in COLUMNS:
        if name not in names and name not in OPTIONAL:
            remedy = f"add one: {', '.join(COLUMNS)}"
            yield 0, Wrong(rule="accounts-columns", what=f"there is no column {name}", remedy=remedy)


def _name_fault(name: str, before: Sequence[str]) -> Wrong | None:
    if name in before:
        return Wrong(
            rule="accounts-columns",
            what=f"the column {name} is named here and as the {before.index(name) + 1}. column",
            remedy="keep one of the two",
        )
    if name in COLUMNS:
        return None
    if _SECRET.search(name.lower()):
        return Wrong(
            rule="secret-column",
            what=f"the column {excerpt(name)} would bring secrets here in clear",
            remedy="take it out of the file: no account's PIN, code or password is imported",
        )
    near = did_you_mean(name, COLUMNS)
    remedy = f"did you mean {near}?" if near else "take it out"
    return Wrong(rule="accounts-columns", what=f"{excerpt(name)} is no column of this file", remedy=remedy)
