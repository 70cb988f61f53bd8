"""Telephone numbers: which ones a line may ring, and which ones a caller has."""

import re
from dataclasses import dataclass
from typing import NewType

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

E164 = NewType("E164", str)
"""A plus, a country code and the rest, ASCII digits only, such as "+14155550123"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRefused:
    """reason: one clause about the number, such as "it is a pager, which cannot talk"."""

    reason: str


_SHAPE = re.compile(r"\+[1-9][0-9]{1,14}", re.ASCII)

_KINDS_REFUSED = {
    PhoneNumberType.PREMIUM_RATE: "it is a premium-rate number, which charges whoever calls it",
    PhoneNumberType.SHARED_COST: "it is a shared-cost number, which charges whoever calls it",
    PhoneNumberType.PERSONAL_NUMBER: "it is a personal (follow-me) number, whose charge nobody can foresee",
    PhoneNumberType.PAGER: "it is a pager, which cannot talk",
    PhoneNumberType.VOICEMAIL: "it is a mailbox for voice messages, not a person's telephone",
}
_KINDS_ALLOWED = frozenset(
    {
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.VOIP,
        PhoneNumberType.UAN,
    }
)

# Country codes that belong to no country (ITU-T E.164, list of assigned codes). The library calls several
# of them "mobile", so the code itself has to decide.
_CODES_REFUSED = {
    870: "it is a satellite telephone (Inmarsat)",
    878: "it is a personal (follow-me) number, whose charge nobody can foresee",
    881: "it is a satellite telephone",
    882: "it belongs to an international network (ships, aircraft, satellites)",
    883: "it belongs to an international network (ships, aircraft, satellites)",
    888: "it belongs to an international service for disaster relief",
    808: "it is a shared-cost number, which charges whoever calls it",
    979: "it is a premium-rate number, which charges whoever calls it",
}

# Exchanges of the North American plan that the library takes for fixed lines
# (NANPA, "special use" central office codes).
_NORTH_AMERICAN_REFUSED = (
    (re.compile(r"\d{3}555121[0-9]", re.ASCII), "it is directory assistance, which charges whoever calls it"),
    (re.compile(r"\d{3}976\d{4}", re.ASCII), "it is a premium-rate number, which charges whoever calls it"),
    (re.compile(r"\d{3}950\d{4}", re.ASCII), "it is the access number of a telephone company"),
)

# Emergency numbers that work on any mobile, whatever the country (3GPP TS 22.101, section 10), and those of
# the regions we were given.
_EMERGENCY_ANYWHERE = frozenset({"000", "08", "110", "112", "118", "119", "911", "999"})
_SHORTEST = 7
_MOST_DIGITS = 20
_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})

# What Twilio sends for a withheld caller when a network spells the word on the keypad:
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE.
_WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})


def regions() -> frozenset[str]:
    """Give the ISO 3166 codes of every country that has a numbering plan."""
    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def destination(text: str, *, countries: frozenset[str]) -> E164 | NumberRefused:
    """Decide whether a line may ring *text*; *countries* holds ISO codes such as "US".

    The shape is strict on purpose: whatever stands beside the digits (an extension, a dialling prefix,
    a blank) would be dialled, or dropped, by someone else's guess.
    """
    number = _parsed(text, countries)
    if isinstance(number, NumberRefused):
        return number
    fault = _kind_fault(number) or _country_fault(number, countries)
    return NumberRefused(reason=fault) if fault else E164(text)


def own(text: str) -> E164 | NumberRefused:
    """Decide whether *text* can be a number of ours: one that exists, of any country and kind."""
    number = _parsed(text, frozenset())
    return number if isinstance(number, NumberRefused) else E164(text)


def caller(text: str) -> E164 | None:
    """Read who calls; None for a withheld number, a word, an app or a SIP address.

    Source: Twilio's request parameters for voice; a withheld caller is a word, or one spelt in digits.
    """
    if not _SHAPE.fullmatch(text) or text in _WITHHELD:
        return None
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return None
    # "Possible", not "valid": numbering plans grow faster than this library is installed.
    return E164(text) if phonenumbers.is_possible_number(number) else None


def can_text(number: E164) -> bool:
    """Tell whether a text message may get there: to a mobile, or to what nobody can tell from a mobile."""
    return phonenumbers.number_type(phonenumbers.parse(number)) in _TEXTS


def readings(typed: str, countries: frozenset[str]) -> tuple[E164, ...]:
    """Give each number that the digits may be: with their country's code, or as dialled within a country."""
    if typed.startswith("+"):
        number = caller(typed)
        return () if number is None else (number,)
    if not (typed.isascii() and typed.isdigit()) or len(typed) > _MOST_DIGITS:
        return ()
    read = [_reading(f"+{typed}", None), *(_reading(typed, country) for country in sorted(countries))]
    return tuple(dict.fromkeys(number for number in read if number is not None))


