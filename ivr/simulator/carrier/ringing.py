"""Ringing the people of one Dial, and what each hears before the two are connected.

Source of its rules: https://www.twilio.com/docs/voice/twiml/dial and …/number, read November 2026.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from ivr.domain.dialogue.events import CallId
from ivr.simulator.carrier.gather import Gathering
from ivr.simulator.carrier.say_timing import seconds_of, words_of
from ivr.simulator.carrier.signed_requests import CallBroken, Wire, sid
from ivr.simulator.carrier.simulated_agents import PICKED_UP, PRESSES, AnswerAs, Behaviour, Person
from ivr.simulator.line_under_test import LineUnderTest
from ivr.simulator.transcript import Transcript

TALK_S = 60
_PICKS_UP_S = 5
_TALKED = "the two talk, and the agent hangs up"
_STATUS: dict[Behaviour, str] = {
    "busy": "busy",
    "no_answer": "no-answer",
    "failed": "failed",
    "caller_leaves": "canceled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """How one Dial ended. leg: of whoever was rung last."""

    behaviour: Behaviour
    leg: str
    is_bridged: bool
    seconds: int

    def fields(self) -> dict[str, str]:
        """What the Dial's action is told. A leg that declined reads completed as well."""
        picked_up = self.behaviour in PICKED_UP
        status = "completed" if picked_up else _STATUS[self.behaviour]
        told = {
            "DialCallStatus": status,
            "DialCallSid": self.leg,
            "DialBridged": str(self.is_bridged).lower(),
        }
        return {**told, "DialCallDuration": str(self.seconds)} if picked_up else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """talks_on: lets the two talk; whether they do so until the agent hangs up."""

    line: LineUnderTest
    wire: Wire
    transcript: Transcript
    answer_as: AnswerAs
    call: CallId
    talks_on: Callable[[], bool] = lambda: True

    def ring(self, dial: ET.Element) -> Rung:
        """Ring everybody; whoever takes the call first has it. Raises CallBroken where nobody is rung."""
        numbers = dial.findall("Number")
        people = [self._person(number) for number in numbers]
        if not people:
            raise CallBroken("a Dial rings nobody")
        self.transcript.note("ring", " and ".join(f"{person.name} ({person.line})" for person in people))
        for position, (person, number) in enumerate(zip(people, numbers, strict=True)):
            rung = self._rung(person, number, sid("CA", self.call, len(self.wire.addresses), position), dial)
            # Whoever picks up first ends the ringing of the others, also who then declines.
            if rung.behaviour in PICKED_UP or rung.behaviour == "caller_leaves":
                break
        return rung

    def _rung(self, person: Person, number: ET.Element, leg: str, dial: ET.Element) -> Rung:
        behaviour = self.answer_as(person)
        did = "the caller hangs up" if behaviour == "caller_leaves" else behaviour.replace("_", " ")
        self.transcript.note("agent", f"{person.name}: {did}")
        if behaviour not in PICKED_UP:
            waits_s = float(dial.get("timeout", "30")) if behaviour == "no_answer" else _PICKS_UP_S
            self.line.clock.advance(waits_s)
            return Rung(behaviour=behaviour, leg=leg, is_bridged=False, seconds=0)
        self.line.clock.advance(_PICKS_UP_S)
        picked_up_at = self.line.clock.now()
        is_bridged = self._connects(number, leg, behaviour, dial.get("callerId", ""))
        if is_bridged:
            self.line.clock.advance(TALK_S)
            is_whole = self.talks_on()
            self.transcript.note("end", _TALKED if is_whole else "the two talk, and the caller is taken back")
        seconds = round((self.line.clock.now() - picked_up_at).total_seconds())
        return Rung(behaviour=behaviour, leg=leg, is_bridged=is_bridged, seconds=seconds)

    def _connects(self, number: ET.Element, leg: str, behaviour: Behaviour, caller_id: str) -> bool:
        """Play the agent's own document; one that comes to its end connects the two, also a voicemail."""
        url = number.get("url")
        if url is None:
            return True
        own = {
            **dict.fromkeys(("From", "Caller"), caller_id),
            **dict.fromkeys(("To", "Called"), number.text or ""),
            "ParentCallSid": self.call,
            "Direction": "outbound-dial",
        }
        verbs = deque(self.wire.post(url, leg, own))
        while verbs:
            verb = verbs.popleft()
            if verb.tag == "Hangup":
                return False
            if verb.tag == "Say":
                self._say(verb)
            elif verb.tag == "Gather":
                fields = self._pressed(verb, behaviour)
                if fields is not None:
                    verbs = deque(self.wire.post(verb.get("action", url), leg, {**own, **fields}))
            else:
                raise CallBroken(f"an agent's leg cannot play <{verb.tag}>")
        return True

    def _pressed(self, verb: ET.Element, behaviour: Behaviour) -> dict[str, str] | None:
        """Listen to the whisper and act; None where the carrier asks no address about the silence."""
        for inner in verb:
            self._say(inner)
        gathering = Gathering(verb=verb)
        key = PRESSES.get(behaviour)
        if key is None:
            self.line.clock.advance(gathering.timeout_s)
            return {} if gathering.tells_of_silence else None
        self.transcript.note("agent", f"presses {key}")
        return {"Digits": key}

    def _say(self, verb: ET.Element) -> None:
        self.line.clock.advance(seconds_of(verb))
        self.transcript.note("whisper", words_of(verb))

    def _person(self, number: ET.Element) -> Person:
        text = number.text or ""
        for line, numbers in self.line.numbers.items():
            if text in numbers:
                name = self.line.tree.lines[line].people[[str(each) for each in numbers].index(text)]
                return Person(number=text, name=name, line=line)
        return Person(number=text, name=text, line="no line of the menu")
