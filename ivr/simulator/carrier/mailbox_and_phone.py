"""What the caller's telephone and mailbox receive while a call is rehearsed."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final, Literal

from ivr.services.delivery import Delivery, Letter

_CODE: Final = re.compile(r"(?<![0-9a-f/])[0-9]{6}(?![0-9a-f])")
_STOPPED: Final = 21610
_NO_NUMBER: Final = 21211
"""The carrier's own numbers. Source: https://www.twilio.com/docs/api/errors, read November 2026."""
_TAKEN: Final = Delivery(fate="accepted", code=250, text="kept for the rehearsal", host="rehearsal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """words: of a call, the address that it hears. status: where it is told how the call ended.

    callback: where it is told what became of a text.
    """

    kind: Literal["text", "call", "mail"]
    to: str
    words: str
    status: str | None = None
    callback: str | None = None

    @property
    def code(self) -> str | None:
        """The six digits in it, where there are any."""
        found = _CODE.search(self.words)
        return None if found is None else found.group()


@dataclass(slots=True, kw_only=True)
class Post:
    """A Mailer and a Telephone that keep what they are given.

    refuses_mail: as a full mailbox does. refuses_texts: as the carrier does once a number answered STOP.
    """

    received: list[Received] = field(default_factory=list)
    refuses_mail: bool = False
    refuses_texts: bool = False
    refuses_calls: bool = False

    def refuse(self, away: Collection[str]) -> None:
        """Refuse from now on what is named, "mail" or "texts", and nothing else."""
        self.refuses_mail, self.refuses_texts, self.refuses_calls = "mail" in away, "texts" in away, False

    def send(self, letter: Letter) -> Delivery:
        if self.refuses_mail:
            return Delivery(fate="refused", code=550, text="no such mailbox", host="rehearsal")
        words = f"{letter.subject}\n{letter.body}"
        self.received.append(Received(kind="mail", to=letter.to, words=words))
        return _TAKEN

    def text(
        self,
        *,
        to: str,
        body: str,
        name: str,  # noqa: ARG002 -- a carrier wants no name
        status: str | None = None,
        lasts_s: int | None = None,  # noqa: ARG002 -- a rehearsal delivers at once
    ) -> Delivery:
        if self.refuses_texts:
            return Delivery(fate="refused", code=_STOPPED, text="HTTP 400, error 21610", host="rehearsal")
        self.received.append(Received(kind="text", to=to, words=body, callback=status))
        return _TAKEN

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:  # noqa: ARG002 -- as above
        if self.refuses_calls:
            return Delivery(fate="refused", code=_NO_NUMBER, text="HTTP 400, error 21211", host="rehearsal")
        self.received.append(Received(kind="call", to=to, words=url, status=status))
        return _TAKEN
