"""What recovery needs from outside: the directory of accounts, the cases, what is to be sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from ivr.domain.dialogue.effects import Effect
from ivr.domain.phone import E164
from ivr.domain.recovery.audit_chain import Fields
from ivr.domain.recovery.callback import CallBacks
from ivr.domain.recovery.case import Case, CaseCall, CaseId, CaseNumber, Subaccounts
from ivr.domain.recovery.codes import SentCode
from ivr.domain.recovery.enrollment import App, Invitation, Pin, PinTry
from ivr.domain.recovery.factors import Evidence, Factor
from ivr.domain.recovery.limits import Moments
from ivr.domain.recovery.primary_answer import PrimaryAnswer
from ivr.domain.recovery.undelivered_texts import TextOutcomes
from ivr.services.desk_ports import DeskWork
from ivr.services.ports import CountsBeside, TurnKey
from ivr.services.product_ports import Permits

Result = TypeVar("Result")

ContactKind = Literal["phone", "mailbox"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One way to reach a primary administrator, without the address itself.

    id: random, 32 hex digits. added_at: since when it is on file; for all but the first import the later of
    what the file says and when we first saw it. can_text: whether a text message may be sent there: a mobile
    number, or one that nobody can tell from a mobile's. prefix: the first five characters of a number, for
    counting what is sent to one range. is_other: whether it is a mailbox that gets no codes and no warning
    unless two representatives name it for a case.
    """

    id: str
    kind: ContactKind
    added_at: datetime
    can_text: bool
    has_consented: bool
    prefix: str
    is_other: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the directory tells of an account. id: random, 32 hex digits, never the subscription number.

    contacts: the primary administrator's. tam: the account's own technical account manager's telephone.
    """

    id: str
    language: str
    subaccounts: Subaccounts
    is_closed: bool
    contacts: tuple[Contact, ...]
    tam: E164 | None

    def contact(self, kind: ContactKind) -> Contact | None:
        """Give the contact that gets codes: of that kind, the one that has been on file longest."""
        kept = [contact for contact in self.contacts if contact.kind == kind and not contact.is_other]
        return min(kept, key=lambda contact: contact.added_at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a message goes to: an E.164 number, or one mail address. number: the subscription's, or ""."""

    kind: ContactKind
    address: str
    company: str
    number: str = field(default="", repr=False)
    administrator: str = field(default="", repr=False)


class DirectoryUnavailable(Exception):  # noqa: N818 -- it names a state of the directory, not a mistake
    """The directory cannot be asked now: verification is refused politely, and calls go on."""


class Directory(Protocol):
    """Accounts, wherever they are kept. Every method raises DirectoryUnavailable within 5 seconds."""

    def find(self, typed: str) -> Account | None:
        """Find the account of a subscription number, or of a number on file; None also where several match.

        typed: digits, or an E.164 number. A subscription number decides before a telephone number does.
        """

    def account(self, account: str) -> Account | None:
        """Give an account by its id."""

    def addressee(self, contact: str) -> Addressee | None:
        """Give the address of a contact, by its id; None where it is on file no more."""


Channel = Literal["text", "call", "mail"]
# fmt: off
Purpose = Literal[
    "code", "call_back", "not_reached", "case_number", "disclaimer", "notice", "vouch",
    "invite", "renew", "enrolled", "pin_issued",
]
# fmt: on
"""call_back: a call to the phone on file about a held case, which a person is to go on with.
not_reached: a mail that such calls brought nobody.
vouch: goes to an account's own manager, who is asked whether the caller is who she says.

The last four are about no case: the link to enrol an app and saved codes, the same after a saved code was
used, word that it was done, and word that a PIN was issued."""
_OfAct = Literal["release_allowed", "released", "change_allowed", "changed"]
Notice = Literal["verified", "locked", "requested", "waiting", "reminder", "lapsed", "stopped", _OfAct]
"""What a contact is told of. waiting: for a login, once the reset is done; reminder: still; stopped: by
its link; the last four: what was allowed, and then, once that is recorded, what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to be sent. contact: None where nobody matched: it is kept, and goes nowhere.

    details: what its words are filled with; never a code, a number or an address.
    """

    id: str
    channel: Channel
    purpose: Purpose
    case: CaseId
    call: str
    contact: str | None
    language: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A message as it was handed to the sender, at *at*; what became of it since is not told."""

    message: Outgoing
    at: datetime


class Enrolments(Protocol):
    """What accounts enrolled, in the same transaction. Each answer takes one statement, found or not."""

    def app(self, account: str) -> App | None: ...

    def use_step(self, account: str, step: int) -> bool:
        """Whether the app's step is later than every one that served; it serves no more."""

    def use_saved(self, account: str, mac: str, *, at: datetime) -> bool:
        """Whether the account has this saved code, and never used it; it serves no more."""

    def enrol(self, account: str, *, sealed: str, macs: Sequence[str], at: datetime) -> None:
        """Keep an app and saved codes instead of all that the account had."""

    def invite(self, invitation: Invitation, *, at: datetime) -> None:
        """Keep an invitation; the account's earlier ones end."""

    def invitation(self, invitation: str) -> Invitation | None: ...

    def end_invitation(self, invitation: str, *, at: datetime) -> bool:
        """Whether this ended it: of several who try, one does."""

    def consent_to_texts(self, contact: str, *, at: datetime) -> None:
        """Note that the contact's owner agreed to texts, where we keep the contact."""

    def pin(self, account: str) -> Pin | None: ...

    def keep_pin(self, account: str, pin: Pin) -> None:
        """Keep a PIN instead of the one that the account had."""

    def claim_pin_try(self, case: CaseId, key: TurnKey, new: PinTry) -> bool:
        """Whether this is the turn's first try; a copy of its webhook does not count twice."""

    def pin_try(self, key: TurnKey) -> PinTry | None: ...


