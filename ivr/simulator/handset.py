"""A telephone with a small carrier behind it: it plays the line's documents, and sends what a caller does."""

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from xml.etree import ElementTree as ET

from ivr.domain.dialogue.events import CallId
from ivr.simulator.carrier.code_call import heard_code
from ivr.simulator.carrier.gather import Gathering
from ivr.simulator.carrier.recordings import recorded, transcribed
from ivr.simulator.carrier.ringing import Ringing
from ivr.simulator.carrier.say_timing import seconds_of, words_of
from ivr.simulator.carrier.signed_requests import CallBroken, NoDocument, Wire, sid
from ivr.simulator.carrier.simulated_agents import AnswerAs
from ivr.simulator.line_under_test import LineUnderTest
from ivr.simulator.transcript import Heard, Transcript

Waiting = Literal["keys", "message", "over"]
CALLED = "+14155550100"
LEAST_WAIT_S = 60.0
"""What is due and yet not done is looked at again after so long."""
_CASE_NUMBER = re.compile(r"(?<![0-9])9[0-9]{8}(?![0-9])")
_MATCH = re.compile(r"(?<![0-9])[0-9] [0-9] [0-9](?! ?[0-9])")
_NAMED_KEY = re.compile(r"press ([0-9*#])\b")
_WAITS_FOR: dict[str, Waiting] = {"Gather": "keys", "Record": "message"}
_AWAITED: dict[Waiting, str] = {"keys": "a key", "message": "a message", "over": "nothing: the call is over"}


