"""What may become of one attempt to send something, and what a way of sending promises."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Fate = Literal["accepted", "deferred", "in_doubt", "refused"]
"""accepted: taken over, for good. deferred: certainly not taken, and worth another try. in_doubt: taken or
not, nobody can tell. refused: certainly not taken, and never will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """code, text: the last reply, None and "" where there was none. host: who gave it.

    tls: the version that the connection was encrypted with, None where it was not.
    retry_after_s: how long the other side asked us to wait.
    """

    fate: Fate
    code: int | None = None
    text: str = ""
    host: str = ""
    tls: str | None = None
    retry_after_s: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to one address. message_id: with its angle brackets; the same on every repeat.

    at: the date in its head, aware.
    """

    to: str
    subject: str
    body: str
    message_id: str
    at: datetime


class Mailer(Protocol):
    def send(self, letter: Letter) -> Delivery:
        """Try once. Whatever happens outside becomes a Delivery, within seconds."""


class Telephone(Protocol):
    """Both methods try once; whatever happens outside becomes a Delivery, within 5 seconds.

    name: the message's own, for whoever keeps it in place of a carrier.
    """

    def text(
        self, *, to: str, body: str, name: str, status: str | None = None, lasts_s: int | None = None
    ) -> Delivery:
        """Hand a text over.

        status: where it is told what became of it. lasts_s: how long it is of any use.
        """

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:
        """Place a call that hears what *url* says. status: where it is told how the call ended."""
