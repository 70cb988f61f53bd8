"""A telephone with a small carrier behind it: it plays the line's documents, and sends what a caller does."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from xml.etree import ElementTree as ET

from ivr.dialogue.event import CallId
from ivr.simulator.agents import ACCEPTS, DECLINES, DIAL_STATUS, Behaviour, Person
from ivr.simulator.line import LineUnderTest
from ivr.simulator.saying import seconds_of_words, words_of
from ivr.simulator.transcript import Heard, Who
from ivr.simulator.wire import CallBroken, Wire, sid

Waiting = Literal["keys", "message", "over"]
_TALK_S = 60
_WAITS_FOR: dict[str, Waiting] = {"Gather": "keys", "Record": "message"}


@dataclass(slots=True, kw_only=True)
class Handset:
    """One call. answer_as: how each person behaves who is rung. told: hears of everything as it happens.

    number: tells the calls of one line apart, and the same call is the same in every run.
    """

    line: LineUnderTest
    answer_as: Callable[[Person], Behaviour]
    caller: str = "+14155550199"
    number: int = 1
    told: Callable[[Heard], None] = lambda _: None
    heard: list[Heard] = field(default_factory=list)
    waiting: Waiting = "over"
    _wire: Wire = field(init=False)
    _verbs: deque[ET.Element] = field(default_factory=deque)
    _verb: ET.Element | None = None
    _rings: int = 0

    def __post_init__(self) -> None:
        called = "+14155550100"
        self._wire = Wire(line=self.line, caller=self.caller, called=called)

    @property
    def call(self) -> CallId:
        return CallId(sid("CA", self.caller, self.number))

    @property
    def is_over(self) -> bool:
        return self.waiting == "over"

    def waiting_at(self) -> str:
        """The address that the next key goes to; empty where none is waited for."""
        return "" if self._verb is None else self._verb.get("action", "")

    def dial(self) -> None:
        """Call the line, and listen until it waits for something."""
        self._go_on(f"{self.line.public_url}/voice", {"CallStatus": "ringing"})

    def press(self, key: str) -> None:
        self._note("caller", f"presses {key}")
        self._answer({"Digits": key})

    def say(self, words: str) -> None:
        self._note("caller", f'says "{words}"')
        hears = self._verb is not None and "speech" in self._verb.get("input", "")
        self._answer({"SpeechResult": words, "Confidence": "0.9"} if hears else {})

    def stay_silent(self) -> None:
        self._note("caller", "stays silent")
        waited = self._verb.get("timeout", "5") if self._verb is not None else "5"
        self.line.clock.advance(float(waited))
        self._answer({})

    def record(self, seconds: int, words: str = "") -> None:
        """Speak a message; one of no seconds is silence, of which the line hears only by its redirect."""
        verb = self._expect("message")
        self._note("caller", f"leaves a message of {seconds} s" if seconds else "leaves no message")
        self.line.clock.advance(seconds)
        if seconds == 0:
            self._play()
            return
        recording = sid("RE", self.call, len(self._wire.addresses))
        self._go_on(
            verb.attrib["action"],
            {"RecordingSid": recording, "RecordingDuration": str(seconds), "Digits": "#"},
        )
        callback = verb.get("transcribeCallback")
        if callback:
            text = {"TranscriptionStatus": "completed", "TranscriptionText": words}
            self._wire.post(callback, self.call, {"RecordingSid": recording, **text})

    def listen(self, seconds: float) -> None:
        self.line.clock.advance(seconds)

    def hang_up(self) -> None:
        self._note("caller", "hangs up")
        self._end()

    def _answer(self, fields: dict[str, str]) -> None:
        verb = self._expect("keys")
        self._go_on(verb.attrib["action"], fields)

    def _expect(self, waiting: Waiting) -> ET.Element:
        if self.waiting != waiting or self._verb is None:
            state = {"keys": "a key", "message": "a message", "over": "nothing: the call is over"}[
                self.waiting
            ]
            raise CallBroken(f"the line waits for {state} now")
        return self._verb

    def _go_on(self, url: str, fields: dict[str, str]) -> None:
        self._verbs = deque(self._wire.post(url, self.call, fields))
        self._play()

    def _play(self) -> None:
        """Play verbs until one waits for the caller, or the call is over."""
        while self._verbs:
            verb = self._verbs.popleft()
            match verb.tag:
                case "Say":
                    self._hear("line", verb)
                case "Gather" | "Record":
                    for inner in verb:
                        self._hear("line", inner)
                    self.waiting, self._verb = _WAITS_FOR[verb.tag], verb
                    return
                case "Dial":
                    self._dial(verb)
                case "Redirect":
                    self._verbs = deque(self._wire.post(verb.text or "", self.call, {}))
                case "Hangup":
                    break
                case _:
                    raise CallBroken(f"a telephone cannot play <{verb.tag}>")
        self._end()

    def _dial(self, dial: ET.Element) -> None:
        """Ring everybody of one dial; whoever takes the call first has it."""
        people = [self._person(number) for number in dial.findall("Number")]
        self._note("ring", " and ".join(f"{person.name} ({person.line})" for person in people))
        status, leg, talked = "no-answer", "", False
        for person, number in zip(people, dial.findall("Number"), strict=True):
            self._rings += 1
            behaviour = self.answer_as(person)
            status, leg = DIAL_STATUS[behaviour], sid("CA", self.call, "leg", self._rings)
            self._note("agent", f"{person.name}: {behaviour.replace('_', ' ')}")
            if behaviour in ("answers", "declines", "silent"):
                talked = self._whisper(number.get("url"), leg, behaviour)
            if talked:
                break
        self.line.clock.advance(_TALK_S if talked else float(dial.get("timeout", "30")))
        fields = {"DialCallStatus": status, "DialCallSid": leg, "DialBridged": str(talked).lower()}
        action = dial.get("action")
        if talked:
            self._note("end", "the two talk, and the agent hangs up")
        if action:
            self._verbs = deque(self._wire.post(action, self.call, fields))

    def _whisper(self, url: str | None, leg: str, behaviour: Behaviour) -> bool:
        """Play the agent's own document; True where its last reply connects the two."""
        if url is None:
            return behaviour == "answers"
        own = {"ParentCallSid": self.call, "Direction": "outbound-dial"}
        document = self._wire.post(url, leg, own)
        gather = document.find("Gather")
        if gather is None:
            return len(document) == 0
        for inner in gather:
            self._hear("whisper", inner)
        key = {"answers": ACCEPTS, "declines": DECLINES}.get(behaviour)
        if key is not None:
            self._note("agent", f"presses {key}")
        pressed = {} if key is None else {"Digits": key}
        return len(self._wire.post(gather.attrib["action"], leg, {**own, **pressed})) == 0

    def _person(self, number: ET.Element) -> Person:
        text = number.text or ""
        for line, numbers in self.line.numbers.items():
            if text in numbers:
                name = self.line.tree.lines[line].people[[str(each) for each in numbers].index(text)]
                return Person(number=text, name=name, line=line)
        return Person(number=text, name=text, line="?")

    def _hear(self, who: Who, verb: ET.Element) -> None:
        words = words_of(verb)
        self.line.clock.advance(seconds_of_words(words))
        self._note(who, words)

    def _note(self, who: Who, words: str) -> None:
        heard = Heard(who=who, words=words)
        self.heard.append(heard)
        self.told(heard)

    def _end(self) -> None:
        self.waiting, self._verb = "over", None
        self._wire.post(
            f"{self.line.public_url}/voice/status",
            self.call,
            {"CallStatus": "completed", "CallDuration": "60"},
        )
        self._note("end", f"the call is over: {self.line.disposition(self.call)}")