@dataclass(slots=True, kw_only=True)
class Handset:
    """One call. answer_as: how each person behaves who is rung. told: hears of everything as it happens.

    A caller hears every prompt to its end before acting, unless `listen` says how long it was heard.
    number: tells the calls of one line apart, and the same call is the same in every run.
    in_talk: what happens while the caller and an agent talk; a call that is moved then goes on elsewhere.
    pressed: each key with the address that it went to. led_to: every address that a document waited with.
    """

    line: LineUnderTest
    answer_as: AnswerAs
    caller: str = "+14155550199"
    number: int = 1
    told: Callable[[Heard], None] = lambda _: None
    in_talk: Callable[[], None] = lambda: None
    waiting: Waiting = "over"
    pressed: list[tuple[str, str]] = field(default_factory=list)
    led_to: list[str] = field(default_factory=list)
    _transcript: Transcript = field(init=False)
    _wire: Wire = field(init=False)
    _url: str = ""
    _moved_to: str = ""
    _status: str = ""
    _verbs: deque[ET.Element] = field(default_factory=deque)
    _verb: ET.Element = field(default_factory=lambda: ET.Element("Response"))
    _gathering: Gathering = field(init=False)
    _unheard_s: float = 0
    _began_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._transcript = Transcript(told=self.told)
        self._wire = Wire(line=self.line, caller=self.caller, called=CALLED)
        self._began_at = self.line.clock.now()

    @property
    def call(self) -> CallId:
        return CallId(sid("CA", self.caller, self.number))

    @property
    def heard(self) -> list[Heard]:
        return self._transcript.heard

    @property
    def requests(self) -> int:
        return len(self._wire.addresses)

    @property
    def is_over(self) -> bool:
        return self.waiting == "over"

    def dial(self) -> None:
        """Call the line, and listen until it waits for something."""
        self._began_at = self.line.clock.now()
        self._go_on(f"{self.line.public_url}/voice", {"CallStatus": "ringing"})

    def pick_up(self) -> None:
        """Take the last call that the line placed and wants to hear the end of. Raises CallBroken."""
        placed = [one for one in self.line.received if one.kind == "call" and one.to == self.caller]
        if not placed or placed[-1].status is None:
            raise CallBroken("the line has not called this telephone")
        self._began_at, self._status = self.line.clock.now(), placed[-1].status
        self._wire.is_placed = True
        self._go_on(placed[-1].words, {})

    def press(self, key: str) -> None:
        """Press one key, of 0 to 9, * and #."""
        self._expect("keys")
        self._act(f"presses {key}")
        self.pressed.append((self._action(), key))
        if self._gathering.is_complete_with(key):
            self._end_entry({}, key=key)

    def type(self, entry: str) -> None:
        """Press the keys of an entry and then pound; nobody but the line hears which."""
        self._expect("keys")
        self._act(f"types {entry} and pound")
        for key in f"{entry}#":
            self._expect("keys")
            self.pressed.append((self._action(), key))
            if self._gathering.is_complete_with(key):
                self._end_entry({}, key=key)

    def code_from(self, kind: Literal["text", "mail", "call"]) -> str:
        """Read the code in the last message of that kind, or hear it. Raises CallBroken where none came."""
        if kind == "call":
            return heard_code(self.line, called=CALLED)
        for received in reversed(self.line.received):
            if received.kind == kind and received.code is not None:
                return received.code
        raise CallBroken(f"no {kind} with a code has come")

    @property
    def stage(self) -> str:
        """What the line is doing with the caller, as the address that it waits with says."""
        return self._action().removeprefix(f"{self.line.public_url}/voice/").partition("/")[0]

    def has_code(self, kind: Literal["text", "mail"], code: str) -> bool:
        """Whether the last message of that kind with a code has this one."""
        codes = [received.code for received in self.line.received if received.kind == kind and received.code]
        return codes[-1:] == [code]

    @property
    def waits_for_entry(self) -> bool:
        """Whether keys up to the pound key are waited for, and not a single one."""
        return self.waiting == "keys" and self._verb.get("numDigits") is None

    def match_digits(self) -> str | None:
        """Give the digits that were whispered to the agent last."""
        said = " ".join(one.words for one in self.heard if one.who == "whisper")
        found = _MATCH.findall(said)
        return str(found[-1]).replace(" ", "") if found else None

    def case_number(self) -> str:
        """Read the number of the caller's case in the last message that has one. Raises CallBroken."""
        for received in reversed(self.line.received):
            found = _CASE_NUMBER.search(received.words)
            if found:
                return found.group()
        raise CallBroken("no message with a case number has come")

    def named_key(self) -> str:
        """Give the key that the line named last. Raises CallBroken where it named none."""
        said = " ".join(one.words for one in self.heard if one.who == "line")
        keys = _NAMED_KEY.findall(said)
        if not keys:
            raise CallBroken("the line has named no key")
        return str(keys[-1])

    def say(self, words: str) -> None:
        """Speak; a line that hears only keys takes it for silence."""
        self._expect("keys")
        self._act(f'says "{words}"')
        if self._gathering.hears_speech:
            self._end_entry({"SpeechResult": words, "Confidence": "0.9"})
        else:
            self._time_out()

    def stay_silent(self) -> None:
        """Wait until the line goes on by itself."""
        self._expect("keys")
        self._act("stays silent")
        self._time_out()

    def record(self, seconds: int, words: str = "", *, ended_by: Literal["#", "hangup"] = "#") -> None:
        """Speak a message; one of no seconds is silence, of which the line hears only by its redirect."""
        verb = self._expect("message")
        seconds = min(seconds, int(verb.get("maxLength", "3600")))
        self._act(f"leaves a message of {seconds} s" if seconds else "leaves no message")
        self.line.clock.advance(seconds or float(verb.get("timeout", "5")))
        if not seconds:
            self._play()
            return
        recording = sid("RE", self.call, self.requests)
        fields = recorded(recording, seconds, ended_by, account=self.line.account_sid)
        if ended_by == "hangup":
            self._wire.tell(self._action(), self.call, fields)
            self._end()
        else:
            self._go_on(self._action(), fields)
        callback = verb.get("transcribeCallback")
        if verb.get("transcribe") == "true" and callback:
            self._wire.tell(callback, self.call, transcribed(recording, seconds, words))

    def move(self, url: str) -> None:
        """Take the call to another document while the caller talks, as the carrier's interface does."""
        self._moved_to = url

    def wait(self, minutes: int) -> None:
        """Let time pass; what the line sends by itself meanwhile is received."""
        known, left_s = len(self.line.received), minutes * 60.0
        while left_s > 0:
            due_s = self.line.tend()
            step_s = left_s if due_s is None else min(left_s, max(due_s, LEAST_WAIT_S))
            self.line.clock.advance(step_s)
            left_s -= step_s
        self.line.tend()
        self._receive(known)

    def listen(self, seconds: float) -> None:
        """Hear so much of what is being said, and then act."""
        self._unheard_s = 0
        self.line.clock.advance(seconds)

    def hang_up(self) -> None:
        if self.is_over:
            raise CallBroken(f"the line waits for {_AWAITED['over']}")
        self._act("hangs up")
        self._end()

    def _act(self, what: str) -> None:
        self.line.clock.advance(self._unheard_s)
        self._unheard_s = 0
        self._transcript.note("caller", what)

    def _time_out(self) -> None:
        self.line.clock.advance(self._gathering.timeout_s)
        self._end_entry({})

    def _end_entry(self, spoken: Mapping[str, str], *, key: str = "") -> None:
        """Tell what was entered, and by which key; of nothing the line hears only where it asked to."""
        typed = self._gathering.typed
        if typed or spoken or self._gathering.tells_of_silence:
            digits = {"Digits": typed} if typed else {}
            self._go_on(self._action(), {**digits, **spoken, **self._gathering.finished_by(key)})
        else:
            self._play()

    def _expect(self, waiting: Waiting) -> ET.Element:
        if self.waiting != waiting:
            raise CallBroken(f"the line waits for {_AWAITED[self.waiting]} now")
        return self._verb

    def _action(self) -> str:
        return self._verb.get("action", self._url)

    def _go_on(self, url: str, fields: Mapping[str, str]) -> None:
        self._verbs = self._next_of(url, fields)
        self._play()

    def _next_of(self, url: str, fields: Mapping[str, str]) -> deque[ET.Element]:
        """Get the next document, while the sender's process goes on beside."""
        self.line.settle()
        known = len(self.line.received)
        verbs = self._fetched(url, fields)
        self.line.settle()
        self._receive(known)
        return verbs

    def _receive(self, known: int) -> None:
        """Note what was sent since; a call that rings is none until it is picked up."""
        for received in (one for one in self.line.received[known:] if one.status is None):
            self._transcript.note("mail" if received.kind == "mail" else "text", received.words)

    def _fetched(self, url: str, fields: Mapping[str, str]) -> deque[ET.Element]:
        """Get the next document, from the fallback address where there is none: once, like the carrier."""
        self._url = url
        try:
            return deque(self._wire.post(url, self.call, fields))
        except NoDocument as lost:
            self._transcript.note("fault", str(lost))
            self._url = f"{self.line.public_url}/voice/fallback"
            told = {"ErrorCode": lost.code, "ErrorUrl": url}
            return deque(self._wire.post(self._url, self.call, told))

    def _play(self) -> None:
        """Play verbs until one waits for the caller, or the call is over."""
        while self._verbs:
            verb = self._verbs.popleft()
            match verb.tag:
                case "Say":
                    self.line.clock.advance(self._hear(verb))
                case "Gather" | "Record":
                    self._wait(verb)
                    return
                case "Dial":
                    self._dial(verb)
                case "Redirect":
                    self._verbs = self._fetched(verb.text or self._url, {})
                case "Hangup":
                    break
                case _:
                    raise CallBroken(f"a telephone cannot play <{verb.tag}>")
        self._end()

    def _wait(self, verb: ET.Element) -> None:
        self.waiting, self._verb, self._gathering = _WAITS_FOR[verb.tag], verb, Gathering(verb=verb)
        self.led_to.append(self._action())
        self._unheard_s = sum(self._hear(inner) for inner in verb)

    def _dial(self, dial: ET.Element) -> None:
        """Ring people, and go where their Dial says; one that says nothing is followed by the next verb."""
        ringing = Ringing(
            line=self.line,
            wire=self._wire,
            transcript=self._transcript,
            answer_as=self.answer_as,
            call=self.call,
            talks_on=self._talks_on,
        )
        rung = ringing.ring(dial)
        action = dial.get("action")
        if action is not None:
            self.led_to.append(action)
        if self._moved_to:
            url, self._moved_to = self._moved_to, ""
            self._verbs = self._next_of(url, {})
        elif rung.behaviour == "caller_leaves":
            self._verbs.clear()
            if action is not None:
                self._wire.tell(action, self.call, {**rung.fields(), "CallStatus": "completed"})
        elif action is not None:
            self._verbs = self._fetched(action, rung.fields())

    def _talks_on(self) -> bool:
        self.in_talk()
        return not self._moved_to

    def _hear(self, verb: ET.Element) -> float:
        self._transcript.note("line", words_of(verb))
        return seconds_of(verb)

    def _end(self) -> None:
        self.waiting, self._unheard_s = "over", 0
        lasted_s = round((self.line.clock.now() - self._began_at).total_seconds())
        self._wire.tell(
            self._status or f"{self.line.public_url}/voice/status",
            self.call,
            {"CallStatus": "completed", "CallDuration": str(lasted_s)},
        )
        self._transcript.note("end", f"the call is over: {self.line.disposition(self.call)}")
