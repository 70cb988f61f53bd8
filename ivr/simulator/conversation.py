"""A call written down as a test: what the caller does, what must be heard, how it ends."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ivr.simulator.agents import Behaviour
from ivr.written.document import Document
from ivr.written.finding import Finding
from ivr.written.judge import findings_of
from ivr.written.read import read

FIRST_TIME = "2026-11-24T10:00:00-08:00"
"""A Tuesday morning, when every shipped line is open."""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Keys = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^[0-9*#]+$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Step(_Strict):
    """One line of a conversation; exactly one field is given. presses: one key after the other."""

    hears: str | None = None
    agent_hears: str | None = None
    presses: Keys | None = None
    says: str | None = None
    stays: Literal["silent"] | None = None
    records: Annotated[int, Field(ge=0, le=120)] | None = None
    listens: Annotated[int, Field(ge=0, le=3600)] | None = None
    hangs_up: Literal[True] | None = None


class Conversation(_Strict):
    """people: how somebody behaves who is rung, by name; who is not named answers."""

    call: Annotated[str, Field(min_length=1)]
    at: str = FIRST_TIME
    caller: str = "+14155550199"
    people: dict[str, Behaviour] = {}
    steps: Annotated[list[Step], Field(min_length=1)]
    ends: Literal["transferred", "callback_left", "voicemail", "answered", "failed", "abandoned"]

    def begins_at(self) -> datetime:
        return datetime.fromisoformat(self.at)


def read_conversation(file: str, data: bytes) -> tuple[Document, Conversation | None, tuple[Finding, ...]]:
    """Read one file; None, with every fault and its place, where it is no conversation."""
    document = read(file, data)
    if document.findings or document.value is None:
        return document, None, document.findings
    try:
        conversation = Conversation.model_validate(document.value)
        conversation.begins_at()
    except ValidationError as error:
        return document, None, findings_of(document, error)
    except ValueError:
        what, remedy = f'"{conversation.at}" is no time', f"write it as {FIRST_TIME}"
        spot = document.spot(("at",))
        fault = Finding(rule="bad-value", severity="error", spot=spot, what=what, remedy=remedy)
        return document, None, (fault,)
    return document, conversation, ()
