"""What mails and texts say, as operators write it: checked as a whole before the first one is sent.

A template is a text with names in braces. A mail's first line is its subject. The disclaimer has four marks
in square brackets, each before the words that say it; they are not sent.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final, Literal, get_args

from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.services.case_ports import Notice

Medium = Literal["mail", "text"]

_NOTICES: Final = tuple(f"notice-{notice}" for notice in get_args(Notice))
NAMES: Final[Mapping[Medium, tuple[str, ...]]] = {
    "mail": (
        *("code", "case_number", "disclaimer", "vouch", "invite", "renew", "enrolled", "pin_issued"),
        "not_reached",
        *_NOTICES,
    ),
    "text": ("code", "case_number", "enrol_code", "enrolled", "pin_issued", *_NOTICES),
}
SLOTS: Final = frozenset({"company", "product", "privacy", "phone", "time", "case", "stop"})
CODE_SLOTS: Final = frozenset({"code", "minutes"})
ENROLMENT_SLOTS: Final = SLOTS - {"case", "stop"}
"""What belongs to no case may name none."""
WAITING_SLOTS: Final = frozenset({"page", "until"})
"""The caller's page of the case, and until when it waits for a login."""
MARKS: Final = ("what is lost", "why", "not yet done", "how to stop")

_NEEDED_IN_NOTICE: Final = frozenset({"company", "case", "time", "stop", "phone"})
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "code": frozenset({"code", "minutes", "company"}),
    "enrol_code": frozenset({"code", "minutes", "company"}),
    "invite": frozenset({"link", "company", "phone"}),
    "renew": frozenset({"link", "company", "phone"}),
    "enrolled": frozenset({"company", "time", "phone"}),
    "pin_issued": frozenset({"company", "time", "phone"}),
    "vouch": frozenset({"company", "time", "case"}),
    "case_number": frozenset({"case", "company", "phone"}),
    "not_reached": frozenset({"case", "company", "phone", "hours"}),
    "disclaimer": frozenset({"company", "product", "case", "time", "stop", "phone"}),
    "notice-waiting": _NEEDED_IN_NOTICE | WAITING_SLOTS,
    "notice-reminder": _NEEDED_IN_NOTICE | WAITING_SLOTS,
}
_ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    "code": SLOTS | CODE_SLOTS,
    "enrol_code": ENROLMENT_SLOTS | CODE_SLOTS,
    "invite": ENROLMENT_SLOTS | {"link"},
    "renew": ENROLMENT_SLOTS | {"link"},
    "enrolled": ENROLMENT_SLOTS,
    "pin_issued": ENROLMENT_SLOTS,
    "not_reached": SLOTS | {"hours"},
    # Its reader is to call a number that is known already, and no link of ours stops a case from there.
    "vouch": SLOTS - {"stop", "phone"},
    "notice-waiting": SLOTS | WAITING_SLOTS,
    "notice-reminder": SLOTS | WAITING_SLOTS,
}
_SUBJECT: Final = "Subject:"
_MARK: Final = re.compile(r"^\[([a-z ]+)\] *", re.MULTILINE)
_BLANKS: Final = re.compile(r"\s+")


