"""What the card's forms send: each move has its own fields, and no other field means anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.agents.desk import REASONS, Desk
from ivr.agents.writing import Writing
from ivr.console.moment import NoMoment, read_moment
from ivr.recovery.case import CaseNumber

TOKEN: Final = "csrf_token"  # noqa: S105 -- the name of a field
VERSION: Final = "version"
_MOST_SUBACCOUNTS: Final = 1_000_000
_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_MATCH: Final = re.compile(r"[0-9]{3}", re.ASCII)
_MOST_KEPT: Final = 600

Typed = Mapping[str, str]


class Unfit(ValueError):  # noqa: N818 -- it names what is the matter with a field
    """A field holds what it cannot. field: which one; the sentence says what to type."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One move that somebody asks for. typed: the fields of its form, by name."""

    number: CaseNumber
    agent: str
    at: datetime
    typed: Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """fields: what the form may hold, beside token and version. outcome: what the audit calls its success.

    make: does it, with a desk and a pen that have looked at the case as the form showed it.
    """

    fields: tuple[str, ...]
    outcome: str
    make: Callable[[Desk, Writing, Asked], object]

    def typed(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Keep the form's own fields, cut where nobody types so much."""
        return {name: sent.get(name, "")[:_MOST_KEPT] for name in self.fields}

    def strangers(self, sent: Mapping[str, str]) -> int:
        """Count the fields that no form of ours has."""
        return len(set(sent) - {TOKEN, VERSION, *self.fields})


def version_of(text: str) -> int | None:
    return int(text) if _VERSION.fullmatch(text) else None


def _plain(move: Callable[..., object], outcome: str) -> Form:
    return Form(
        fields=(),
        outcome=outcome,
        make=lambda desk, _, asked: move(desk, asked.number, asked.agent, at=asked.at),
    )


def _claim(desk: Desk, _: Writing, asked: Asked) -> object:
    match = asked.typed["match"].replace(" ", "")
    if match and not _MATCH.fullmatch(match):
        raise Unfit("match", "Type the three digits that were whispered to you, such as 407.")
    taken_from = asked.typed["taken_from"] or None
    return desk.claim(asked.number, asked.agent, at=asked.at, match=match or None, taken_from=taken_from)


def _subaccounts(desk: Desk, _: Writing, asked: Asked) -> object:
    count = asked.typed["count"].strip()
    if not _COUNT.fullmatch(count) or int(count) > _MOST_SUBACCOUNTS:
        raise Unfit("count", "Type how many you see in the product, as a number; 0 where there is none.")
    return desk.subaccounts(asked.number, asked.agent, count=int(count), at=asked.at)


def _seen_at(asked: Asked) -> datetime:
    try:
        return read_moment(asked.typed["at"], asked.typed["zone"])
    except NoMoment as fault:
        raise Unfit("at", str(fault)) from fault


def _reset_done(desk: Desk, _: Writing, asked: Asked) -> object:
    return desk.reset_done(asked.number, asked.agent, done_at=_seen_at(asked), at=asked.at)


def _login(desk: Desk, _: Writing, asked: Asked) -> object:
    return desk.login(asked.number, asked.agent, login_at=_seen_at(asked), at=asked.at)


def _refuse(desk: Desk, _: Writing, asked: Asked) -> object:
    if asked.typed["why"] not in REASONS:
        raise Unfit("why", "Choose why the case is refused.")
    return desk.refuse(asked.number, asked.agent, why=asked.typed["why"], at=asked.at)


def _note(_: Desk, pen: Writing, asked: Asked) -> object:
    pen.note(asked.number, asked.agent, note=asked.typed["id"], text=asked.typed["text"], at=asked.at)
    return None


def _wrap_up(_: Desk, pen: Writing, asked: Asked) -> object:
    disposition = asked.typed["disposition"]
    return pen.wrap_up(asked.number, asked.agent, disposition=disposition, at=asked.at)


FORMS: Final[Mapping[str, Form]] = {
    "claim": Form(fields=("match", "taken_from"), outcome="claim", make=_claim),
    "spoke": _plain(Desk.spoke, "spoke"),
    "subaccounts": Form(fields=("count",), outcome="subaccounts", make=_subaccounts),
    "reset": _plain(Desk.ask_for_reset, "RESET_REQUESTED"),
    "reset-done": Form(fields=("at", "zone"), outcome="RESET_DONE", make=_reset_done),
    "login": Form(fields=("at", "zone"), outcome="login", make=_login),
    "release": _plain(Desk.release, "RELEASED"),
    "approve": _plain(Desk.approve, "approve"),
    "change": _plain(Desk.change, "CHANGED"),
    "hold": _plain(Desk.hold, "HELD"),
    "restore": _plain(Desk.restore, "VERIFIED"),
    "refuse": Form(fields=("why",), outcome="REFUSED", make=_refuse),
    "note": Form(fields=("id", "text"), outcome="note", make=_note),
    "hand-over": Form(
        fields=(),
        outcome="hand-over",
        make=lambda _, pen, asked: pen.hand_over(asked.number, asked.agent, at=asked.at),
    ),
    "wrap-up": Form(fields=("disposition",), outcome="wrap-up", make=_wrap_up),
}

FIELDS: Final = frozenset(name for form in FORMS.values() for name in form.fields)
"""Every field of every form."""
