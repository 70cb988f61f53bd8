"""The menu as checked values: what a call walks. Nothing in here can be wrong any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType

from ivr.domain.menus.line import Line, LineId
from ivr.domain.menus.schema.product_steps import ProductAct
from ivr.domain.prompts.catalog import Catalogue
from ivr.domain.prompts.speech import Language, Text
from ivr.domain.prompts.voices import Voice
from ivr.domain.recovery.case import Goal
from ivr.domain.recovery.policy import Policy

NodeId = NewType("NodeId", str)
MenuVersion = NewType("MenuVersion", str)
"""First twelve hex digits of the SHA-256 over the folder's files and the line's own prompts."""

Key = Literal["1", "2", "3", "4", "5", "6", "7", "8", "9"]
KEYS: tuple[Key, ...] = ("1", "2", "3", "4", "5", "6", "7", "8", "9")


@dataclass(frozen=True, slots=True, kw_only=True)
class GoTo:
    node: NodeId


@dataclass(frozen=True, slots=True, kw_only=True)
class PutThrough:
    line: LineId


Target = GoTo | PutThrough


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One key of a node.

    phrase: the whole sentence that offers it ("For shipping problems, press 3.").
    explains: said once it is chosen, before the target is reached.
    words: what a caller may say instead, lower case without punctuation.
    language: the language that the call goes on in, where the choice switches it.
    says_primary: what it says of being the primary administrator, where that is asked.
    """

    key: Key
    phrase: Text
    target: Target
    explains: Text | None = None
    words: frozenset[str] = frozenset()
    language: Language | None = None
    says_primary: bool | None = None


NodeKind = Literal["menu", "question", "answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Says something, then waits for a key: a menu, a yes-or-no question, or an answer that was read.

    line: whom key 0 reaches from here. why: what an agent's whisper says of a caller who comes from here.
    """

    id: NodeId
    kind: NodeKind
    says: Text
    choices: tuple[Choice, ...]
    line: LineId
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Puts the caller through at once; where *recovery* says what is asked for, verified first."""

    id: NodeId
    says: Text | None
    line: LineId
    why: str
    recovery: Goal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye:
    """Ends the call that the caller chose to end."""

    id: NodeId
    says: Text


Node = Ask | Transfer | Goodbye


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """choose_s: silence before a choice counts as none. between_s: time to choose a message instead.

    silent_caller: what a caller gets who never gave a key or a word, while the line is closed.
    listens: whether speech is heard beside keys. person_words: what asks for a person then.
    """

    choose_s: int
    option_pause_ms: int
    between_s: int
    message_s: int
    silent_caller: Literal["person", "goodbye"]
    listens: bool
    person_words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuTree:
    """Everything one version of the menu can say and do.

    home: the main menu, where calls begin. person_line: where a caller is put through when no node
    says better (an outage, a lost place).
    languages: the first is the fall-back of every text. verification: None where nobody is verified by phone.
    dispositions: by id, the words for how the work on a case went, in the order of their keys.
    for_supervisors: those of them after which a supervisor looks at the case.
    product_steps: by act, what an agent does in the product's own tool, where the company wrote that.
    unasked: recoveries that are reached without a yes about the primary administrator: the line asks there.
    """

    version: MenuVersion
    company: Text
    product: Text
    home: Ask
    greeting: Text
    nodes: Mapping[NodeId, Node]
    lines: Mapping[LineId, Line]
    person_line: LineId
    languages: tuple[Language, ...]
    voices: Mapping[Language, Voice]
    prompts: Catalogue
    pacing: Pacing
    message_notice: Text | None
    verification: Policy | None = None
    dispositions: Mapping[str, str] = field(default_factory=dict)
    for_supervisors: frozenset[str] = frozenset()
    product_steps: Mapping[ProductAct, tuple[str, ...]] = field(default_factory=dict)
    unasked: frozenset[NodeId] = frozenset()
