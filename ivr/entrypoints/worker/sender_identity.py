"""Who we are in what we send: the words that fill the slots of every template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.loader import Loaded
from ivr.domain.menus.schema.company_file import company_of
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.domain.recovery.codes import enrol_token, stop_token
from ivr.domain.redaction import Secret

_ENGLISH: Final = Locale("en")
_NAMES: Final = {"company": "company", "product": "product", "privacy": "privacy_page"}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """words: "company", "product" and "privacy", by language. phone: the number that callers dial."""

    words: Mapping[str, Mapping[str, str]]
    phone: str
    public_url: str
    key: Secret

    def slots(self, language: str, *, case: CaseId, number: CaseNumber, at: datetime) -> dict[str, str]:
        """Give what every template may name, but for a code."""
        return {
            **self.words[language],
            "phone": self.phone,
            "case": number,
            "time": moment_in(language, at),
            "page": f"{self.public_url}/case/{number}",
            "stop": f"{self.public_url}/stop/{number}/{stop_token(self.key, case=case)}",
        }

    def enrol_link(self, invitation: str) -> str:
        return f"{self.public_url}/enrol/{invitation}/{enrol_token(self.key, invitation=invitation)}"


def house_of(loaded: Loaded, *, phone: str, public_url: str, key: Secret) -> House:
    """Take our words from the menu folder. Raises ValueError for one that cannot be served."""
    if loaded.parsed.company is None or loaded.tree is None:
        raise ValueError("a menu with faults has no words to send")
    slots = company_of(loaded.parsed.company, Complaints(loaded.parsed)).slots
    words = {
        str(language): {
            name: slots[slot].words_in(language) if slot in slots else "" for name, slot in _NAMES.items()
        }
        for language in loaded.tree.languages
    }
    return House(words=words, phone=phone, public_url=public_url, key=key)


def moment_in(language: str, at: datetime) -> str:
    """Write a time, in UTC, as the language does."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        locale = _ENGLISH
    return format_datetime(at, "d MMMM y, HH:mm 'UTC'", locale=locale)
