"""Where a caller is, as it stands in an action URL."""

import re
from dataclasses import dataclass, replace
from typing import Literal, NewType, cast, get_args

from ivr.domain.menus.line import LineId
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language

Stage = Literal[
    "turn",
    "dial",
    "between",
    "message",
    "recorded",
    "primary",
    "identify",
    "pin",
    "phone",
    "mailbox",
    "app_for_phone",
    "app_for_mailbox",
    "saved_for_phone",
    "saved_for_mailbox",
    "warning",
    "sent_back",
    "called_back",
    "dial_again",
    "whisper_again",
    "whisper",
    "accept",
]
"""What the caller, or the agent's leg, was doing when the URL was written.

turn: choosing · dial: a person was rung · between: may still leave a message instead · message: a message
was offered · recorded: a message was spoken · primary: saying whether this is the primary administrator ·
identify: saying for which account · pin: typing what we issued · phone, mailbox: typing the code that was
sent there · app_for_…, saved_for_…: typing an app's code, or a saved one, in that one's place · warning:
hearing what a password change loses · sent_back: taken from an agent to the keypad · called_back: took the
call that we placed, by its key · dial_again: that agent was rung first after it · whisper, whisper_again,
accept: on the agent's own leg.
"""
STAGES: frozenset[str] = frozenset(get_args(Stage))

PlaceText = NewType("PlaceText", str)
WAY_BACK = 3
PATIENCE = 3
"""So many silences, or so many wrong keys, in a row at one node end at a person. No place counts further,
but one where a code is waited for."""
MOST_WAITS = 99
"""So many silences in a row such a place can count."""
CODE_STAGES: frozenset[Stage] = frozenset(
    {"phone", "mailbox", "app_for_phone", "app_for_mailbox", "saved_for_phone", "saved_for_mailbox"}
)
SECRET_STAGES: frozenset[Stage] = CODE_STAGES | {"identify", "pin", "warning"}
"""What is typed here exists nowhere after the request."""
KEYPAD_STAGES: frozenset[Stage] = SECRET_STAGES | {"primary"}
"""Where the line itself asks, to verify who calls."""
LAST_TURN = 99
"""The last that a place can hold: ringing a whole line after the last turn of choosing stays below it."""
_NONE = "-"
_NAME = r"[a-z][a-z0-9]*(?:-{1,2}[a-z0-9]+)*"
_SHAPE = re.compile(
    rf"([0-9a-f]{{12}})\.([a-z]{{2,3}})\.([0-9]|[1-9][0-9])([0-3])\.({_NAME})"
    rf"\.(-|{_NAME}(?:~{_NAME}){{0,2}})\.(-|{_NAME})\.(-|[0-9])\.([01])\.([0-9]{{2}})"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """silences, mismatches: how many in a row at this node. turn: how many turns the call has had.

    back: the way back, nearest last. person: which group of the line's people was rung, from 0;
    9 while the caller's own manager rings.
    has_case: permission to look for a recovery case, never proof of one.
    """

    version: MenuVersion
    stage: Stage
    node: NodeId
    language: Language
    turn: int
    silences: int = 0
    mismatches: int = 0
    back: tuple[NodeId, ...] = ()
    line: LineId | None = None
    person: int | None = None
    has_case: bool = False


def write_place(place: Place) -> PlaceText:
    """Write the place; its last field is always two digits, so that cutting the URL elsewhere shows."""
    return PlaceText(f"{write_without_turn(place)}.{place.turn:02}")


def write_without_turn(place: Place) -> str:
    back = "~".join(place.back) or _NONE
    person = _NONE if place.person is None else str(place.person)
    return (
        f"{place.version}.{place.language}.{place.silences}{place.mismatches}.{place.node}"
        f".{back}.{place.line or _NONE}.{person}.{int(place.has_case)}"
    )


def read_place(stage: str, text: str) -> Place | None:
    """Read what `write_place` wrote; None for anything that would not be written the same way again."""
    match = _SHAPE.fullmatch(text)
    if match is None or stage not in STAGES:
        return None
    version, language, silences, mismatches, node, back, line, person, case, turn = match.groups()
    place = Place(
        version=MenuVersion(version),
        stage=cast("Stage", stage),
        node=NodeId(node),
        language=Language(language),
        turn=int(turn),
        silences=int(silences),
        mismatches=int(mismatches),
        back=() if back == _NONE else tuple(NodeId(name) for name in back.split("~")),
        line=None if line == _NONE else LineId(line),
        person=None if person == _NONE else int(person),
        has_case=case == "1",
    )
    most = MOST_WAITS if stage in CODE_STAGES else PATIENCE
    return place if place.silences <= most and write_place(place) == text else None


def moved(place: Place, node: NodeId) -> Place:
    """Go on to *node*: the counters start again, and the way back grows."""
    return replace(
        place,
        stage="turn",
        node=node,
        silences=0,
        mismatches=0,
        back=(*place.back, place.node)[-WAY_BACK:],
        line=None,
        person=None,
    )
