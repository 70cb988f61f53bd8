"""No order of calls, hang-ups, agents and clocks lets a right be used in a call that did not earn it.

What the machine believes is kept apart from the case: who typed a right code in which call, who pressed the
key there, which agent had whom on the line. Each reset and each change that the desk allows is held against
that. Where the desk refuses, nothing is asked: `test_one_call` shows what must be possible.
"""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, find, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import delete

from ivr.adapters.database.all_tables import metadata
from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import StaleCase
from ivr.services.desk.moves.moves import MoveBlocked
from tests.services.desk.callers import ACCOUNTS, Call, Callers, open_accounts
from tests.services.desk.office import Office
from tests.sizes import drilled

AGENTS = ("ana", "ben")
CHAIN_S, VERIFIED_S, CHANGE_S = 1800, 900, 4 * 3600
WHO = [*ACCOUNTS, None]


@dataclass(kw_only=True)
class Believed:
    """What is so of one call, whatever the database says.

    case: the number of the case that it is in. is_primary: what its caller said last of being the primary
    administrator. proved: when right codes were typed, by factor. pressed: when the confirming key was.
    is_taken, is_over: whether an agent has its caller.
    """

    call: Call
    case: CaseNumber | None = None
    is_primary: bool = True
    proved: dict[str, list[datetime]] = field(default_factory=dict)
    pressed: list[datetime] = field(default_factory=list)
    is_taken: bool = False
    is_over: bool = False


STAY = ("account", "contact", *(table.name for table in metadata.sorted_tables if "audit" in table.name))
"""Whom callers may be, and what nobody may delete from."""