class StaleCase(Exception):  # noqa: N818 -- it names what happened to the case
    """Somebody else changed the case meanwhile: read it again."""


class AuditUnavailable(Exception):  # noqa: N818 -- it names a state of the audit
    """Nothing can be put on record, so nothing is done."""


class CaseWork(CountsBeside, Protocol):
    """One transaction over cases. What is done in it happens together, or not at all."""

    def case(self, case: CaseId) -> Case | None: ...

    def case_of(self, call: str) -> Case | None:
        """Give the case that the call is in; the last one where it was in several."""

    def case_numbered(self, number: CaseNumber) -> Case | None: ...

    def cases(self) -> tuple[Case, ...]:
        """List every case that is not over, oldest first."""

    def add(self, case: Case) -> None: ...

    def save(self, case: Case) -> Case:
        """Store the case and give it with its next version. Raises StaleCase."""

    def join(self, case: CaseId, call: str, at: datetime) -> None:
        """Note that the call is about the case."""

    def joined(self, case: CaseId, call: str) -> CaseCall | None:
        """Give what is kept of a call about the case."""

    def keep_answer(self, answered: CaseCall) -> None:
        """Keep what the caller said last of being the primary administrator: `is_primary`, `said_at`."""

    def answers(self, call: str) -> tuple[PrimaryAnswer, ...]:
        """Give all that was said of that in a call, whatever it was about, oldest first."""

    def count_wrong(self, case: CaseId, call: str) -> CaseCall:
        """Count one more wrong entry of a call about the case, in one statement; give the call as it is."""

    def evidence(self, case: CaseId) -> tuple[Evidence, ...]: ...

    def evidence_of_each(self, cases: Sequence[CaseId]) -> Mapping[CaseId, tuple[Evidence, ...]]:
        """Give the same of each of these cases; one of which nothing was proved is left out."""

    def prove(self, case: CaseId, evidence: Evidence) -> None: ...

    def withdraw(self, case: CaseId, call: str, factor: Factor) -> None:
        """Let what the call proved by this factor count no more."""

    def code(self, case: CaseId, call: str, contact: str) -> SentCode | None: ...

    def keep_code(self, code: SentCode) -> None: ...

    def moments(self, scope: str, key: str) -> Moments:
        """Read a counter, and hold it until the end of the transaction."""

    def shown_moments(self, scope: str, key: str) -> Moments:
        """Read a counter for a page that shows it: nothing may be decided by it."""

    def keep_moments(self, scope: str, key: str, moments: Moments) -> None: ...

    def queue(self, message: Outgoing, *, at: datetime) -> None: ...

    def queued(self, message: str) -> Queued | None:
        """Give a message by its id."""

    def disclaimer_state(self, case: CaseId) -> str | None:
        """Tell what became of the case's last disclaimer, in the outbox's word; None where there is none."""

    def record(self, kind: str, fields: Fields, *, at: datetime) -> None:
        """Put an act on record in the audit's chain."""

    def sender_seen_at(self) -> datetime | None:
        """When the process that sends messages last showed a sign of life."""

    @property
    def enrolments(self) -> Enrolments: ...

    @property
    def permits(self) -> Permits: ...

    @property
    def desk(self) -> DeskWork: ...

    @property
    def call_backs(self) -> CallBacks: ...

    @property
    def texts(self) -> TextOutcomes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a turn gives: its reply, and what it leaves behind beside the case."""

    reply: bytes
    effects: tuple[Effect, ...]


class Cases(Protocol):
    """Cases and all that belongs to them. Raises StoreUnavailable, AuditUnavailable."""

    def once(self, key: TurnKey, work: Callable[[CaseWork], Answered], *, at: datetime) -> bytes:
        """Do *work* and keep what it gives, once for each turn of a call.

        A repeated turn gets the reply of its first time; for one so old that its reply is gone nothing is
        done, and StoreUnavailable is raised.
        """

    def act(self, work: Callable[[CaseWork], Result]) -> Result:
        """Do *work* in one transaction."""
