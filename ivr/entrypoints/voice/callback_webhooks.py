"""The webhooks of calls that we place about held cases: who calls, one key, then the line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, request

from ivr.adapters.twilio.callback_documents import CallBackWords
from ivr.adapters.twilio.webhook_fields import (
    CallFields,
    CallStatus,
    StatusFields,
    read_call,
    read_status,
    single,
)
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.dialogue.events import CallTaken
from ivr.domain.dialogue.place import Place
from ivr.domain.dialogue.step import start_of
from ivr.domain.menus.tree import MenuTree, NodeId, Transfer
from ivr.domain.phone import E164
from ivr.domain.prompts.speech import Language
from ivr.domain.recovery.callback import Unanswered
from ivr.domain.recovery.case import Case
from ivr.entrypoints.voice.error_replies import logged
from ivr.entrypoints.voice.outbound_addresses import KEY, MOST_ASKED, placed_of
from ivr.entrypoints.voice.request_check import Guard
from ivr.entrypoints.voice.voice_webhooks import NOTHING, XML
from ivr.services.calls.answer_callback import CalledBack, TakenUp
from ivr.services.calls.end_call import Closing
from ivr.services.calls.take_turn import Turns, Whose
from ivr.services.ports import CallBegun

_ENDS: Final[Mapping[CallStatus, Unanswered]] = {
    "busy": "busy",
    "no-answer": "not_answered",
    "canceled": "not_connected",
    "failed": "not_connected",
}
"""What the carrier says of a call that no key was pressed in; of one that was picked up it says no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBackLine:
    """hashed: the keyed hash of a number, the only form of it that is stored."""

    guard: Guard
    called: CalledBack
    words: CallBackWords
    turns: Turns
    closing: Closing
    hashed: Callable[[E164], str]


def called_back_blueprint(line: CalledBackLine) -> Blueprint:
    """Build two routes, both a POST that the carrier signed: what is heard, and how the call ended."""
    blueprint = Blueprint("called_back", __name__)

    @blueprint.post("/voice/call-back/<path:text>", provide_automatic_options=False)
    def speak(text: str) -> Response:
        form = line.guard(request)
        reply = line.words.gone(None)
        placed = placed_of(request, text)
        with logged("call_back_not_served"):
            fields = read_call(form)
            if placed is not None and fields is not None:
                reply = _reply(line, form, fields, name=placed[0], asked=placed[1])
        return Response(reply, content_type=XML)

    @blueprint.post("/voice/call-back-status/<name>", provide_automatic_options=False)
    def status(name: str) -> Response:
        fields = read_status(line.guard(request))
        with logged("call_back_not_ended"):
            if fields is not None and fields.has_ended and _is_answered(line, name, fields):
                line.closing.close(fields.call, status=fields.status)
        return Response(NOTHING, content_type=XML)

    return blueprint


def _is_answered(line: CalledBackLine, name: str, fields: StatusFields) -> bool:
    """Note the end of a try, and tell whether its key had been pressed."""
    return line.called.end(name, fields.call, unanswered=_ENDS.get(fields.status, "no_key"))


def _reply(line: CalledBackLine, form: Form, fields: CallFields, *, name: str, asked: int) -> bytes:
    """Answer for a try. asked: how often the call has asked for the key."""
    case = line.called.case(name, fields.call)
    if case is None:
        return line.words.gone(None)
    if asked and single(form, "Digits") == KEY:
        taken = line.called.take_up(name, fields.call)
        return line.words.gone(case.language) if taken is None else _gone_on(line, fields, taken)
    if asked < MOST_ASKED:
        return line.words.question(name, case.language, asked=asked)
    if single(form, "Digits"):
        # What the carrier tells of its end is the same for a machine.
        line.called.end(name, fields.call, unanswered="other_key")
    return line.words.not_asked(case.language)


def _gone_on(line: CalledBackLine, fields: CallFields, taken: TakenUp) -> bytes:
    """Take the call's first turn: it is a call like any other from here on, whose caller we rang."""
    case = taken.case
    tree = line.turns.menus.current()
    start = start_of(tree)
    language = Language(case.language) if case.language in tree.languages else start.language
    place = Place(
        version=tree.version,
        stage="called_back",
        node=_node(tree, case),
        language=language,
        turn=start.turn,
        has_case=True,
    )
    line.turns.ledger.begin(
        CallBegun(
            call=fields.call,
            at=line.turns.clock.now(),
            version=tree.version,
            language=language,
            caller=None if fields.called is None else line.hashed(fields.called),
            called=None if fields.caller is None else line.hashed(fields.caller),
            stir_level=None,
        )
    )
    whose = Whose(call=fields.call, leg=fields.leg)
    return line.turns.take(whose, place, CallTaken(agent=taken.agent), began_at=line.turns.clock.seconds())


def _node(tree: MenuTree, case: Case) -> NodeId:
    nodes = [node for node in tree.nodes.values() if isinstance(node, Transfer) and node.recovery]
    return next((node.id for node in nodes if node.recovery == case.goal), nodes[0].id)
