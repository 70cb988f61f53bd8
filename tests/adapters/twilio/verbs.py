"""Replies written and read back, shared by the tests of the documents' parts."""

from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as ET

from ivr.adapters.twilio.reply_document import ReplyDocument
from ivr.adapters.twilio.twiml import write
from ivr.domain.dialogue.actions import Action, Dial, Gather, HangUp, Say
from ivr.domain.dialogue.place import Place, Stage
from ivr.domain.menus.line import PersonIndex
from ivr.domain.menus.tree import MenuVersion, NodeId
from ivr.domain.prompts.speech import Language, Part, Utterance
from tests.adapters.twilio.strategies import CALLER_ID, ENGLISH, NUMBERS, SUPPORT, TREE, URLS

PLACE: Final = Place(
    version=MenuVersion("3f2a9c11d0ab"), stage="turn", node=NodeId("main"), language=ENGLISH, turn=7
)
ASKS: Final = Gather(place=PLACE, utterances=(), timeout_s=6, hints=())


def at(stage: Stage, *, turn: int = 7) -> Place:
    return replace(PLACE, stage=stage, turn=turn, line=SUPPORT, person=0)


def rings(*people: int, turn: int = 7) -> Dial:
    return Dial(
        line=SUPPORT,
        people=tuple(PersonIndex(person) for person in people),
        ring_s=25,
        whisper=at("whisper", turn=turn),
        ended=at("dial", turn=turn),
    )


def document(*told: Action) -> ReplyDocument:
    return write(TREE, told, numbers=NUMBERS, caller_id=CALLER_ID, urls=URLS)


def verbs(*told: Action) -> ET.Element:
    return ET.fromstring(document(*told).at(7))  # noqa: S314 -- our own reply


def said(*parts: Part, language: Language = ENGLISH) -> ET.Element:
    """Give the reply that says one utterance and hangs up."""
    return verbs(Say(utterances=(Utterance(language=language, parts=parts),)), HangUp())
