"""How long "verified" lasts: so many minutes, in this call, and never a moment or a call longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from ivr.domain.recovery.case import Case
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING, post
from tests.security.line import NUMBER, PHONE, STRANGER, WRONG, Exchange, GuardedLine, guarded_line
from tests.sizes import fuzzed

VERIFIED_S = 900
CHAIN_S = 1800
_CONFIRMED = b"The e-mail is on its way"
_SHOWN_TO_AGENTS = b"Recovery call. Verified."


@contextmanager
def _verified() -> Iterator[tuple[GuardedLine, Handset]]:
    with guarded_line() as line:
        yield line, line.verified()


def _case(line: GuardedLine, handset: Handset) -> Case:
    case = line.case(handset)
    assert case is not None
    return case


def _press_at(line: GuardedLine, handset: Handset, seconds: float) -> None:
    """Press the key that the warning names, so long after level 2."""
    l2_at = _case(line, handset).l2_at
    assert l2_at is not None
    handset.listen(0)
    line.clock.at = l2_at + timedelta(seconds=seconds)
    handset.press(handset.named_key())


@pytest.mark.parametrize(("seconds", "state"), [(VERIFIED_S, "CONFIRMED"), (VERIFIED_S + 1, "VERIFIED")])
def test_verified_ends_with_the_second(seconds: int, state: str) -> None:
    with _verified() as (line, handset):
        _press_at(line, handset, seconds)

        assert _case(line, handset).state == state
        assert any(_CONFIRMED in each.reply for each in line.exchanges) is (state == "CONFIRMED")


def test_an_agent_who_answers_too_late_hears_that_nobody_is_verified() -> None:
    with _verified() as (line, handset):
        _press_at(line, handset, VERIFIED_S - 1)
        whispers = [each for each in line.exchanges if each.path.startswith("/voice/whisper/")]

        assert len(whispers) == 1
        assert b"not verified" in whispers[0].reply


@pytest.mark.parametrize("seconds", [-3600, -1, 3600])
def test_a_clock_that_is_set_leaves_nobody_verified(seconds: int) -> None:
    with _verified() as (line, handset):
        _press_at(line, handset, seconds)

        assert _case(line, handset).state == "VERIFIED"


def test_another_call_from_the_same_number_begins_with_nothing() -> None:
    with _verified() as (line, handset):
        key, path = handset.named_key(), handset.led_to[-1].removeprefix(line.public_url).partition("#")[0]
        again = line.handset()
        stolen = dict(line.exchanges[-1].fields) | {"CallSid": str(again.call), "Digits": key}

        post(line.rehearsed, path, stolen)
        again.type("0")

        assert _case(line, handset).state == "VERIFIED"
        assert line.case(again) is None
        assert any(b"not verified" in each.reply for each in line.exchanges[-4:])


def test_a_case_number_brings_nothing_along_until_the_telephone_is_proved_again() -> None:
    with _verified() as (line, handset):
        handset.hang_up()
        line.clock.advance(61)
        again = line.handset()
        again.type(_case(line, handset).number)
        again.type(WRONG)
        line.clock.advance(61)
        again.type(line.code("mail"))

        assert _case(line, again).number == _case(line, handset).number
        assert _case(line, again).l2_call == handset.call
        again.type("0")
        whispers = [each.reply for each in line.exchanges if each.path.startswith("/voice/whisper/")]
        assert len(whispers) == 1
        assert b"not verified" in whispers[0]


class Traces(RuleBasedStateMachine):
    """Callers who identify, type, wait, confirm and call again; every use of "verified" is checked.

    What the machine believes is generous: whatever could have been right it takes for right.
    """

    line: ClassVar[GuardedLine]
    uses: ClassVar[list[Exchange]]

    def __init__(self) -> None:
        super().__init__()
        self.line.rehearsed.forget_callers()
        self.line.clock.at = MORNING
        self.line.exchanges.clear()
        self.handset = self.line.handset()
        self.began = 0
        self.right: list[tuple[str, str, datetime]] = []

    @rule(caller=st.sampled_from([PHONE, STRANGER]), known=st.booleans())
    def call_again(self, caller: str, known: bool) -> None:  # noqa: FBT001 -- hypothesis gives it by name
        case = self.line.case(self.handset)
        if not self.handset.is_over:
            self.handset.hang_up()
        self.began = len(self.line.received)
        self.handset = self.line.handset(caller=caller)
        self.handset.type(case.number if known and case is not None else NUMBER)

    @precondition(lambda self: self.waits_for_entry)
    @rule()
    def type_the_last_code(self) -> None:
        stage = self.stage
        kind = "mail" if stage == "mailbox" else "text"
        sent = [
            one.code
            for one in self.line.received[self.began :]
            if one.kind == kind and "is your code" in one.words and one.code
        ]
        self.handset.type(sent[-1] if sent else NUMBER)
        if sent:
            self.right.append((str(self.handset.call), stage, self.line.exchanges[-1].at))
        self.check()

    @precondition(lambda self: self.waits_for_entry)
    @rule(entry=st.sampled_from([WRONG, "1", "12*1"]))
    def type_something_else(self, entry: str) -> None:
        self.handset.type(entry)
        self.check()

    @rule(seconds=st.sampled_from([1, 61, 400, 800, 901, 1801]))
    def wait(self, seconds: int) -> None:
        self.line.clock.advance(seconds)

    @precondition(lambda self: self.stage == "warning")
    @rule(soon=st.booleans())
    def confirm(self, soon: bool) -> None:  # noqa: FBT001 -- as above
        if soon:
            self.handset.listen(0)
        self.handset.press(self.handset.named_key())
        self.check()

    @precondition(lambda self: self.stage == "warning")
    @rule(key=st.sampled_from(["*", "#", "0"]))
    def press(self, key: str) -> None:
        self.handset.press(key)
        self.check()

    @property
    def stage(self) -> str:
        return "" if self.handset.is_over else self.handset.led_to[-1].split("/")[4]

    @property
    def waits_for_entry(self) -> bool:
        return self.stage in ("identify", "phone", "mailbox")

    def check(self) -> None:
        for each in self.line.exchanges:
            if _CONFIRMED in each.reply or _SHOWN_TO_AGENTS in each.reply:
                self.uses.append(each)
                assert self.was_verified(each), each
        self.line.exchanges.clear()

    def was_verified(self, used: Exchange) -> bool:
        fields = dict(used.fields)
        call = fields.get("ParentCallSid", fields["CallSid"])
        own = [(factor, at) for name, factor, at in self.right if name == call]
        phone_at = [at for factor, at in own if factor == "phone"]
        oldest = used.at - timedelta(seconds=CHAIN_S + VERIFIED_S)
        mail_at = [
            at for name, factor, at in self.right if factor == "mailbox" and (name == call or at >= oldest)
        ]
        if not (phone_at and mail_at):
            return False
        last = max(at for _, at in own)
        return used.at - last <= timedelta(seconds=VERIFIED_S)


@pytest.mark.parametrize("traces", [40, pytest.param(fuzzed(2_000), marks=pytest.mark.fuzz)])
def test_no_trace_of_calls_uses_what_has_ended(traces: int) -> None:
    wanted = settings(
        max_examples=traces, stateful_step_count=15, suppress_health_check=list(HealthCheck), deadline=None
    )
    with guarded_line() as line:
        Traces.line, Traces.uses = line, []

        run_state_machine_as_test(Traces, settings=wanted)

        assert Traces.uses != []
