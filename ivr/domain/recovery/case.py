"""A recovery case: its states, the only moves between them, and the dated facts that its gates read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, NewType, get_args

CaseId = NewType("CaseId", str)
"""Random, 32 hex digits; never spoken."""
CaseNumber = NewType("CaseNumber", str)
"""Nine digits that a caller may be told and may type: the first is 9. It proves nothing."""

State = Literal[
    "OPENED",
    "CLAIMED",
    "VERIFIED",
    "HELD",
    "RESET_REQUESTED",
    "RESET_DONE",
    "RELEASED",
    "CONFIRMED",
    "CHANGED",
    "CLOSED",
    "REFUSED",
    "LAPSED",
    "CANCELLED",
]  # fmt: skip -- in the order in which a case may go through them
STATES: Final[tuple[State, ...]] = get_args(State)

OVER: Final[frozenset[State]] = frozenset({"CLOSED", "REFUSED", "LAPSED", "CANCELLED"})
ACTED: Final[frozenset[State]] = frozenset({"RESET_REQUESTED", "RESET_DONE", "RELEASED", "CHANGED"})
"""What changes the account was asked for, or done: from there on nothing needs the caller."""

_END: Final[tuple[State, ...]] = ("REFUSED", "LAPSED", "CANCELLED")
MOVES: Final[Mapping[State, tuple[State, ...]]] = {
    "OPENED": ("CLAIMED", *_END),
    "CLAIMED": ("VERIFIED", *_END),
    "VERIFIED": ("HELD", "RESET_REQUESTED", "CONFIRMED", *_END),
    "HELD": ("VERIFIED", *_END),
    "RESET_REQUESTED": ("RESET_DONE", *_END),
    "RESET_DONE": ("RELEASED", *_END),
    "RELEASED": ("CLOSED",),
    "CONFIRMED": ("CHANGED", *_END),
    "CHANGED": ("CLOSED",),
    "CLOSED": (),
    "REFUSED": (),
    "LAPSED": (),
    "CANCELLED": (),
}

Goal = Literal["reset", "change", "unsure"]
"""What the caller asked for by key; a look-up after level 2 decides."""
Path = Literal["reset", "change"]
Subaccounts = Literal["yes", "no", "unknown"]
TamAnswer = Literal["yes", "no", "cannot_say"]
"""What an account's own manager says of whether the caller is who she says."""


BY_PRODUCT: Final = "system:product"
BY_CONTACT: Final = "system:contact"
BY_LINE: Final = "system:line"
"""Who did something to a case and is no member: the product by what it told, a contact by a link, the line
itself. No member is called so."""


class MoveRefused(ValueError):  # noqa: N818 -- it names what happened to the move
    """The table has no such move."""


