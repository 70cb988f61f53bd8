"""What the caller's telephone and mailbox receive while a call is rehearsed."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from ivr.delivery import Delivery, Letter

_CODE: Final = re.compile(r"(?<![0-9a-f/])[0-9]{6}(?![0-9a-f])")
_TAKEN: Final = Delivery(fate="accepted", code=250, text="kept for the rehearsal", host="rehearsal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """words: of a call, the address that it hears. status: where it is told how the call ended."""

    kind: Literal["text", "call", "mail"]
    to: str
    words: str
    status: str | None = None

    @property
    def code(self) -> str | None:
        """The six digits in it, where there are any."""
        found = _CODE.search(self.words)
        return None if found is None else found.group()


@dataclass(slots=True, kw_only=True)
class Post:
    """A Mailer and a Telephone that keep what they are given. refuses_mail: as a full mailbox does."""

    received: list[Received] = field(default_factory=list)
    refuses_mail: bool = False

    def send(self, letter: Letter) -> Delivery:
        if self.refuses_mail:
            return Delivery(fate="refused", code=550, text="no such mailbox", host="rehearsal")
        words = f"{letter.subject}\n{letter.body}"
        self.received.append(Received(kind="mail", to=letter.to, words=words))
        return _TAKEN

    def text(self, *, to: str, body: str, name: str) -> Delivery:  # noqa: ARG002 -- a carrier wants no name
        self.received.append(Received(kind="text", to=to, words=body))
        return _TAKEN

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:  # noqa: ARG002 -- as above
        self.received.append(Received(kind="call", to=to, words=url, status=status))
        return _TAKEN
