"""The card of a case: all that an agent sees of it, and no more."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

from ivr.domain.recovery.case import BY_LINE, Case, CaseNumber, Path, State, TamAnswer, path_of
from ivr.domain.recovery.deadlines import waits_until
from ivr.domain.recovery.factors import Evidence, Factor
from ivr.domain.recovery.gates import Gate, change_gates, release_gates, reset_gates
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret, masked_email, masked_number, number_hmac
from ivr.services.case_ports import Addressee, CaseWork, Directory, DirectoryUnavailable
from ivr.services.desk.card.callback_attempts import NO_CALLS, CallsBack
from ivr.services.desk.card.current_call import CallNow, call_now, is_verified
from ivr.services.desk.card.lockout import OPEN, Shut, shut_lacks, shut_of
from ivr.services.desk.card.mailbox_replacement import Lost, lost_of
from ivr.services.desk.moves.moves import MOVE_NAMES, Lack, Move, lacks_of, sentence
from ivr.services.desk.moves.next_step import NextStep, next_step
from ivr.services.desk.product.product_acts import NONE, Acts, Owed, after_acts, owed, recorded_lacks

_UNREAD: Final = "cannot be read now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who the account belongs to and how its codes travel, as far as an agent may see: masked.

    number, administrator: of the subscription, for who holds the case alone, since the steps in the product
    ask for them; "" for everybody else. lost: what is about a mailbox on file that the caller cannot open.
    """

    company: str
    phone: str
    mailbox: str
    number: str = ""
    administrator: str = ""
    lost: Lost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """is_here: whether it was proved in the call that the card is about."""

    factor: Factor
    at: datetime
    is_here: bool = True


Standing = Literal[
    "verified", "hung_up", "confirmed", "held", "elsewhere", "ran_out", "unverified", "allowed", "over"
]
"""verified: by two factors, in this call, now. hung_up: the same, and the caller has left the line since.
confirmed: was, when the warning was confirmed in this call. held: was, before the line opened. elsewhere: a
caller was, in another call about the case, which counts for nothing in this one. ran_out: was, too long
ago. allowed: the reset was asked for, or the change allowed, so that nothing rests on it any more. over: the
case is."""