def _reading(text: str, country: str | None) -> E164 | None:
    try:
        number = phonenumbers.parse(text, country)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return E164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _parsed(text: str, countries: frozenset[str]) -> PhoneNumber | NumberRefused:
    fault = _shape_fault(text) or _short_fault(text, countries)
    if fault:
        return NumberRefused(reason=fault)
    try:
        number = phonenumbers.parse(text)
    except NumberParseException:
        return NumberRefused(reason="its country code is given to no country")
    if number.country_code in _CODES_REFUSED:
        return NumberRefused(reason=_CODES_REFUSED[number.country_code])
    fault = _length_fault(number)
    return NumberRefused(reason=fault) if fault else number


def _shape_fault(text: str) -> str | None:
    if _SHAPE.fullmatch(text) or (text.isascii() and text.isdigit()):
        return None
    bare = text.strip().lower()
    faults = (
        (not bare, "it is empty"),
        (
            bare.startswith(("sip:", "sips:", "client:")) or "@" in bare,
            "it is an internet address",
        ),
        (not text.isascii(), "it has characters that are not plain digits"),
        (any(key in bare for key in "*#,;"), "it carries keys to press, and a line can only be rung"),
        (re.search("[a-z]", bare) is not None, "it has letters"),
        (re.fullmatch(r"\+0[0-9]*", text) is not None, "no country code begins with 0"),
        (re.fullmatch(r"\+[0-9]{16,}", text) is not None, "it is too long: E.164 allows 15 digits"),
    )
    return next((reason for holds, reason in faults if holds), "it has something beside a plus and digits")


def _short_fault(text: str, countries: frozenset[str]) -> str | None:
    digits = text.removeprefix("+")
    for tail in (digits, digits.removeprefix("1")):
        if tail in _EMERGENCY_ANYWHERE or any(phonenumbers.is_emergency_number(tail, c) for c in countries):
            return "it is an emergency number"
    if len(digits) < _SHORTEST:
        return "it is a short code, which only works inside one country or network"
    return None if text.startswith("+") else "it does not begin with a plus and the country code"


def _length_fault(number: PhoneNumber) -> str | None:
    if phonenumbers.is_valid_number(number):
        return None
    match phonenumbers.is_possible_number_with_reason(number):
        case phonenumbers.ValidationResult.TOO_SHORT:
            return "it is too short for its country"
        case phonenumbers.ValidationResult.TOO_LONG:
            return "it is too long for its country"
        case _:
            return "its country's numbering plan has no such number"


def _kind_fault(number: PhoneNumber) -> str | None:
    kind = phonenumbers.number_type(number)
    if kind not in _KINDS_ALLOWED:
        return _KINDS_REFUSED.get(kind, "it is a kind of number that is not known to be a person's telephone")
    if number.country_code != phonenumbers.country_code_for_region("US"):
        return None
    national = str(number.national_number)
    return next((reason for shape, reason in _NORTH_AMERICAN_REFUSED if shape.fullmatch(national)), None)


def _country_fault(number: PhoneNumber, countries: frozenset[str]) -> str | None:
    region = phonenumbers.region_code_for_number(number)
    if region in countries:
        return None
    where = "no single country" if region in (None, "001") else region
    return f"it belongs to {where}, and the allowed countries are {', '.join(sorted(countries)) or 'none'}"
