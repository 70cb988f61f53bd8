"""A case that was verified at night and kept: what its morning is tested with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.domain.recovery.callback import CallBack
from ivr.domain.recovery.case import Case
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.call_back import CallingBack
from ivr.simulator.carrier.simulated_agents import Behaviour, as_cast
from ivr.simulator.handset import Handset

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
TILL_MORNING = timedelta(hours=12)
PHONE = "+14155550123"
ELSEWHERE = "+14155550177"
EVERYBODY: Mapping[str, tuple[Behaviour, ...]] = {}
"""Everybody answers who is rung."""


@dataclass(slots=True, kw_only=True)
class Morning:
    """A case that was verified at night, from an office phone, and is claimed in the morning.

    phone: what rings: the telephone on file.
    """

    line: RehearsalLine
    phone: Handset

    @property
    def desk(self) -> Desk:
        assert self.line.desk is not None
        return self.line.desk

    def case(self) -> Case:
        (case,) = self.desk.cases.act(lambda tx: tx.cases())
        return case

    def last_try(self) -> CallBack:
        case = self.case()
        return self.desk.cases.act(lambda tx: tx.call_backs.of(case.id))[-1]

    def press(self, *, agent: str = "ana", seen: int | None = None) -> None:
        self.line.settle()
        desk = replace(self.desk, seen=seen)
        CallingBack(desk=desk).call(self.case().number, agent, at=self.line.clock.now())
        self.line.settle()

    def placed(self) -> list[str]:
        return [one.to for one in self.line.received if one.status is not None]

    def answered(self) -> Handset:
        """Press the button, take the call and press its key."""
        self.press()
        self.phone.pick_up()
        self.phone.press("1")
        return self.phone


def handset(
    line: RehearsalLine, caller: str, number: int = 1, people: Mapping[str, tuple[Behaviour, ...]] = EVERYBODY
) -> Handset:
    return Handset(line=line, answer_as=as_cast(people), caller=caller, number=number)


def kept_overnight(
    *,
    claimed: bool = True,
    till_morning: timedelta = TILL_MORNING,
    menus: str = "menus",
    moved: Callable[[RehearsalLine], RehearsalLine] = lambda line: line,
) -> Morning:
    """Have a case kept. moved: gives the line with its cases in another database."""
    opened = moved(line_for_tests(menus=menus, prompts="prompts", at=NIGHT))
    line = opened.in_circumstances(hours={"support": "Mo-Fr 06:00-18:00"}, away=())
    office = handset(line, ELSEWHERE)
    office.dial()
    for key in ("1", "1", "2"):
        office.press(key)
    office.type("204117")
    office.type(office.code_from("text"))
    office.type(office.code_from("mail"))
    office.hang_up()
    morning = Morning(line=line, phone=handset(line, PHONE, 2))
    assert morning.case().state == "HELD"
    line.clock.advance(till_morning.total_seconds())
    if claimed:
        morning.desk.claim(morning.case().number, "ana", at=line.clock.now())
    return morning


def said(phone: Handset) -> str:
    return " ".join(one.words for one in phone.heard if one.who == "line")


def rung(phone: Handset) -> list[str]:
    return [one.words.split(" (")[0] for one in phone.heard if one.who == "ring"]


def audited(morning: Morning, *wanted: str) -> int:
    assert morning.line.cases is not None
    with morning.line.cases.database.engine.connect() as connection:
        bodies = [str(row[0]) for row in connection.exec_driver_sql("select body from audit order by seq")]
    return sum(all(word in body for word in wanted) for body in bodies)