Calling = Literal["on file", "another", "unknown"]
"""Whether the call comes from the telephone on file. A hint only: anybody can show any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleMove:
    """lacks: why it is locked; nothing where it may be made now."""

    move: Move
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouch:
    """What the account's own manager was asked of the caller, and answered."""

    tam: str
    asked_by: str
    asked_at: datetime
    answer: TamAnswer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a case came to be over. by: a member's id, or who else ended it. why: as it was given, or ""."""

    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """next: the next step, and the words for the caller. since: when the case was opened.

    now: the call that the card is about. standing: what was proved in that call, and whether it still counts.
    verified_until: None where level 2 was not reached in it. is_vouched: whether the account's manager's word
    was one of the two. match: the three digits that were whispered; ""
    until the case is claimed with them, since a card that shows them to everybody would match every call.
    mail: what became of the disclaimer. gates: those of the path that the case is on. version: of the case,
    raised with every change. login_at: when a subaccount logged in since the reset. waits_until: when a case
    that waits for that lapses. shut: whether the account is closed to verification by phone. calls: that we
    placed about the case.
    """

    number: CaseNumber
    version: int
    next: NextStep
    state: State
    since: datetime
    path: Path
    is_primary: bool
    primary_at: datetime | None
    reach: Reach
    calling: Calling
    proved: tuple[Proved, ...]
    now: CallNow
    standing: Standing
    verified_until: datetime | None
    is_vouched: bool
    match: str
    agent: str | None
    spoke_at: datetime | None
    subaccounts: int | None
    mail: str
    gates: tuple[Gate, ...]
    moves: tuple[PossibleMove, ...]
    acts: Acts = NONE
    login_at: datetime | None = None
    released_by: str | None = None
    waits_until: datetime | None = None
    vouch: Vouch | None = None
    shut: Shut = OPEN
    calls: CallsBack = NO_CALLS
    ended: Ended | None = None

    def locked(self, lacks: Callable[[Move], tuple[Lack, ...]]) -> "Card":
        """Give the card with what each move lacks beside; a next step that is locked says what to do then."""
        more = (replace(one, lacks=(*one.lacks, *lacks(one.move))) for one in self.moves)
        then = () if self.next.move is None else lacks(self.next.move)
        step = " ".join((self.next.step, *(sentence(lack.remedy) for lack in then[:1])))
        following = replace(self.next, step=step, move=None) if then else self.next
        return replace(self, moves=tuple(more), next=following)

    @property
    def owed(self) -> Owed | None:
        """What was allowed, and nobody has recorded yet what became of."""
        return owed(self.state, self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What is stored about a case beside it, read in one transaction.

    mail: the outbox's word for its disclaimer; None where there is none. caller: the keyed hash of the number
    that calls; None where it is withheld, or nobody calls.
    """

    now: CallNow
    evidence: tuple[Evidence, ...] = ()
    mail: str | None = None
    acts: Acts = NONE
    shut: Shut = OPEN
    calls: CallsBack = NO_CALLS
    caller: str | None = None


def stored_of(
    tx: CaseWork, case: Case, policy: Policy, *, acts: Acts, calls: CallsBack, at: datetime
) -> Stored:
    """Read it. acts, calls: as whoever looks may see them."""
    now = call_now(tx, case, policy, at=at)
    return Stored(
        now=now,
        evidence=tx.evidence(case.id),
        mail=tx.disclaimer_state(case.id),
        acts=acts,
        shut=shut_of(tx, case, policy),
        calls=calls,
        caller=tx.desk.caller_of(now.call),
    )


def card_of(
    case: Case,
    stored: Stored,
    *,
    reach: Reach,
    match: str,
    policy: Policy,
    at: datetime,
    calling: Calling = "unknown",
    agent: str | None = None,
) -> Card:
    """Make the card of a case at *at*. agent: who reads it."""
    now, acts, shut = stored.now, stored.acts, stored.shut
    lacks = partial(lacks_of, case=case, policy=policy, at=at, agent=agent, now=now)
    step = next_step(case, policy, at=at, now=now, agent=agent, is_shut=shut.is_now)
    return Card(
        number=case.number,
        version=case.version,
        next=after_acts(step, case, acts, at=at),
        state=case.state,
        since=case.opened_at,
        path=_path(case),
        is_primary=case.primary_claimed,
        primary_at=case.primary_at,
        reach=reach,
        calling=calling,
        proved=tuple(proved_of(one, now) for one in stored.evidence),
        now=now,
        standing=standing_of_case(case, policy, at=at, now=now),
        verified_until=_until(case, policy, now),
        ended=ended_of(case),
        is_vouched=_is_vouched(case, stored.evidence),
        match=match if case.agent is not None and agent in (None, case.agent) else "",
        agent=case.agent,
        spoke_at=case.spoke_at,
        subaccounts=case.subaccounts,
        mail=stored.mail or "not asked for",
        gates=_gates(case, policy, at=at),
        moves=tuple(_possible(move, lacks(move), case, acts, shut) for move in MOVE_NAMES),
        acts=acts,
        login_at=case.subaccount_login_at,
        released_by=case.released_by,
        waits_until=waits_until(case, policy),
        vouch=vouch_of(case),
        shut=shut,
        calls=stored.calls,
    )


def _is_vouched(case: Case, evidence: tuple[Evidence, ...]) -> bool:
    """Whether level 2 was reached with the manager's word, given before and not after it."""
    return case.l2_at is not None and any(one.factor == "vouch" and one.at <= case.l2_at for one in evidence)


def _possible(move: Move, lacks: tuple[Lack, ...], case: Case, acts: Acts, shut: Shut) -> PossibleMove:
    more = (*recorded_lacks(move, case.state, acts), *shut_lacks(move, shut))
    return PossibleMove(move=move, lacks=(*lacks, *more))


def _until(case: Case, policy: Policy, now: CallNow) -> datetime | None:
    """Say until when level 2 lasts in this call; None where it was not reached in it."""
    if case.l2_at is None or case.l2_call != now.call:
        return None
    return case.l2_at + timedelta(seconds=policy.verified_s)


def standing_of_case(case: Case, policy: Policy, *, at: datetime, now: CallNow) -> Standing:
    """Say what level 2 of a case is worth in a call at *at*."""
    if case.is_over:
        return "over"
    if case.is_acted:
        return "allowed"
    if case.l2_at is None:
        return "unverified"
    if case.l2_call != now.call:
        return "elsewhere"
    if case.state == "HELD":
        return "held"
    if is_verified(case, policy, at=at, call=now.call):
        return "hung_up" if now.standing == "ended" else "verified"
    level = next(gate for gate in change_gates(case, policy, at=at) if gate.name == "level")
    return "confirmed" if case.state == "CONFIRMED" and level.is_met else "ran_out"


def ended_of(case: Case) -> Ended | None:
    """Tell who ended a case, and why; None while it goes on."""
    if case.over_at is None:
        return None
    return Ended(by=case.over_by or BY_LINE, at=case.over_at, why=case.over_why or "")


def proved_of(one: Evidence, now: CallNow) -> Proved:
    return Proved(factor=one.factor, at=one.at, is_here=one.factor == "vouch" or one.call == now.call)


def vouch_of(case: Case) -> Vouch | None:
    if case.tam is None or case.tam_asked_at is None or case.tam_asked_by is None:
        return None
    return Vouch(
        tam=case.tam,
        asked_by=case.tam_asked_by,
        asked_at=case.tam_asked_at,
        answer=case.tam_answer,
        answered_at=case.tam_answered_at,
    )


def reach_of(case: Case, directory: Directory, *, agent: str | None = None) -> Reach:
    """Ask the directory for what a card shows of an account; a directory that fails hides it, no more.

    agent: who looks.
    """
    if case.account is None:
        return Reach(company="no account matched", phone="none", mailbox="none")
    try:
        phone = None if case.phone is None else directory.addressee(case.phone)
        mailbox = None if case.mailbox is None else directory.addressee(case.mailbox)
        named = phone or mailbox or _anybody(directory, case.account)
    except DirectoryUnavailable:
        return Reach(company=_UNREAD, phone=_UNREAD, mailbox=_UNREAD)
    is_held = named is not None and agent is not None and agent == case.agent and not case.is_over
    return Reach(
        company="no contact that counts" if named is None else named.company,
        number=named.number if named is not None and is_held else "",
        administrator=named.administrator if named is not None and is_held else "",
        phone=_masked(phone),
        mailbox=_masked(mailbox),
        lost=lost_of(case, directory),
    )


def _anybody(directory: Directory, account: str) -> Addressee | None:
    """Find who stands for the account's name where none of its contacts counts in the case."""
    found = directory.account(account)
    contacts = () if found is None else found.contacts
    return directory.addressee(contacts[0].id) if contacts else None


def calling_of(case: Case, directory: Directory, caller: str | None, key: Secret) -> Calling:
    """Compare the number that calls with the telephone on file. caller: its keyed hash."""
    if caller is None or case.phone is None:
        return "unknown"
    try:
        phone = directory.addressee(case.phone)
    except DirectoryUnavailable:
        return "unknown"
    if phone is None:
        return "unknown"
    is_same = number_hmac(key.reveal().encode(), phone.address) == caller
    return "on file" if is_same else "another"


def _masked(addressee: Addressee | None) -> str:
    if addressee is None:
        return "none"
    masked = masked_number if addressee.kind == "phone" else masked_email
    return masked(addressee.address)


def _path(case: Case) -> Path:
    return case.path or path_of(case.goal, case.on_file)


def _gates(case: Case, policy: Policy, *, at: datetime) -> tuple[Gate, ...]:
    """Give the gates of what the case is still to come to; of what was allowed, as they stood then."""
    if case.is_over:
        return ()
    if case.state in ("RESET_REQUESTED", "RESET_DONE", "RELEASED"):
        found = release_gates(case)
    elif _path(case) == "change" or case.state in ("CONFIRMED", "CHANGED"):
        found = change_gates(case, policy, at=case.changed_at or at)
    else:
        found = reset_gates(case, policy, at=at)
    # Where a case must be is the next step's to say.
    return tuple(gate for gate in found if gate.name != "open")