class Traces(RuleBasedStateMachine):
    office: ClassVar[Office]
    earned: ClassVar[dict[str, int]] = {"reset": 0, "change": 0}

    def __init__(self) -> None:
        super().__init__()
        # Nothing is left of the last example: each is the same again when it is played again.
        with self.office.database.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name not in STAY:
                    connection.execute(delete(table))
        self.calls_made, ids = count(), count(1_000_000)
        self.callers = Callers(office=self.office, given=lambda: next(ids))
        self.believed: list[Believed] = []
        self.spoken: set[tuple[str, str, CaseNumber]] = set()

    @rule(who=st.sampled_from(WHO), account=st.sampled_from(sorted(ACCOUNTS)))
    @precondition(lambda self: len(self.believed) < 5)
    def dials(self, who: str | None, account: str) -> None:
        """Call, and name one's own account; a stranger names anybody's."""
        call = Call(id=f"CA{next(self.calls_made):032x}", by=who)
        self.callers.identify(call, who or account)
        found = self.callers.case(call)
        self.believed.append(Believed(call=call, case=None if found is None else found.number))

    @rule(account=st.sampled_from(sorted(ACCOUNTS)), agent=st.sampled_from(AGENTS), confirms=st.booleans())
    @precondition(lambda self: len(self.believed) < 5)
    def verifies_and_speaks_with_an_agent(self, account: str, agent: str, *, confirms: bool) -> None:
        """Go most of an owner's way in one step, which single steps seldom come to."""
        call = Call(id=f"CA{next(self.calls_made):032x}", by=account)
        self.callers.verify(call, account)
        case = self.callers.case(call)
        if case is None or case.l2_call != call.id:
            return
        at = self.callers.at
        one = Believed(call=call, case=case.number, proved={"phone": [at], "mailbox": [at]})
        self.believed.append(one)
        if confirms:
            self._press(one)
        self.callers.put_through(call)
        one.is_taken = True
        self._claim(one, agent, match=self.callers.whispered(call))
        self._speak(agent, case.number)

    @rule(who=st.sampled_from(WHO), data=st.data())
    @precondition(lambda self: len(self._numbers()) > 0 and len(self.believed) < 5)
    def quotes(self, who: str | None, data: st.DataObject) -> None:
        """Call, and type the number of a case that somebody else may have opened."""
        number = data.draw(st.sampled_from(self._numbers()))
        call = Call(id=f"CA{next(self.calls_made):032x}", by=who)
        self.callers.identify(call, number)
        found = self.callers.case(call)
        self.believed.append(Believed(call=call, case=None if found is None else found.number))

    @rule(data=st.data(), step=st.sampled_from(["phone", "mailbox"]))
    @precondition(lambda self: self._live())
    def types(self, data: st.DataObject, step: Any) -> None:
        one = data.draw(st.sampled_from(self._live()))
        before = self._evidence(one)
        self.callers.type_code(one.call, step)
        if self._evidence(one) != before:
            case = self.callers.case(one.call)
            assert case is not None
            assert self.callers.is_owner(one.call, case), "a stranger's code was taken"
            one.proved.setdefault(step, []).append(self.callers.at)

    @rule(data=st.data(), is_primary=st.booleans())
    @precondition(lambda self: bool(self._asked()))
    def says_again(self, data: st.DataObject, *, is_primary: bool) -> None:
        """Take an answer back, or give it again: keys are mistyped."""
        one = data.draw(st.sampled_from(self._asked()))
        self.callers.say_primary(one.call, is_primary=is_primary)
        one.is_primary = is_primary

    @rule(data=st.data())
    @precondition(lambda self: self._live())
    def confirms(self, data: st.DataObject) -> None:
        self._press(data.draw(st.sampled_from(self._live())))

    def _press(self, one: Believed) -> None:
        self.callers.confirm(one.call)
        one.pressed.append(self.callers.at)
        case = self.callers.case(one.call)
        if case is not None and case.state == "CONFIRMED" and case.disclaimer_accepted_at is None:
            accepted = {"disclaimer_accepted_at": self.callers.at}
            self.office.cases.act(lambda tx: tx.save(_with(case, accepted)))

    @rule(data=st.data())
    @precondition(lambda self: self._live())
    def reaches_an_agent(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._live()))
        self.callers.put_through(one.call)
        one.is_taken = True

    @rule(data=st.data())
    @precondition(lambda self: self._live())
    def hangs_up(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self._live()))
        self.callers.hang_up(one.call)
        one.is_over = True

    @rule(seconds=st.sampled_from([1, 61, 600, VERIFIED_S, CHAIN_S + 1, CHANGE_S]))
    def waits(self, seconds: int) -> None:
        self.callers.wait(seconds)

    @rule(agent=st.sampled_from(AGENTS), data=st.data(), with_digits=st.booleans())
    @precondition(lambda self: self._known())
    def claims(self, agent: str, data: st.DataObject, *, with_digits: bool) -> None:
        one = data.draw(st.sampled_from(self._known()))
        self._claim(one, agent, match=self.callers.whispered(one.call) if with_digits else None)

    def _claim(self, one: Believed, agent: str, *, match: str | None) -> None:
        assert one.case is not None
        held_by = self._case(one.case).agent
        with suppress(MoveBlocked, StaleCase):
            self.office.desk.claim(one.case, agent, at=self.callers.at, match=match, taken_from=held_by)
            if held_by != agent:
                self.spoken = {spoke for spoke in self.spoken if spoke[2] != one.case}
            if match is not None:
                assert one.is_taken, "digits were taken that nobody was whispered"
                assert not one.is_over, "a call that is over was claimed by its digits"

    @rule(agent=st.sampled_from(AGENTS), data=st.data())
    @precondition(lambda self: self._numbers())
    def speaks(self, agent: str, data: st.DataObject) -> None:
        self._speak(agent, data.draw(st.sampled_from(self._numbers())))

    def _speak(self, agent: str, number: CaseNumber) -> None:
        with suppress(MoveBlocked, StaleCase):
            case = self.office.desk.spoke(number, agent, at=self.callers.at)
            (one,) = [one for one in self.believed if one.call.id == case.spoke_call]
            assert one.is_taken, "an agent spoke with somebody whom nobody has"
            assert not one.is_over, "an agent spoke with somebody who has hung up"
            self.spoken.add((agent, one.call.id, number))

    @rule(agent=st.sampled_from(AGENTS), data=st.data(), subaccounts=st.sampled_from([0, 1]))
    @precondition(lambda self: self._numbers())
    def looks(self, agent: str, data: st.DataObject, subaccounts: int) -> None:
        number = data.draw(st.sampled_from(self._numbers()))
        with suppress(MoveBlocked, StaleCase):
            self.office.desk.subaccounts(number, agent, count=subaccounts, at=self.callers.at)

    @rule(agent=st.sampled_from(AGENTS), data=st.data())
    @precondition(lambda self: self._numbers())
    def hands_over_or_holds(self, agent: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self._numbers()))
        with suppress(MoveBlocked, StaleCase):
            self.office.desk.hold(number, agent, at=self.callers.at)

    @rule(agent=st.sampled_from([*AGENTS, None]), data=st.data())
    @precondition(lambda self: self._numbers())
    def asks_for_a_reset(self, agent: str | None, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self._numbers()))
        agent = self._looked(number, agent, 1)
        with suppress(MoveBlocked, StaleCase):
            case = self.office.desk.ask_for_reset(number, agent, at=self.callers.at)
            self._earned("reset", case, agent)
            last = max(self._verified_at(self._call_of(case)))
            assert (self.callers.at - last).total_seconds() <= VERIFIED_S

    @rule(agent=st.sampled_from([*AGENTS, None]), data=st.data())
    @precondition(lambda self: self._numbers())
    def changes(self, agent: str | None, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(self._numbers()))
        agent = self._looked(number, agent, 0)
        with suppress(MoveBlocked, StaleCase):
            case = self.office.desk.change(number, agent, at=self.callers.at)
            self._earned("change", case, agent)
            one = self._call_of(case)
            pressed = [
                at
                for at in one.pressed
                for last in self._verified_at(one)
                if 0 <= (at - last).total_seconds() <= VERIFIED_S
            ]
            assert any((self.callers.at - at).total_seconds() <= CHANGE_S for at in pressed)

    def _looked(self, number: CaseNumber, agent: str | None, subaccounts: int) -> str:
        """Let somebody look in the product just before: *agent*, or else whoever holds the case."""
        who = agent or self._case(number).agent or AGENTS[0]
        with suppress(MoveBlocked, StaleCase):
            self.office.desk.subaccounts(number, who, count=subaccounts, at=self.callers.at)
        return who

    def _earned(self, act: str, case: Case, agent: str) -> None:
        """Hold what was allowed against one call: proved by the owner, spoken in by this very agent."""
        one = self._call_of(case)
        assert one.case == case.number
        assert self.callers.is_owner(one.call, case), "a stranger's call earned it"
        assert one.is_primary, "its caller said last not to be the primary administrator"
        assert one.proved, "nothing was proved in that call"
        assert self._verified_at(one), "two factors were not proved"
        assert (agent, one.call.id, case.number) in self.spoken, "this agent did not speak in that call"
        self.earned[act] += 1

    def _verified_at(self, one: Believed) -> list[datetime]:
        """Give each moment at which the call proved a factor, and another had been proved about its case."""
        about = [
            (factor, at)
            for other in self.believed
            if other.case == one.case
            for factor, moments in other.proved.items()
            for at in moments
        ]
        return [
            at
            for factor, moments in one.proved.items()
            for at in moments
            if any(other != factor and before <= at for other, before in about)
        ]

    def _call_of(self, case: Case) -> Believed:
        (one,) = [one for one in self.believed if one.call.id == case.l2_call]
        return one

    def _case(self, number: CaseNumber) -> Case:
        found = self.office.cases.act(lambda tx: tx.case_numbered(number))
        assert found is not None
        return found

    def _evidence(self, one: Believed) -> list[Any]:
        case = self.callers.case(one.call)
        if case is None:
            return []
        proofs = self.office.cases.act(lambda tx: tx.evidence(case.id))
        return [proof for proof in proofs if proof.call == one.call.id]

    def _live(self) -> list[Believed]:
        return [one for one in self.believed if not one.is_over]

    def _known(self) -> list[Believed]:
        return [one for one in self.believed if one.case is not None]

    def _asked(self) -> list[Believed]:
        return [one for one in self._live() if one.case is not None]

    def _numbers(self) -> list[CaseNumber]:
        return list(dict.fromkeys(one.case for one in self.believed if one.case is not None))


