"""Play a conversation against a line, and say where the two part."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ivr.domain.menus.tree import MenuTree
from ivr.domain.yaml_source.excerpt import excerpt
from ivr.domain.yaml_source.finding import Finding
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.suggestions import did_you_mean
from ivr.domain.yaml_source.yaml_document import YamlDocument
from ivr.simulator.carrier.signed_requests import CallBroken
from ivr.simulator.carrier.simulated_agents import as_cast
from ivr.simulator.conversation import Conversation, Step
from ivr.simulator.handset import LEAST_WAIT_S, Handset
from ivr.simulator.line_under_test import LineUnderTest
from ivr.simulator.transcript import Heard, Who

_CALLS_APART = 1000
"""Numbers of calls within one conversation; conversations beside it are numbered one by one."""
_A_DAY_S = 86_400.0
_REMEDY = "mend the menu, or write what it says now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """fault: the first thing that was otherwise than written; None where the call went as written.

    pressed, led_to: see Handset.
    """

    conversation: Conversation
    fault: Finding | None
    heard: tuple[Heard, ...]
    pressed: tuple[tuple[str, str], ...]
    led_to: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """handset: of the call that goes on now; earlier: those before it."""

    handset: Handset
    checked: int = 0
    earlier: list[Handset] = field(default_factory=list)

    @property
    def handsets(self) -> tuple[Handset, ...]:
        return (*self.earlier, self.handset)

    def take(self, step: Step) -> str | None:
        """Do what the step says; a sentence where something else was heard than it expects."""
        if step.hears is not None:
            return self._expect("line", step.hears)
        if step.agent_hears is not None:
            return self._expect("whisper", step.agent_hears)
        if step.receives is not None:
            return self._expect_message(step.receives)
        if step.receives_no is not None:
            return self._expect_no_message(step.receives_no)
        for key in step.presses or "":
            self._act()
            self.handset.press(key)
        if step.presses is None and not self._between_calls(step):
            self._act()
            self._other(step)
        return None

    def _between_calls(self, step: Step) -> bool:
        """Do a step that lies between two calls, or begins the next; tell whether it was one."""
        if step.waits is not None:
            self.handset.wait(step.waits)
        elif step.dials_again is not None:
            self._hand_over_to(self.handset.caller).dial()
        elif step.picks_up is not None:
            self._hand_over_to(self._rung()).pick_up()
        else:
            return False
        return True

    def _hand_over_to(self, caller: str) -> Handset:
        """End the call, if need be, and go on with another on that telephone."""
        if not self.handset.is_over:
            self.handset.hang_up()
        self.earlier.append(self.handset)
        self.handset = Handset(
            line=self.handset.line,
            caller=caller,
            answer_as=self.handset.answer_as,
            number=self.handset.number + _CALLS_APART,
        )
        self.checked = 0
        return self.handset

    def _rung(self) -> str:
        """Hang up, wait until the line calls somebody by itself, and say whom. Raises CallBroken."""
        if not self.handset.is_over:
            self.handset.hang_up()
        line = self.handset.line
        known, left_s = len(line.received), _A_DAY_S
        while left_s > 0:
            due_s = line.tend()
            placed = [one for one in line.received[known:] if one.status is not None]
            if placed:
                return placed[-1].to
            step_s = left_s if due_s is None else max(due_s, LEAST_WAIT_S)
            line.clock.advance(step_s)
            left_s -= step_s
        raise CallBroken("the line has called nobody for a day")

    def _other(self, step: Step) -> None:
        if step.records is not None:
            self.handset.record(step.records)
        elif step.records_and_hangs_up is not None:
            self.handset.record(step.records_and_hangs_up, ended_by="hangup")
        elif step.listens is not None:
            self.handset.listen(step.listens)
        elif step.hangs_up is not None:
            self.handset.hang_up()
        else:
            self._answer(step)

    def _answer(self, step: Step) -> None:
        if step.types is not None:
            self.handset.type(step.types)
        elif step.types_code is not None:
            self.handset.type(self.handset.code_from(step.types_code))
        elif step.types_case_number is not None:
            self.handset.type(self.handset.case_number())
        elif step.presses_named_key is not None:
            self.handset.press(self.handset.named_key())
        elif step.says is not None:
            self.handset.say(step.says)
        else:
            self.handset.stay_silent()

    def _act(self) -> None:
        self.checked = len(self.handset.heard)

    def _expect_message(self, words: str) -> str | None:
        return self._expect("text", words) and self._expect("mail", words)

    def _expect_no_message(self, words: str) -> str | None:
        came = self._expect_message(words) is None
        return f'"{words}" is expected in no message, and came in one' if came else None

    def _expect(self, who: Who, words: str) -> str | None:
        said = " ".join(one.words for one in self.handset.heard[self.checked :] if one.who == who)
        if " ".join(words.split()) in said:
            return None
        return f'"{words}" is expected, and was not heard, but ' + (f'"{said}"' if said else "nothing")


def play(
    document: YamlDocument, conversation: Conversation, line: LineUnderTest, *, number: int = 1
) -> Result:
    """Play the whole call; it ends at the first step that does not hold. number: see Handset."""
    cast = as_cast(conversation.people)
    handset = Handset(line=line, caller=conversation.caller, answer_as=cast, number=number)
    run = _Run(handset)
    fault = next(_strangers(document, conversation, line.tree), None)
    if fault is None:
        fault = _played(document, conversation, run)
    return Result(
        conversation=conversation,
        fault=fault,
        heard=tuple(heard for one in run.handsets for heard in one.heard),
        pressed=tuple(pressed for one in run.handsets for pressed in one.pressed),
        led_to=tuple(place for one in run.handsets for place in one.led_to),
    )


def _strangers(document: YamlDocument, conversation: Conversation, tree: MenuTree) -> Iterator[Finding]:
    """Name people that no line has: whoever is misspelt would answer, and the test would show nothing."""
    known = sorted({person for line in tree.lines.values() for person in line.people})
    for name in conversation.people:
        if name not in known:
            near = did_you_mean(name, known)
            remedy = f"did you mean {excerpt(near)}?" if near else "known are " + ", ".join(known)
            what = f"no line has a person {excerpt(name)}"
            yield _fault(document.key_spot(("people", name)), what, remedy)


def _played(document: YamlDocument, conversation: Conversation, run: _Run) -> Finding | None:
    place = document.spot(("call",))
    try:
        run.handset.dial()
        for number, step in enumerate(conversation.steps):
            place = document.spot(("steps", number))
            wrong = run.take(step) or _failure(run.handset)
            if wrong is not None:
                return _fault(place, wrong)
        place = document.spot(("ends",))
        if not run.handset.is_over:
            run.handset.hang_up()
    except CallBroken as broken:
        return _fault(place, str(broken))
    ended = run.handset.line.disposition(run.handset.call)
    wrong = (
        None if ended == conversation.ends else f"{conversation.ends} is expected, and the call ended {ended}"
    )
    return None if wrong is None else _fault(place, wrong)


def _failure(handset: Handset) -> str | None:
    """A caller was helped over it, but a line that needs its fallback has failed."""
    return next((one.words for one in handset.heard if one.who == "fault"), None)


def _fault(spot: Spot, what: str, remedy: str = _REMEDY) -> Finding:
    return Finding(rule="conversation", severity="error", spot=spot, what=what, remedy=remedy)
