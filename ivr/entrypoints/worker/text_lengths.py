"""Whether every text fits its pieces, with the longest name, date and link that may stand in it."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ivr.adapters.mail.message_templates import NAMES, Template, Templates
from ivr.adapters.mail.text_segments import LONGEST, costly, segments_of
from ivr.domain.menus.building.loader import Loaded
from ivr.domain.menus.building.parse_files import COMPANY
from ivr.domain.recovery.case import CaseId, CaseNumber
from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot
from ivr.entrypoints.worker.sender_identity import House, moment_in

LONGEST_PHONE: Final = "+" + "9" * 15
"""A number of E.164 has fifteen digits at most."""
_CODES: Final = frozenset({"code", "enrol_code"})
_MOST: Final = {True: 1, False: 2}
"""Pieces that a text may take, by whether it brings a code: that one must not arrive in parts."""
_COMPANY_KEYS: Final = {"company": "company", "product": "product", "privacy": "privacy_page"}
_PLAINER: Final[Mapping[str, str]] = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{NO-BREAK SPACE}": " ",
}
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLengths:
    """files: the templates as they are written. house: whose names and addresses fill them."""

    files: Mapping[str, bytes]
    templates: Templates
    loaded: Loaded
    house: House

    def findings(self) -> tuple[Finding, ...]:
        """Name every text that takes more pieces than it may, and each character that makes it so."""
        languages = () if self.loaded.tree is None else self.loaded.tree.languages
        keys = (f"text/{language}/{name}" for language in languages for name in NAMES["text"])
        found = [
            finding
            for key in keys
            if key in self.templates.kept
            for finding in self._of(key, self.templates.kept[key])
        ]
        return tuple(dict.fromkeys(found))  # a name that stands in many texts is told once

    def _of(self, key: str, template: Template) -> Iterator[Finding]:
        language = key.split("/")[1]
        bodies = [template.filled(slots)[1].strip() for slots in self._slots(language)]
        body = max(bodies, key=lambda text: (segments_of(text), len(text)))
        if len(body) > LONGEST:
            what = f"the text may have {len(body)} characters, and the carrier refuses more than {LONGEST:,}"
            yield _finding("text-refused", "error", _start(key), what, "shorten it")
            return
        plain = "".join("-" if at in costly(body) else sign for at, sign in enumerate(body))
        if segments_of(plain) < segments_of(body):
            yield from self._costly(key, language, segments_of(body), segments_of(plain))
        most = _MOST[template.name in _CODES]
        if segments_of(plain) > most:
            what = f"the text may take {segments_of(plain)} segments, and {most} is the most"
            remedy = f"shorten it by about {self._excess(plain, most)} characters"
            yield _finding("long-text", "warning", _start(key), what, remedy)

    def _slots(self, language: str) -> Iterator[dict[str, str]]:
        """Give what fills a text at its longest, for each month, since their names differ."""
        policy = None if self.loaded.tree is None else self.loaded.tree.verification
        minutes = 0 if policy is None else policy.code_s // _MINUTE
        for month in range(1, 13):
            at = datetime(2000, month, 28, 23, 58, tzinfo=UTC)
            known = self.house.slots(language, case=CaseId("0" * 32), number=CaseNumber("9" * 9), at=at)
            yield {**known, "until": moment_in(language, at), "code": "0" * 6, "minutes": str(minutes)}

    def _costly(self, key: str, language: str, now: int, then: int) -> Iterator[Finding]:
        costs = f"so that the text takes {now} segments instead of {then}"
        raw = self.files[key].decode()
        for at in costly(raw):
            yield _costly_finding(_place(key, raw, at), raw[at], costs)
        for slot, value in self.house.words[language].items():
            for at in costly(value) if f"{{{slot}}}" in raw else ():
                spot = self.loaded.parsed.spot(COMPANY, _COMPANY_KEYS[slot])
                yield _costly_finding(spot, value[at], "so that every text that names it takes more segments")

    def _excess(self, plain: str, most: int) -> int:
        """Count the characters at the end of the text without which it would fit."""
        return next(less for less in range(len(plain) + 1) if segments_of(plain[: len(plain) - less]) <= most)


def _costly_finding(spot: Spot, sign: str, costs: str) -> Finding:
    name = unicodedata.name(sign, "a character without a name").lower()
    what = f"{sign} (U+{ord(sign):04X}, {name}) is not in the alphabet of texts, {costs}"
    plainer = _PLAINER.get(sign)
    remedy = "write it with the letters of GSM-7" if plainer is None else f'write "{plainer}" instead'
    return _finding("costly-character", "warning", spot, what, remedy)


def _place(key: str, raw: str, at: int) -> Spot:
    before = raw[:at]
    column = at - (before.rfind("\n") + 1) + 1
    return Spot(file=f"prompts/{key}.txt", line=before.count("\n") + 1, column=column)


def _start(key: str) -> Spot:
    return Spot(file=f"prompts/{key}.txt", line=1, column=1)


def _finding(rule: str, severity: Severity, spot: Spot, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity=severity, spot=spot, what=what, remedy=remedy)
