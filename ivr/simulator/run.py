"""Play a conversation against a line, and say where the two part."""

from dataclasses import dataclass, field

from ivr.simulator.conversation import Conversation, Step
from ivr.simulator.handset import Handset
from ivr.simulator.line import LineUnderTest
from ivr.simulator.transcript import Heard, Who
from ivr.simulator.wire import CallBroken
from ivr.written.document import Document
from ivr.written.finding import Finding
from ivr.written.spot import Spot


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """fault: the first thing that was otherwise than written; None where the call went as written."""

    conversation: Conversation
    fault: Finding | None
    heard: tuple[Heard, ...]
    presses: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Run:
    handset: Handset
    checked: int = 0
    presses: list[tuple[str, str]] = field(default_factory=list)

    def take(self, step: Step) -> str | None:
        """Do what the step says; a sentence where something else was heard than it expects."""
        if step.hears is not None:
            return self._expect("line", step.hears)
        if step.agent_hears is not None:
            return self._expect("whisper", step.agent_hears)
        for key in step.presses or "":
            self._act()
            self.presses.append((self.handset.waiting_at(), key))
            self.handset.press(key)
        if step.presses is None:
            self._act()
            self._other(step)
        return None

    def _other(self, step: Step) -> None:
        if step.says is not None:
            self.handset.say(step.says)
        elif step.stays is not None:
            self.handset.stay_silent()
        elif step.records is not None:
            self.handset.record(step.records)
        elif step.listens is not None:
            self.handset.listen(step.listens)
        elif step.hangs_up is not None:
            self.handset.hang_up()

    def _act(self) -> None:
        self.checked = len(self.handset.heard)

    def _expect(self, who: Who, words: str) -> str | None:
        said = " ".join(one.words for one in self.handset.heard[self.checked :] if one.who == who)
        if " ".join(words.split()) in said:
            return None
        return f'"{words}" was not heard, but "{said}"'


def play(document: Document, conversation: Conversation, line: LineUnderTest) -> Result:
    """Play the whole call; it ends at the first step that does not hold."""
    handset = Handset(
        line=line,
        caller=conversation.caller,
        answer_as=lambda person: conversation.people.get(person.name, "answers"),
    )
    run = _Run(handset)
    fault: Finding | None = None
    place = document.spot(("call",))
    try:
        handset.dial()
        for number, step in enumerate(conversation.steps):
            place = document.spot(("steps", number))
            wrong = run.take(step)
            if wrong is not None:
                fault = _fault(place, wrong)
                break
        if fault is None:
            place = document.spot(("ends",))
            fault = _end(handset, conversation, line, place)
    except CallBroken as broken:
        fault = _fault(place, str(broken))
    return Result(
        conversation=conversation, fault=fault, heard=tuple(handset.heard), presses=tuple(run.presses)
    )


def _end(handset: Handset, conversation: Conversation, line: LineUnderTest, place: Spot) -> Finding | None:
    if handset.waiting != "over":
        handset.hang_up()
    ended = line.disposition(handset.call)
    if ended == conversation.ends:
        return None
    return _fault(place, f"the call ended {ended}, not {conversation.ends}")


def _fault(spot: Spot, what: str) -> Finding:
    remedy = "mend the menu, or write what it says now"
    return Finding(rule="conversation", severity="error", spot=spot, what=what, remedy=remedy)
