"""What recovery needs from outside: the directory of accounts, the product, the cases, what is to be sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from ivr.dialogue.effect import Effect
from ivr.mask import Secret
from ivr.phone import E164
from ivr.ports import TurnKey
from ivr.recovery.case import Case, CaseId, CaseNumber, Subaccounts
from ivr.recovery.chain import Fields
from ivr.recovery.enrolment import App, Invitation
from ivr.recovery.factor import Evidence
from ivr.recovery.limits import Moments

Result = TypeVar("Result")

ContactKind = Literal["phone", "mailbox"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One way to reach a primary administrator, without the address itself.

    id: random, 32 hex digits. added_at: since when it is on file; for all but the first import the later of
    what the file says and when we first saw it. can_text: whether a text message may be sent there: a mobile
    number, or one that nobody can tell from a mobile's. prefix: the first five characters of a number, for
    counting what is sent to one range.
    """

    id: str
    kind: ContactKind
    added_at: datetime
    can_text: bool
    has_consented: bool
    prefix: str


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
        """Give the contact of that kind that has been on file longest."""
        kept = [contact for contact in self.contacts if contact.kind == kind]
        return min(kept, key=lambda contact: contact.added_at, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a message goes to. address: an E.164 number, or one plain mail address. Only the sender asks."""

    kind: ContactKind
    address: str
    company: str


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
Purpose = Literal["code", "case_number", "disclaimer", "notice", "invite", "enrolled"]
"""The last two are about no case: the link to enrol an app and saved codes, and word that it was done."""
Notice = Literal["verified", "locked", "requested", "released", "changed", "stopped"]
"""What a contact is told of: somebody passed the checks; too much was guessed; a reset or a change was asked
for; the credentials were released; the password was changed; the case was stopped by its link."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCode:
    """A code that was asked for: everything but the code.

    checks: how often one was typed against it. sends: how many codes this contact was sent in this call.
    """

    case: CaseId
    call: str
    contact: str
    salt: str
    asked_at: datetime
    expires_at: datetime
    sends: int
    checks: int = 0
    used_at: datetime | None = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What an agent wrote about a case. id: 32 hex digits, given with the empty form; author: a member."""

    id: str
    case: CaseId
    author: str
    text: str
    at: datetime


Disposition = Literal["solved", "waits", "sent_on", "no_proof", "dropped", "withdrew", "suspicious"]
"""How the work on a case went, in the agent's eyes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    disposition: Disposition
    agent: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The last thing that was done to a case. actor: as in the audit, such as "agent:ana"."""

    actor: str
    outcome: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PutThrough:
    """How a call about a case was put through last.

    taken_at: when somebody took it. has_ended: whether it rings no more. lines: every line that calls about
    the case were put through to, the last one first.
    """

    at: datetime
    lines: tuple[str, ...]
    taken_at: datetime | None
    has_ended: bool


class DeskWork(Protocol):
    """What agents write about a case, and what they are told of its calls, in the same transaction."""

    def keep_note(self, note: Note) -> bool | None:
        """Write a note, or write it over; whether it is new. None: the id is another's, and nothing is."""

    def notes(self, case: CaseId) -> tuple[Note, ...]:
        """List what was written about the case, oldest first."""

    def keep_wrap_up(self, case: CaseId, call: str, wrap_up: WrapUp) -> None:
        """Keep how a call about the case went, instead of what was kept of that call before."""

    def wrap_up(self, case: CaseId, call: str) -> WrapUp | None: ...

    def last_change(self, case: CaseId) -> Change | None: ...

    def put_through(self, case: CaseId) -> PutThrough | None:
        """Tell how the case's calls were put through; None where none was."""

    def caller_of(self, call: str) -> str | None:
        """Give the keyed hash of the number that the call came from."""


ProductAct = Literal["subaccounts", "reset", "change", "release"]


class ProductUnavailable(Exception):  # noqa: N818 -- it names a state of the product, not a mistake
    """The product did not answer, or not as agreed. Whether it did what was asked, only a look tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a representative does in the product's own tool: one sentence each, in their order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many subaccounts the product has; at: by its clock, with its zone."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The product will do it, and says so afterwards. at: by its clock, with its zone."""

    reference: str
    at: datetime


class Product(Protocol):
    """The vendor's own product. account: an id of the directory's; case: the number that it quotes later.

    An act that is asked for again for the same case is done once. Every method raises ProductUnavailable
    within 5 seconds.
    """

    def subaccounts(self, account: str) -> Counted | Steps: ...

    def reset(self, account: str, *, case: CaseNumber) -> Accepted | Steps: ...

    def change(self, account: str, permit: Secret, *, case: CaseNumber) -> Accepted | Steps: ...

    def release(self, account: str, *, case: CaseNumber) -> Accepted | Steps: ...


Happening = Literal["reset_done", "subaccount_login", "change_done", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the product says happened; at: by its clock. source: its own id of this, the same when repeated.

    account: an id of the directory's, or a subscription number. digest: of all that was sent.
    by_person, subaccount_since: whether a person logged in, with a subaccount that exists since when.
    permit: of a change.
    """

    source: str
    digest: str
    what: Happening
    case: CaseNumber
    account: str
    at: datetime
    reference: str = ""
    by_person: bool = False
    subaccount_since: datetime | None = None
    permit: Secret | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """Lets one change be made, once. mac: of its number, which is kept nowhere. reference: of the change."""

    case: CaseId
    account: str
    mac: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByHand:
    """What a representative did in the product's tool, or failed to do. at: with the zone it was read in."""

    id: str
    case: CaseId
    act: ProductAct
    is_done: bool
    at: datetime
    reference: str
    by: str


class Permits(Protocol):
    """Permits, and what was said of acts in the product, in the same transaction."""

    def issue(self, new: Permit) -> None:
        """Keep the permit; a case has one, ever."""

    def permit(self, case: CaseId) -> Permit | None: ...

    def permits(self, *, since: datetime) -> tuple[Permit, ...]:
        """List the permits that were issued since then, oldest first."""

    def use(self, mac: str, *, at: datetime, reference: str) -> bool:
        """Whether there is such a permit, and it was never used; it serves no more."""

    def told(self, source: str) -> str | None:
        """Give the digest of what was said under this id; None where it is new."""

    def keep_told(self, told: Told, *, case: CaseId, at: datetime) -> None: ...

    def keep_by_hand(self, record: ByHand, *, at: datetime) -> None: ...

    def by_hand(self, case: CaseId) -> tuple[ByHand, ...]:
        """List what was done by hand for the case, oldest first."""


class StaleCase(Exception):  # noqa: N818 -- it names what happened to the case
    """Somebody else changed the case meanwhile: read it again."""


class AuditUnavailable(Exception):  # noqa: N818 -- it names a state of the audit
    """Nothing can be put on record, so nothing is done."""


class CaseWork(Protocol):
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

    def joined_at(self, case: CaseId) -> tuple[tuple[str, datetime], ...]:
        """List the calls about the case, oldest first."""

    def evidence(self, case: CaseId) -> tuple[Evidence, ...]: ...

    def prove(self, case: CaseId, evidence: Evidence) -> None: ...

    def code(self, case: CaseId, call: str, contact: str) -> SentCode | None: ...

    def keep_code(self, code: SentCode) -> None: ...

    def moments(self, scope: str, key: str) -> Moments:
        """Read a counter, and hold it until the end of the transaction."""

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
