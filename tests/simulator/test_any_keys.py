"""Whatever a caller does, the real line has an answer, and the call comes to an end."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.adapters.clock import ManualClock
from ivr.bootstrap.rehearsal import line_for_tests
from ivr.simulator.carrier.simulated_agents import Behaviour, Person
from ivr.simulator.handset import Handset
from tests.simulator.stub import MORNING, shipped

MOST_REQUESTS = 60
ACTS = st.sampled_from([*"0123456789*#", *"0111222", "silent", "says", "short", "records", "hangs up"])
BEHAVIOURS: st.SearchStrategy[Behaviour] = st.sampled_from(
    ["answers", "declines", "silent", "busy", "no_answer", "failed", "caller_leaves"]
)
HOURS = st.integers(0, 24 * 14)


@dataclass
class _Clumsy:
    """A caller who does the next thing of a list, fit or unfit, and hangs up at its end."""

    handset: Handset

    def does(self, act: str) -> None:
        handset = self.handset
        if act == "hangs up":
            handset.hang_up()
        elif handset.waiting == "message":
            handset.record({"short": 1, "records": 30}.get(act, 0))
        elif act in "0123456789*#":
            handset.press(act)
        elif act == "says":
            handset.say("a person, please")
        else:
            handset.stay_silent()


@settings(max_examples=120)
@given(st.lists(ACTS, max_size=45), st.lists(BEHAVIOURS, min_size=1, max_size=6), HOURS)
def test_no_keys_break_a_call_or_keep_it_going(
    acts: list[str], behaviours: list[Behaviour], hours: int
) -> None:
    line = shipped()
    line.clock.at = MORNING
    line.clock.advance(hours * 3600)
    rings = iter(behaviours * 100)
    handset = Handset(line=line, answer_as=lambda _: next(rings), number=len(line.store.begun))

    handset.dial()
    for act in acts:
        if handset.is_over or handset.requests > MOST_REQUESTS:
            break
        _Clumsy(handset).does(act)
    if not handset.is_over:
        handset.hang_up()

    assert handset.is_over
    assert line.disposition(handset.call) is not None
    assert [one for one in handset.heard if one.who == "fault"] == []


def test_a_caller_who_goes_in_circles_reaches_a_person_within_the_bound() -> None:
    """Without the bound of turns this would go on as long as there are keys."""
    line = line_for_tests(menus="menus", prompts="prompts", at=MORNING)
    assert isinstance(line.clock, ManualClock)
    rung: list[Person] = []

    def noted(person: Person) -> Behaviour:
        rung.append(person)
        return "no_answer"

    handset = Handset(line=line, answer_as=noted)
    handset.dial()
    while not handset.is_over and handset.requests <= MOST_REQUESTS:
        if handset.waiting == "message":
            handset.record(0)
        else:
            handset.press("2" if len(handset.pressed) % 2 == 0 else "*")

    assert handset.is_over
    assert rung
