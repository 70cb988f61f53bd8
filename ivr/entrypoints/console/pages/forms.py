"""What the card's forms send: each move has its own fields, and no other field means anything."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.entrypoints.console.page_times import NoMoment, read_moment
from ivr.services.desk.agent_desk import REASONS, Desk
from ivr.services.desk.moves.call_back import CallingBack
from ivr.services.desk.moves.notes_and_wrap_up import NotKept, Writing
from ivr.services.desk.moves.replace_mailbox import Mailboxes
from ivr.services.desk.moves.send_to_keypad import Keypad
from ivr.services.desk.moves.unlock_account import Unlocking
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.desk.product.ask_product import MOVE_OF, AskProduct, Ordered, may_ask
from ivr.services.desk.product.manual_steps import Recording
from ivr.services.product_ports import Product
from ivr.services.staff.staff_ports import Staff

TOKEN: Final = "csrf_token"  # noqa: S105 -- the name of a field
VERSION: Final = "version"
_MOST_SUBACCOUNTS: Final = 1_000_000
_VERSION: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_COUNT: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_MATCH: Final = re.compile(r"[0-9]{3}", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NO_DAY: Final = "Choose a day, such as 2026-12-01; or leave it empty."
_MOST_KEPT: Final = 600

Typed = Mapping[str, str]


class Unfit(ValueError):  # noqa: N818 -- it names what is the matter with a field
    """A field holds what it cannot. field: which one; the sentence says what to type."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRequest:
    """One move that somebody asks for. typed: the fields of its form, by name.

    product: the vendor's, where it is asked from here; None where its acts are done by hand. staff: who may
    be asked to vouch for a caller; None where nobody is. keypad: None where no call is moved from here.
    """

    number: CaseNumber
    agent: str
    at: datetime
    typed: Typed
    product: Product | None = None
    staff: Staff | None = None
    keypad: Keypad | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveForm:
    """fields: what the form may hold, beside token and version. outcome: what the audit calls its success.

    make: does it, with a desk and a pen that have looked at the case as the form showed it. failure: what
    the audit calls it where what failed is recorded.
    """

    fields: tuple[str, ...]
    outcome: str
    make: Callable[[Desk, Writing, MoveRequest], object]
    failure: str = ""

    def typed(self, sent: Mapping[str, str]) -> dict[str, str]:
        """Keep the form's own fields, cut where nobody types so much."""
        return {name: sent.get(name, "")[:_MOST_KEPT] for name in self.fields}

    def strangers(self, sent: Mapping[str, str]) -> int:
        """Count the fields that no form of ours has."""
        return len(set(sent) - {TOKEN, VERSION, *self.fields})


def version_of(text: str) -> int | None:
    return int(text) if _VERSION.fullmatch(text) else None


def _plain(move: Callable[..., object], outcome: str) -> MoveForm:
    return MoveForm(
        fields=(),
        outcome=outcome,
        make=lambda desk, _, asked: move(desk, asked.number, asked.agent, at=asked.at),
    )


