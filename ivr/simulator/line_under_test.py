"""What the handset needs of a line, be it in memory or served."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.dialogue.events import CallId
from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuTree
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from ivr.simulator.carrier.mailbox_and_phone import Received

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class MovableClock(Protocol):
    def now(self) -> datetime: ...

    def advance(self, seconds: float) -> None: ...


class LineUnderTest(Protocol):
    """A whole line: the application that is called, what signs its requests, and what it kept."""

    @property
    def wsgi(self) -> "WSGIApplication": ...

    @property
    def public_url(self) -> str: ...

    @property
    def account_sid(self) -> str: ...

    @property
    def token(self) -> Secret: ...

    @property
    def clock(self) -> MovableClock: ...

    @property
    def tree(self) -> MenuTree: ...

    @property
    def numbers(self) -> Mapping[LineId, tuple[E164, ...]]: ...

    @property
    def received(self) -> Sequence[Received]:
        """Everything that was sent to the caller's telephone and mailbox so far."""

    def settle(self) -> None:
        """Let what is queued be sent, as the sender's process would."""

    def tend(self) -> float | None:
        """Let the house do by itself what is due: call about cases that were kept overnight.

        Gives the seconds until more is due; None where nothing is.
        """

    def disposition(self, call: CallId) -> Disposition | None: ...
