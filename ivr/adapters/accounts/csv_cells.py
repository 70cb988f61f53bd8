"""What each cell of an accounts file may hold: the text's value, or what is wrong with it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.domain.phone import E164, NumberRefused, destination
from ivr.domain.recovery.case import Subaccounts
from ivr.domain.yaml_source.excerpt import code_of, excerpt

MOST_LETTERS: Final = 200
_NUMBER = re.compile(r"[1-9][0-9]{3,14}", re.ASCII)
_SHORTENED = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+|[0-9]{4,}[.,]0+", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?", re.ASCII)
_SUBACCOUNTS: Final[dict[str, Subaccounts]] = {"yes": "yes", "no": "no", "unknown": "unknown"}
_DATE_REMEDY = "write it as 2026-01-31"
_CONSENT_REMEDY = 'write "no", or "yes" and the date of the consent, as in "yes 2026-01-31"'
_AS_TEXT = "format the column as text in the spreadsheet, and fill it in again"


def subscription_number(text: str) -> str | Wrong:
    """Take 4 to 15 digits. None begins with 0, so that a spreadsheet which drops zeros drops none of ours."""
    if _SHORTENED.fullmatch(text):
        return Wrong(what=f"was shortened by a spreadsheet to {excerpt(text)}", remedy=_AS_TEXT)
    if text.isascii() and text.isdigit() and text.startswith("0"):
        return Wrong(
            what="begins with 0, which spreadsheets drop and callers leave out",
            remedy="give the account a number that begins with another digit",
        )
    if _NUMBER.fullmatch(text):
        return text
    return Wrong(what=f"is {excerpt(text)}", remedy="write 4 to 15 digits, and nothing beside them")


def words(text: str) -> str | Wrong:
    """Take any visible text as it is, a spreadsheet's formula included: that is escaped where it goes out."""
    odd = next((letter for letter in text if not letter.isprintable()), None)
    if odd is not None:
        return Wrong(what=f"has the invisible character {code_of(odd)}", remedy="take it out")
    if not text or len(text) > MOST_LETTERS:
        what = f"has {len(text)} characters" if text else "is empty"
        return Wrong(what=what, remedy=f"write 1 to {MOST_LETTERS} characters")
    return text


def words_or_none(text: str) -> str | Wrong | None:
    return words(text) if text else None


def telephone(text: str, *, countries: frozenset[str]) -> E164 | Wrong | None:
    """Take a number that the line may ring, or nothing."""
    if not text:
        return None
    if _SHORTENED.fullmatch(text):
        return Wrong(what=f"was shortened by a spreadsheet to {excerpt(text)}", remedy=_AS_TEXT)
    number = destination(text, countries=countries)
    if isinstance(number, NumberRefused):
        remedy = (
            "write a plus, the country code and the number, as in +14155550123, of a country in IVR_COUNTRIES"
        )
        return Wrong(what=f"cannot be rung: {number.reason}", remedy=remedy)
    return number


def day(text: str, *, today: date) -> datetime | Wrong | None:
    """Take a date as its midnight UTC, or nothing."""
    if not text:
        return None
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None:
        return Wrong(what=f"is {excerpt(text)}, which is no date", remedy=_DATE_REMEDY)
    # East of Greenwich it may be tomorrow already.
    if found > today + timedelta(days=1):
        return Wrong(
            what=f"is {text}, a day that is still to come", remedy="write the day on which it was added"
        )
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def consent(text: str, *, today: date) -> datetime | Wrong | None:
    """Take "no", or since when text messages are welcome."""
    answer, _, rest = text.partition(" ")
    if answer == "no" and not rest:
        return None
    since = day(rest, today=today)
    if answer != "yes" or since is None or isinstance(since, Wrong):
        return Wrong(what=f"is {excerpt(text)}", remedy=_CONSENT_REMEDY)
    return since


def subaccounts(text: str) -> Subaccounts | Wrong:
    found = _SUBACCOUNTS.get(text)
    return found or Wrong(what=f"is {excerpt(text)}", remedy="write yes, no or unknown")


def language(text: str) -> str | Wrong:
    if _LANGUAGE.fullmatch(text):
        return text
    return Wrong(what=f"is {excerpt(text)}", remedy="write two small letters, such as en")


def closed(text: str) -> bool | Wrong:
    if text in ("yes", "no", ""):
        return text == "yes"
    return Wrong(what=f"is {excerpt(text)}", remedy="write yes or no")