OTHER_MAILBOX: Final = (
    "other_mailbox",
    "other_asked_at",
    "other_asked_by",
    "other_named_at",
    "other_named_by",
)
"""The facts of a case by which two representatives name another mailbox."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One row. account: None where nothing matched what the caller typed; the dialogue does not show it.

    version: raised with every change, so that two people cannot change one case at once. Times are UTC.
    call: the caller's call that the case goes by: the one that opened it, or in which something was proved
    last. Who only types the case's number changes nothing of it. primary_claimed: whether that caller said
    so last, by key, at primary_at.
    phone, mailbox: the contacts that get codes; None where there is none that counts. enrolled: the account
    whose app and saved codes count; None as for the contacts. notify: whom to tell of
    what happens, as "mail:<contact> text:<contact>". on_file: what the directory said of subaccounts.
    l2_call, confirmed_call, spoke_call: the call in which that happened; they count only together, where they
    are one call. claimed_call: whose digits the case was claimed by; None where it was by none, since no call
    was left. acted_by: who asked for the reset, or had the change allowed.
    subaccounts: how many a representative counted in the product, at subaccounts_checked_at. reminded_at:
    when who asked for a reset was reminded that nobody has logged in yet. tam: the account's own manager,
    a member of the staff who was asked at tam_asked_at whether the caller is who she says. unlock_asked_at:
    when it was asked that the account be opened again, which too many wrong entries in a row had closed.
    mailbox_lost_at: when the caller said, by key, that the mailbox on file cannot be opened; mailbox_lost:
    that one, where it had counted. other_mailbox: a contact that two representatives name instead.
    subaccount_login_by: who recorded that a subaccount logged in, a member or BY_PRODUCT. over_by: who ended
    the case: a member, BY_CONTACT (by its link), BY_PRODUCT or BY_LINE.
    """

    id: CaseId
    number: CaseNumber
    state: State
    version: int
    opened_at: datetime
    call: str
    goal: Goal
    language: str
    account: str | None = None
    phone: str | None = None
    phone_texts: bool = False
    phone_prefix: str = ""
    mailbox: str | None = None
    enrolled: str | None = None
    notify: str = ""
    on_file: Subaccounts = "unknown"
    primary_claimed: bool = False
    primary_at: datetime | None = None
    path: Path | None = None
    l2_at: datetime | None = None
    l2_call: str | None = None
    held_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_call: str | None = None
    warning_hash: str | None = None
    disclaimer_queued_at: datetime | None = None
    disclaimer_accepted_at: datetime | None = None
    disclaimer_failed_at: datetime | None = None
    subaccounts: int | None = None
    subaccounts_checked_at: datetime | None = None
    subaccounts_checked_by: str | None = None
    agent: str | None = None
    claimed_at: datetime | None = None
    claimed_call: str | None = None
    spoke_at: datetime | None = None
    spoke_call: str | None = None
    approval_required: bool = False
    approver: str | None = None
    approved_at: datetime | None = None
    tam: str | None = None
    tam_asked_at: datetime | None = None
    tam_asked_by: str | None = None
    tam_answer: TamAnswer | None = None
    tam_answered_at: datetime | None = None
    unlock_asked_at: datetime | None = None
    unlock_asked_by: str | None = None
    unlocked_at: datetime | None = None
    unlocked_by: str | None = None
    mailbox_lost_at: datetime | None = None
    mailbox_lost: str | None = None
    other_mailbox: str | None = None
    other_asked_at: datetime | None = None
    other_asked_by: str | None = None
    other_named_at: datetime | None = None
    other_named_by: str | None = None
    acted_by: str | None = None
    reset_requested_at: datetime | None = None
    reset_done_at: datetime | None = None
    subaccount_login_at: datetime | None = None
    subaccount_login_by: str | None = None
    reminded_at: datetime | None = None
    released_at: datetime | None = None
    released_by: str | None = None
    changed_at: datetime | None = None
    over_at: datetime | None = None
    over_by: str | None = None
    over_why: str | None = None

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    @property
    def is_acted(self) -> bool:
        """Whether the reset was asked for, or the change allowed: what that rested on stays as it was."""
        return self.state in ACTED

    def ended(self, state: State, *, at: datetime, by: str, why: str) -> "Case":
        """Give the case as it is over. by: see over_by."""
        return replace(self, state=state, **end_facts(at=at, by=by, why=why))

    @property
    def desk_call(self) -> str:
        """The call that an agent's moves are about."""
        return self.claimed_call or self.call


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCall:
    """A call about a case. at: when it joined. wrong: entries that were wrong in it.

    is_primary: what its caller said last, by key, of being the primary administrator, at said_at.
    """

    case: CaseId
    call: str
    at: datetime
    wrong: int = 0
    is_primary: bool = False
    said_at: datetime | None = None


def end_facts(*, at: datetime, by: str, why: str) -> Mapping[str, Any]:
    """Name what is true of a case that is over. by: see `Case.over_by`."""
    return {"over_at": at, "over_by": by, "over_why": why}


def check_move(old: State, new: State) -> None:
    """Raise MoveRefused for a move that the table has not."""
    if new not in MOVES[old]:
        allowed = ", ".join(MOVES[old]) or "nothing: it is over"
        raise MoveRefused(f"a case that is {old} cannot become {new}; it can become {allowed}")


def level_2_facts(case: Case, joined: CaseCall, *, at: datetime) -> dict[str, Any]:
    """Give what becomes true of a case when level 2 is reached in a call: the case goes by that call then."""
    call = {"call": joined.call, "l2_at": at, "l2_call": joined.call}
    said = {"primary_claimed": joined.is_primary, "primary_at": joined.said_at}
    return {**call, **said, "path": case.path or path_of(case.goal, case.on_file)}


def path_of(said: Goal, on_file: Subaccounts) -> Path:
    """Choose the way: a reset wherever anybody says that a subaccount exists, since it loses nothing."""
    if said == "reset" or on_file == "yes":
        return "reset"
    return "change" if on_file == "no" or said == "change" else "reset"
