"""What a turn of verification asks for, and what it is told: the dialogue's whole view of a case."""

from dataclasses import dataclass
from typing import Literal

from ivr.domain.phone import E164
from ivr.domain.recovery.case import Goal, Path
from ivr.domain.recovery.factors import Level
from ivr.domain.redaction import Secret

Step = Literal["phone", "mailbox"]
"""Where a code is waited for: sent to the phone on file, or to the mailbox on file."""
Entered = Literal["phone", "mailbox", "app", "saved_code", "pin"]
"""What was typed: the code that was sent there; what stands for it, of an app or an enrolment; a PIN."""
Way = Literal["text", "call"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify:
    """The caller says for which account. typed: None for "the phone I call from"; caller: that phone.

    is_number_doubtful: whether the network says that the number is not the caller's. stir_level: what it
    says of the number, in its own word; None where it says nothing that is known.
    """

    typed: Secret | None
    caller: E164 | None
    is_number_doubtful: bool
    goal: Goal
    language: str
    stir_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOn:
    """The caller comes back to a case that this call has already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutPin:
    """The caller types no PIN: never given one, or not at hand. That is no wrong entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutMailbox:
    """The caller says that the mailbox on file cannot be opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    step: Step
    way: Way


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckEntry:
    """What was typed at *step*. instead_of: the sent code whose place an app's or a saved one takes.

    is_open: whether a verified caller can reach the line now; a case that is verified while not is held.
    """

    step: Entered
    entry: Secret
    caller: E164 | None
    is_open: bool
    instead_of: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """key: what was pressed after the warning. warning_hash: of the words that were spoken."""

    key: str
    warning_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseReset:
    """The caller says, on hearing what a change loses, that a colleague has a login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Nobody on call answered a verified caller: the case is held until the line opens, unless confirmed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Nothing is done, and the case is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SayPrimary:
    """Whether a caller with a case is the primary administrator. then: what the turn asks for besides."""

    is_primary: bool
    then: "GoOn | Look"


Deed = (
    Identify
    | GoOn
    | WithoutPin
    | WithoutMailbox
    | SendAgain
    | CheckEntry
    | Confirm
    | ChooseReset
    | Hold
    | Look
    | SayPrimary
)

Next = Literal[
    "primary", "pin", "phone", "mailbox", "verified", "held", "failed", "without_mailbox", "closed"
]
"""primary: whether this is the primary administrator is asked. pin: what we issued is asked for. phone,
mailbox: the code that is waited for. verified: by two factors, now. held: the same, kept until the line
opens. failed: no more tries in this call. without_mailbox: the caller cannot open it, and reaches a person.
closed: nobody can be verified by phone now."""


Asked = Literal["asked", "too_soon", "too_often"]
"""What became of asking for a code in this call, the same for everybody: whether one went depends on the
account, and is never told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """number: of the case, nine digits. waited_s: since the last code was asked for.

    asked: what became of that just now. may_ask: whether this call may ask for one more there.

    is_another_round: a first round was not enough. match: three digits for the agent's screen. says_primary:
    what the caller said last of being the primary administrator; None before any answer.
    """

    next: Next
    number: str = ""
    level: Level = 0
    path: Path = "reset"
    waited_s: float = 0
    asked: Asked = "asked"
    may_ask: bool = True
    is_another_round: bool = False
    is_confirmed: bool = False
    confirming_key: str = ""
    match: str = ""
    says_primary: bool | None = None


CLOSED = CaseView(next="closed")
"""What a turn is told where the store, the directory or the audit cannot be used."""