def _claim(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    match = asked.typed["match"].replace(" ", "")
    if match and not _MATCH.fullmatch(match):
        raise Unfit("match", "Type the three digits that were whispered to you, such as 407.")
    taken_from = asked.typed["taken_from"] or None
    return desk.claim(asked.number, asked.agent, at=asked.at, match=match or None, taken_from=taken_from)


def _subaccounts(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    count = asked.typed["count"].strip()
    if not _COUNT.fullmatch(count) or int(count) > _MOST_SUBACCOUNTS:
        raise Unfit("count", "Type how many you see in the product, as a number; 0 where there is none.")
    is_now = not asked.typed["at"].strip()
    seen_at = asked.at if is_now else _seen_at(asked)
    return desk.subaccounts(asked.number, asked.agent, count=int(count), seen_at=seen_at, at=asked.at)


def _seen_at(asked: MoveRequest) -> datetime:
    try:
        return read_moment(asked.typed["at"], asked.typed["zone"])
    except NoMoment as fault:
        raise Unfit("at", str(fault)) from fault


def _recorded(act: Ordered, outcome: str) -> MoveForm:
    """Make the form by which an agent says what became of an act in the product's own tool."""

    def make(desk: Desk, _: Writing, asked: MoveRequest) -> object:
        fate = asked.typed["outcome"]
        if fate not in ("done", "failed"):
            raise Unfit("outcome", "Choose whether it is done, or failed.")
        return Recording(desk=desk).record(
            asked.number,
            asked.agent,
            act,
            is_done=fate == "done",
            # The time is kept in the zone that it was read in. What was not done was not done at any time.
            done_at=asked.at
            if fate == "failed" and not asked.typed["at"].strip()
            else _seen_at(asked).astimezone(ZoneInfo(asked.typed["zone"] or "UTC")),
            reference=asked.typed["reference"].strip(),
            at=asked.at,
        )

    fields = ("outcome", "at", "zone", "reference")
    return MoveForm(fields=fields, outcome=outcome, make=make, failure=MOVE_OF[act])


def _and_asked(move: Callable[..., Case], act: Ordered, outcome: str) -> MoveForm:
    """Make the form of a move that the product is asked to follow, where it is asked from here."""

    def make(desk: Desk, _: Writing, asked: MoveRequest) -> object:
        made = move(desk, asked.number, asked.agent, at=asked.at)
        if asked.product is not None and may_ask(made, act):
            asking = AskProduct(desk=replace(desk, seen=None), product=asked.product)
            asking.ask(asked.number, asked.agent, act, at=asked.at)
        return made

    return MoveForm(fields=(), outcome=outcome, make=make)


def _ask(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    act = asked.typed["act"]
    if asked.product is None:
        raise Unfit("act", "The product is not asked from here: take the steps in its own tool.")
    asking = AskProduct(desk=desk, product=asked.product)
    if act == "subaccounts":
        return asking.count(asked.number, asked.agent, at=asked.at)
    ordered = next((known for known in MOVE_OF if known == act), None)
    if ordered is None:
        raise Unfit("act", "Choose what the product is to do.")
    return asking.ask(asked.number, asked.agent, ordered, at=asked.at)


def _login(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    return desk.login(
        asked.number,
        asked.agent,
        login_at=_seen_at(asked),
        name=asked.typed["name"],
        where=asked.typed["where"],
        at=asked.at,
    )


def _call_back(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    return CallingBack(desk=desk).call(asked.number, asked.agent, at=asked.at)


def _ask_tam(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    if asked.staff is None:
        raise NotKept("No account manager works with this console.")
    return Vouching(desk=desk, staff=asked.staff).ask(asked.number, asked.agent, at=asked.at)


def _ask_unlock(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    return Unlocking(desk=desk).ask(asked.number, asked.agent, reason=asked.typed["reason"], at=asked.at)


def _unlock(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    return Unlocking(desk=desk).unlock(asked.number, asked.agent, at=asked.at)


def _name_mailbox(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    contact = asked.typed["contact"]
    if not contact:
        raise Unfit("contact", "Choose the mailbox.")
    return Mailboxes(desk=desk).name(asked.number, asked.agent, contact=contact, at=asked.at)


def _confirm_mailbox(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    return Mailboxes(desk=desk).confirm(asked.number, asked.agent, at=asked.at)


def _keypad(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    if asked.keypad is None:
        raise NotKept("No call can be moved from this console: ask the caller to call again.")
    return replace(asked.keypad, desk=desk).send(asked.number, asked.agent, at=asked.at)


def _refuse(desk: Desk, _: Writing, asked: MoveRequest) -> object:
    if asked.typed["why"] not in REASONS:
        raise Unfit("why", "Choose why the case is refused.")
    return desk.refuse(asked.number, asked.agent, why=asked.typed["why"], at=asked.at)


def _note(_: Desk, pen: Writing, asked: MoveRequest) -> object:
    pen.note(asked.number, asked.agent, note=asked.typed["id"], text=asked.typed["text"], at=asked.at)
    return None


def _wrap_up(_: Desk, pen: Writing, asked: MoveRequest) -> object:
    disposition, day = asked.typed["disposition"], asked.typed["follow_up"].strip()
    if not disposition:
        raise Unfit("disposition", "Nothing is kept yet: choose how it went, by its button or its key.")
    if day and not _DAY.fullmatch(day):
        raise Unfit("follow_up", _NO_DAY)
    try:
        follow_up = date.fromisoformat(day) if day else None
    except ValueError:
        raise Unfit("follow_up", _NO_DAY) from None
    return pen.wrap_up(asked.number, asked.agent, disposition=disposition, at=asked.at, follow_up=follow_up)


FORMS: Final[Mapping[str, MoveForm]] = {
    "claim": MoveForm(fields=("match", "taken_from"), outcome="claim", make=_claim),
    "spoke": _plain(Desk.spoke, "spoke"),
    "keypad": MoveForm(fields=(), outcome="keypad", make=_keypad),
    "subaccounts": MoveForm(fields=("count", "at", "zone"), outcome="subaccounts", make=_subaccounts),
    "reset": _and_asked(Desk.ask_for_reset, "reset", "RESET_REQUESTED"),
    "reset-done": _recorded("reset", "RESET_DONE"),
    "login": MoveForm(fields=("at", "zone", "name", "where"), outcome="login", make=_login),
    "release": _and_asked(Desk.release, "release", "RELEASED"),
    "released": _recorded("release", "released"),
    "approve": _plain(Desk.approve, "approve"),
    "change": _and_asked(Desk.change, "change", "CHANGED"),
    "changed": _recorded("change", "changed"),
    "ask": MoveForm(fields=("act",), outcome="asked", make=_ask),
    "hold": _plain(Desk.hold, "HELD"),
    "restore": _plain(Desk.restore, "VERIFIED"),
    "call-back": MoveForm(fields=(), outcome="call-back", make=_call_back),
    "ask-tam": MoveForm(fields=(), outcome="ask-tam", make=_ask_tam),
    "ask-unlock": MoveForm(fields=("reason",), outcome="ask-unlock", make=_ask_unlock),
    "unlock": MoveForm(fields=(), outcome="unlock", make=_unlock),
    "name-mailbox": MoveForm(fields=("contact",), outcome="name-mailbox", make=_name_mailbox),
    "confirm-mailbox": MoveForm(fields=(), outcome="confirm-mailbox", make=_confirm_mailbox),
    "refuse": MoveForm(fields=("why",), outcome="REFUSED", make=_refuse),
    "note": MoveForm(fields=("id", "text"), outcome="note", make=_note),
    "hand-over": MoveForm(
        fields=(),
        outcome="hand-over",
        make=lambda _, pen, asked: pen.hand_over(asked.number, asked.agent, at=asked.at),
    ),
    "wrap-up": MoveForm(fields=("disposition", "follow_up"), outcome="wrap-up", make=_wrap_up),
    "undo": MoveForm(
        fields=(),
        outcome="undo",
        make=lambda _, pen, asked: pen.undo(asked.number, asked.agent, at=asked.at),
    ),
}

FIELDS: Final = frozenset(name for form in FORMS.values() for name in form.fields)
"""Every field of every form."""
