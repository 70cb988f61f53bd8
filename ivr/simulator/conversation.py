"""A call written down as a test: what the caller does, what must be heard, how it ends."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ivr.domain.dialogue.call_disposition import Disposition
from ivr.domain.phone import caller
from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.reader import read
from ivr.domain.yaml_source.validation import findings_of
from ivr.domain.yaml_source.yaml_document import Path, YamlDocument
from ivr.simulator.carrier.simulated_agents import Behaviour

FIRST_TIME = "2026-11-24T10:00:00-08:00"
"""A Tuesday morning, when every shipped line is open."""
FIRST_CALLER = "+14155550199"
WITHHELD = "anonymous"
_KEYS = frozenset("0123456789*#")


def moment_of(text: str) -> datetime:
    """Read a moment with its offset. Raises ValueError, whose text says what to write instead."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{excerpt(text)} is no time; write it as {FIRST_TIME}") from error
    if at.tzinfo is None:
        raise ValueError(f"{excerpt(text)} does not say where; add the offset, as in {FIRST_TIME}")
    return at


def caller_of(text: str) -> str:
    """Check who calls. Raises ValueError, whose text says what to write instead."""
    if text != WITHHELD and caller(text) is None:
        raise ValueError(f'{excerpt(text)} is no number; write it as "{FIRST_CALLER}", or {WITHHELD}')
    return text


def _moment(value: object) -> object:
    return moment_of(value) if isinstance(value, str) else value


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _as_list(value: object) -> object:
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


def _keys(text: str) -> str:
    if not text or not _KEYS.issuperset(text):
        raise ValueError(f'{excerpt(text)} are no keys; write some of 0 to 9, * and #, as in "12#"')
    return text


def _true(given: bool) -> bool:  # noqa: FBT001 -- pydantic hands it over by position
    if not given:
        raise ValueError("false says nothing here; write true, or leave the step out")
    return given


Keys = Annotated[str, BeforeValidator(_as_text), AfterValidator(_keys)]
Behaviours = Annotated[tuple[Behaviour, ...], BeforeValidator(_as_list), Field(min_length=1)]
Seconds = Annotated[int, Field(ge=0, le=3600)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Step(_Strict):
    """One line of a conversation; exactly one field is given.

    presses: one key after the other. types: keys and then pound; types_code: the code in the last message of
    that kind, or that the last call reads aloud; types_case_number: the one in the last message that has one.
    presses_named_key: the one that the line named last. receives: words of a text message or an e-mail that
    came since the last act; receives_no: words that none of these had.
    records: seconds of a message, 0 where nothing is said; the caller then presses pound, or hangs up.
    listens: how many seconds of a prompt are heard before the next act. dials_again: hangs up, if need be,
    and calls anew. waits: so many minutes pass between two calls. picks_up: the next call that the line
    places by itself, within a day, is taken on the telephone that rings.
    """

    hears: Annotated[str, Field(min_length=1)] | None = None
    agent_hears: Annotated[str, Field(min_length=1)] | None = None
    receives: Annotated[str, Field(min_length=1)] | None = None
    receives_no: Annotated[str, Field(min_length=1)] | None = None
    presses: Keys | None = None
    types: Keys | None = None
    types_code: Literal["text", "mail", "call"] | None = None
    types_case_number: Annotated[bool, AfterValidator(_true)] | None = None
    presses_named_key: Annotated[bool, AfterValidator(_true)] | None = None
    says: Annotated[str, Field(min_length=1)] | None = None
    stays: Literal["silent"] | None = None
    records: Seconds | None = None
    records_and_hangs_up: Seconds | None = None
    listens: Seconds | None = None
    hangs_up: Annotated[bool, AfterValidator(_true)] | None = None
    dials_again: Annotated[bool, AfterValidator(_true)] | None = None
    picks_up: Annotated[bool, AfterValidator(_true)] | None = None
    waits: Annotated[int, Field(ge=1, le=10_000)] | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = sorted(name for name in self.model_fields_set if getattr(self, name) is not None)
        if len(given) != 1:
            held = " and ".join(given) or "nothing"
            raise PydanticCustomError(
                "one-act",
                "a step holds one thing, and here is {held}; begin a step for each with a dash",
                {"held": held},
            )
        return self


Part = Literal["store", "sender", "mail", "texts"]
"""What may be away: the database of cases, the process that sends, a mail server that takes mail, or a
carrier that takes texts."""


class Conversation(_Strict):
    """people: how somebody behaves who is rung, by name, one ring after the other; others answer.

    hours: by line, in place of its own. away: what does not work meanwhile.
    """

    call: Annotated[str, Field(min_length=1)]
    at: Annotated[datetime, BeforeValidator(_moment)] = datetime.fromisoformat(FIRST_TIME)
    caller: Annotated[str, AfterValidator(caller_of)] = FIRST_CALLER
    people: dict[str, Behaviours] = {}
    hours: dict[str, str] = {}
    away: list[Part] = []
    steps: Annotated[list[Step], Field(min_length=1)]
    ends: Disposition


def read_conversation(
    file: str, data: bytes
) -> tuple[YamlDocument, Conversation | None, tuple[Finding, ...]]:
    """Read one file; None, with every fault and its place, where it is no conversation."""
    document = read(file, data)
    if document.findings or document.value is None:
        return document, None, document.findings
    try:
        return document, Conversation.model_validate(document.value), ()
    except ValidationError as error:
        return document, None, findings_of(document, error, _known_fields)


def _known_fields(path: Path) -> Iterable[str]:
    return Step.model_fields if path[:1] == ("steps",) else Conversation.model_fields