def _with(case: Case, facts: dict[str, Any]) -> Case:

    return replace(case, **facts)


def test_no_order_of_events_lets_a_right_be_used_in_a_call_that_did_not_earn_it(office: Office) -> None:
    open_accounts(office)
    Traces.office = office
    Traces.earned = {"reset": 0, "change": 0}
    sizes = settings(
        max_examples=drilled(60, full=10_000),
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    run_state_machine_as_test(Traces, settings=sizes)


class First:
    """Draws the first of what there is to choose from."""

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        return find(strategy, lambda _: True)


@pytest.mark.parametrize("act", ["reset", "change"])
def test_the_rules_of_the_machine_come_to_each_right(office: Office, act: str) -> None:
    open_accounts(office)
    Traces.office = office
    Traces.earned = {"reset": 0, "change": 0}
    machine: Any = Traces()

    machine.verifies_and_speaks_with_an_agent(account="204117", agent="ana", confirms=act == "change")
    (machine.asks_for_a_reset if act == "reset" else machine.changes)(agent=None, data=First())

    assert machine.earned[act] == 1


@pytest.mark.parametrize("act", ["reset", "change"])
def test_the_machine_knows_an_earned_right_from_a_stolen_one(office: Office, act: str) -> None:
    """Walk one earned way through the machine's own rules, then have it judge the same for a stranger."""
    open_accounts(office)
    Traces.office = office
    Traces.earned = {"reset": 0, "change": 0}
    machine = Traces()
    call = Call(id=f"CA{next(machine.calls_made):032x}", by="204117")
    machine.callers.verify(call, "204117")
    case = machine.callers.case(call)
    assert case is not None
    at = machine.callers.at
    owner = Believed(call=call, case=case.number, proved={"phone": [at], "mailbox": [at]}, is_taken=True)
    machine.believed.append(owner)
    machine.spoken.add(("ana", call.id, case.number))

    machine._earned(act, case, "ana")

    assert machine.earned[act] == 1
    with pytest.raises(AssertionError, match="did not speak in that call"):
        machine._earned(act, case, "ben")
    owner.is_primary = False
    with pytest.raises(AssertionError, match="not to be the primary administrator"):
        machine._earned(act, case, "ana")
    owner.call.by = None
    with pytest.raises(AssertionError, match="a stranger's call"):
        machine._earned(act, case, "ana")