class TemplateMissing(LookupError):  # noqa: N818 -- it names a state of the folder
    """Nobody wrote this message in this language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """version: 64 hexadecimal digits that change with every letter of the file. subject: "" for a text."""

    name: str
    subject: str
    body: str
    version: str

    def filled(self, slots: Mapping[str, str]) -> tuple[str, str]:
        """Give subject and body. What fills a slot stays in its line, whatever it holds."""
        flat = {name: _flat(value) for name, value in slots.items()}
        return self.subject.format_map(flat), _MARK.sub("", self.body).format_map(flat)


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    kept: Mapping[str, Template]

    def template(self, medium: Medium, language: str, name: str) -> Template:
        """Raises TemplateMissing."""
        try:
            return self.kept[f"{medium}/{language}/{name}"]
        except KeyError:
            raise TemplateMissing(f"prompts/{medium}/{language}/{name}.txt is missing: write it") from None


def read_template_files(prompts: Path) -> dict[str, bytes]:
    """Read every template below the folder of prompts, as "mail/en/code". Raises OSError."""
    return {
        f"{medium}/{path.parent.name}/{path.stem}": path.read_bytes()
        for medium in NAMES
        for path in sorted((prompts / medium).glob("*/*.txt"))
        if path.is_file() and not path.is_symlink()
    }


def read_templates(
    files: Mapping[str, bytes], languages: Iterable[str]
) -> tuple[Templates, tuple[Finding, ...]]:
    """Read and check the templates of every language of the line; one with a fault is left out."""
    kept: dict[str, Template] = {}
    findings: list[Finding] = []
    for language in languages:
        for medium, names in NAMES.items():
            for name in names:
                key = f"{medium}/{language}/{name}"
                template = _parsed(key, medium, name, files.get(key))
                faults = [template] if isinstance(template, Finding) else _faults(key, template)
                findings.extend(faults)
                if not faults and isinstance(template, Template):
                    kept[key] = template
    return Templates(kept=kept), tuple(findings)


def _parsed(key: str, medium: Medium, name: str, data: bytes | None) -> Template | Finding:
    if data is None:
        return _finding(key, "missing-file", "this message is not written", "write it, as the one in en")
    try:
        text = data.decode().replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        return _finding(key, "unreadable-file", "this is no text in UTF-8", "save it as UTF-8")
    subject, body = "", text
    if medium == "mail":
        first, _, body = text.partition("\n")
        if not first.startswith(_SUBJECT):
            what = "the first line is no subject"
            return _finding(key, "missing-prompt", what, f'begin with "{_SUBJECT} "')
        subject = first.removeprefix(_SUBJECT).strip()
    version = hashlib.sha256(text.encode()).hexdigest()
    return Template(name=name, subject=subject, body=f"{body.strip()}\n", version=version)


def _faults(key: str, template: Template) -> list[Finding]:
    faults: list[Finding] = []
    try:
        used = _slots_in(template.subject) | _slots_in(template.body)
    except ValueError as fault:
        return [_finding(key, "bad-slot", f"the braces make no slot ({fault})", "write {case}, or no braces")]
    allowed = _ALLOWED.get(template.name, SLOTS)
    if "code" in _slots_in(template.subject):
        what = "the subject holds the code, which telephones show while they are locked"
        faults.append(_finding(key, "bad-slot", what, "take {code} out of the subject"))
    for slot in sorted(used - allowed):
        names = ", ".join(f"{{{name}}}" for name in sorted(allowed))
        faults.append(_finding(key, "bad-slot", f"it has no slot {{{slot}}}", f"it may use {names}"))
    faults += [
        _finding(key, "missing-prompt", f"{{{slot}}} is nowhere in it", f"add {{{slot}}}")
        for slot in sorted(_NEEDED.get(template.name, _NEEDED_IN_NOTICE) - used)
    ]
    if template.name == "disclaimer":
        faults.extend(_unsaid(key, template.body))
    return faults


def _unsaid(key: str, body: str) -> list[Finding]:
    """Name what the disclaimer does not say: a change without it said would break the FAQ's rule."""
    said = _MARK.split(body)[1:]
    passages = dict(zip(said[::2], said[1::2], strict=True))
    faults = [
        _finding(
            key,
            "missing-prompt",
            f'nothing is marked "[{mark}]"',
            f'begin the line that says it with "[{mark}]"; the mark is not sent',
        )
        for mark in MARKS
        if not passages.get(mark, "").strip()
    ]
    faults += [
        _finding(key, "bad-slot", f'"[{mark}]" is no mark', f"the marks are {', '.join(MARKS)}")
        for mark in sorted(passages.keys() - set(MARKS))
    ]
    stops = _slots_in(passages.get("how to stop", ""))
    if "how to stop" in passages and not {"stop", "phone"} <= stops:
        what = '"[how to stop]" names no link or no number'
        faults.append(_finding(key, "missing-prompt", what, "write both {stop} and {phone} there"))
    return faults


def _slots_in(text: str) -> frozenset[str]:
    """Raises ValueError where the braces make no plain name."""
    names = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(f"{{{name}}}")
        names.add(name)
    return frozenset(names)


def _flat(value: str) -> str:
    return "".join(sign for sign in _BLANKS.sub(" ", value) if sign.isprintable()).strip()


def _finding(key: str, rule: str, what: str, remedy: str) -> Finding:
    spot = Spot(file=f"prompts/{key}.txt", line=1, column=1)
    return Finding(rule=rule, severity="error", spot=spot, what=what, remedy=remedy)
