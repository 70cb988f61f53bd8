"""What the files of a menu folder may hold, field by field. Strict: an unknown field is a fault."""

import re
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ivr.domain.menus.schema.text import TextIn

NAME = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_NAME = re.compile(NAME)
_LONGEST_NAME = 40


def _named(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("this is no name; quote it")  # noqa: TRY004 -- pydantic gathers ValueErrors
    if _NAME.fullmatch(value) and len(value) <= _LONGEST_NAME:
        return value
    if re.fullmatch(r"\+?[\d\s().-]{5,}", value) or value.startswith(("sip:", "tel:")):
        raise ValueError(
            f'"{value}" is a number, not a name; numbers are registered in the environment, name a line here'
        )
    raise ValueError(
        f'"{value}" is no name; use at most {_LONGEST_NAME} lower-case letters, digits and single hyphens'
    )


Name = Annotated[str, BeforeValidator(_named), Field(pattern=NAME, max_length=_LONGEST_NAME)]

MEMBER = r"^[a-z][a-z0-9-]*$"
_LONGEST_MEMBER = 32


def _member(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(MEMBER, value) and len(value) <= _LONGEST_MEMBER:
        return value
    raise ValueError(f'"{value}" is no name to sign in with; write it as in `ivr staff list`, such as ana')


MemberName = Annotated[str, BeforeValidator(_member), Field(pattern=MEMBER, max_length=_LONGEST_MEMBER)]


def _key(value: object) -> object:
    text = str(value)
    if text in ("0", "*", "#"):
        raise ValueError(f"key {text} has its own meaning everywhere (0 person, * back, # again); use 1 to 9")
    if isinstance(value, bool) or not re.fullmatch(r"[1-9]", text):
        raise ValueError(f'"{text}" is no single key; use 1 to 9, or drop key: and let us choose')
    return int(text)


KeyIn = Annotated[int, BeforeValidator(_key), Field(ge=1, le=9)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class SourceIn(Strict):
    """Where in the FAQ document the text came from. fingerprint: of the answer as it was imported."""

    lines: Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^\d+(-\d+)?$")]
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{12}$")]


class _Leads(Strict):
    """What a key leads to: a node of the menu, or a line that is rung at once."""

    go: Name | None = None
    put_through: Name | None = None

    @model_validator(mode="after")
    def _leads_to_one(self) -> Self:
        if self.go is None and self.put_through is None:
            raise ValueError("this key leads nowhere; write go: with a name, or put_through: with a line")
        if self.go is not None and self.put_through is not None:
            raise ValueError("this key leads to two places; keep go: or put_through:")
        return self


class OptionIn(_Leads):
    """One key of a menu: `for` is the label in "For …, press 3."."""

    label: TextIn = Field(alias="for")
    key: KeyIn | None = None
    say: TextIn | None = None
    words: list[str] = []
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] | None = None


class MenuIn(Strict):
    say: TextIn
    options: list[OptionIn]
    line: Name | None = None
    why: str | None = None


class BranchIn(_Leads):
    """What one answer to a question leads to. say: an explanation that is given first."""

    say: TextIn | None = None
    label: TextIn | None = None
    words: list[str] = []


class QuestionIn(Strict):
    """A question that is answered by key: 1 yes, 2 no, 3 not sure.

    about: what the answer is kept as, beside where it leads.
    """

    ask: TextIn
    yes: BranchIn
    no: BranchIn
    not_sure: BranchIn | None = None
    about: Literal["primary_administrator"] | None = None
    question: str | None = None
    source: SourceIn | None = None
    line: Name | None = None
    why: str | None = None


class AnswerIn(Strict):
    """An answer that is read aloud; afterwards the caller may be put through to its line."""

    say: TextIn
    question: str | None = None
    source: SourceIn | None = None
    line: Name | None = None
    options: list[OptionIn] = []
    why: str | None = None


class TransferIn(Strict):
    """Puts the caller through. recovery: what a locked-out caller asks for; it takes `requires: L2`."""

    say: TextIn | None = None
    line: Name
    why: Annotated[str, Field(min_length=1, max_length=120)]
    recovery: Literal["reset", "change", "unsure"] | None = None
    requires: Literal["L2"] | None = None


class GoodbyeIn(Strict):
    say: TextIn


class SectionFile(Strict):
    """Any other YAML file of the folder. line: whom key 0 reaches from the nodes of this file."""

    faq: str | None = None
    start: Name | None = None
    line: Name | None = None
    menus: dict[Name, MenuIn] = {}
    questions: dict[Name, QuestionIn] = {}
    answers: dict[Name, AnswerIn] = {}
    transfers: dict[Name, TransferIn] = {}
    goodbyes: dict[Name, GoodbyeIn] = {}


class ShiftIn(Strict):
    when: Annotated[str, Field(min_length=1)]
    ring: Annotated[list[str], Field(min_length=1)]


class AfterHoursIn(Strict):
    """Who may be rung while the line is closed, and by which callers."""

    who: Literal["on_call", "nobody"] = "nobody"
    callers: Annotated[Literal["verified_recovery", "everyone"], Field(alias="for")] = "verified_recovery"


class LineIn(Strict):
    """A line. own: tam rings the manager of the caller's own account first, where the number is on file.

    on_call: who is rung while the line is closed, where `after_hours` says so; else all of its people.
    members: by the name that a member of the staff signs in with, the person whose telephone it is.
    """

    name: TextIn
    whisper: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    people: Annotated[list[str], Field(min_length=1, max_length=9)]
    ring: Literal["in_order", "all_at_once"] = "in_order"
    ring_s: Annotated[int, Field(ge=5, le=120)] = 20
    hours: Annotated[str, Field(min_length=1)] = "24/7"
    time_zone: str = "UTC"
    holidays: str | None = None
    rota: list[ShiftIn] = []
    voicemail: bool = True
    own: Literal["tam"] | None = None
    on_call: Annotated[list[str], Field(min_length=1)] | None = None
    after_hours: AfterHoursIn = AfterHoursIn()
    members: dict[MemberName, str] = {}


class LinesFile(Strict):
    """lines.yaml. person: the line that is reached when nothing says better."""

    person: Name
    lines: Annotated[dict[Name, LineIn], Field(min_length=1)]


class PacingFile(Strict):
    """pacing.yaml: seconds, and what is heard."""

    choose_s: Annotated[int, Field(ge=3, le=30)] = 6
    between_s: Annotated[int, Field(ge=1, le=10)] = 2
    message_s: Annotated[int, Field(ge=10, le=119)] = 110
    option_pause_ms: Annotated[int, Field(ge=100, le=2000)] = 600
    silent_caller: Literal["person", "goodbye"] = "goodbye"
    listens: bool = False
    person_words: list[str] = []


class VoiceIn(Strict):
    voice: str
    locale: Annotated[str, Field(pattern=r"^[a-z]{2,3}-[A-Z]{2}$")]


class ExampleText(Strict):
    """A value taken from an example: `ivr check` lists it, and production refuses it."""

    text: TextIn
    example: bool = False


def _example(value: object) -> object:
    return value if isinstance(value, dict) and "text" in value else {"text": value}


CompanyText = Annotated[ExampleText, BeforeValidator(_example)]


class NoticesIn(Strict):
    """Sentences for counsel to write: before a message is recorded, and where speech is listened to."""

    voicemail: CompanyText | None = None
    speech: CompanyText | None = None


class CompanyFile(Strict):
    """company.yaml: what each company changes first. The first language is the fall-back of every text."""

    languages: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], VoiceIn], Field(min_length=1)]
    company: CompanyText
    product: CompanyText
    greeting: CompanyText
    sign_in_page: CompanyText | None = None
    privacy_page: CompanyText | None = None
    return_address: CompanyText | None = None
    mail_sender: CompanyText | None = None
    primary_administrator: CompanyText | None = None
    administrator_has_left: CompanyText | None = None
    notices: NoticesIn = NoticesIn()
