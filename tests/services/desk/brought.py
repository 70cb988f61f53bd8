"""Callers whom an agent sends to the keypad in the middle of a talk: what that is tested with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from ivr.adapters.database.calls.ledger import SqlLedger
from ivr.adapters.database.spool.spool import Spool
from ivr.adapters.twilio.urls import Urls
from ivr.bootstrap.line_parts import LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests
from ivr.domain.dialogue.events import CallId
from ivr.domain.dialogue.place import Place
from ivr.domain.recovery.case import CaseNumber
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.send_to_keypad import Keypad
from ivr.services.live_calls import NotMoved, PerhapsMoved
from ivr.simulator.carrier.simulated_agents import Behaviour, as_cast
from ivr.simulator.handset import Handset

MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
SECOND: Mapping[str, tuple[Behaviour, ...]] = {"day desk": ("busy",)}
"""The line's first person is busy, so that its second takes the call."""
UNVERIFIED = ("000000", "000000", "000000")
ELSEWHERE = "+14155550199"
"""A telephone that is on nobody's file."""
NO_OTHERS: Mapping[str, str] = {}
"""The hours that the menus say."""

Answers = Literal["taken", "failed", "silent", "silent_but_taken"]
"""What the carrier does when it is asked: silent leaves open whether it took the caller there."""


@dataclass(slots=True, kw_only=True)
class Carrier:
    """The handset's own, which can fail. moved: where calls were taken. asked: where they were to be."""

    urls: Urls
    handset: Handset
    answers: Answers = "taken"
    moved: list[Place] = field(default_factory=list)
    asked: list[Place] = field(default_factory=list)

    def move(self, call: CallId, place: Place) -> None:
        self.asked.append(place)
        if self.answers == "failed" or call != self.handset.call:
            raise NotMoved("no such call")
        if self.answers != "silent":
            self.moved.append(place)
            self.handset.move(self.urls.of(place))
        if self.answers != "taken":
            raise PerhapsMoved("no answer in time")


@dataclass(slots=True, kw_only=True)
class Talk:
    """What an agent does in each talk, one after the other; in any further one nothing."""

    line: RehearsalLine
    carrier: Carrier
    does: list[Callable[["Talk"], object]]

    def __call__(self) -> None:
        if self.does:
            self.does.pop(0)(self)

    @property
    def desk(self) -> Desk:
        assert self.line.desk is not None
        return self.line.desk

    @property
    def keypad(self) -> Keypad:
        return Keypad(desk=self.desk, tree=self.line.tree, calls=self.carrier)

    def number(self) -> CaseNumber:
        (case,) = self.desk.cases.act(lambda tx: tx.cases())
        return case.number

    def claim(self) -> None:
        at, match = self.line.clock.now(), self.carrier.handset.match_digits()
        self.desk.claim(self.number(), "ana", match=match, at=at)

    def send(self, *, agent: str = "ana", seen: int | None = None) -> None:
        keypad = replace(self.keypad, desk=replace(self.desk, seen=seen))
        keypad.send(self.number(), agent, at=self.line.clock.now())

    def claim_and_send(self) -> None:
        self.claim()
        self.send()


def line_that_keeps(
    folder: Path, *, menus: str = "menus", at: datetime = MORNING, hours: Mapping[str, str] = NO_OTHERS
) -> RehearsalLine:
    """Put up a line whose calls are kept beside its cases, as in production: the desk reads them there."""
    opened = line_for_tests(menus=menus, prompts="prompts", at=at).in_circumstances(hours=hours, away=())
    assert opened.cases is not None
    assert opened.desk is not None
    ledger = SqlLedger(
        opened.cases.database, Spool(folder / "spool"), catch_up=lambda: True, alarm=lambda: None
    )
    kept = LineStores(journal=opened.store, ledger=ledger, menus=opened.store, cases=opened.cases.room)
    served = line_of(
        opened.settings, opened.tree, kept, clock=opened.clock, key=opened.desk.key, degraded=lambda: ()
    )
    return replace(opened, wsgi=served)


def talk_on(
    line: RehearsalLine,
    *does: Callable[[Talk], object],
    people: Mapping[str, tuple[Behaviour, ...]] = SECOND,
    number: int = 1,
    caller: str = ELSEWHERE,
) -> Talk:
    """Call the line, whose agents will do what is given. caller: from which telephone."""
    handset = Handset(line=line, answer_as=as_cast(people), number=number, caller=caller)
    carrier = Carrier(urls=Urls(public_url=line.public_url), handset=handset)
    talk = Talk(line=line, carrier=carrier, does=list(does))
    handset.in_talk = talk
    handset.dial()
    return talk


def called(
    line: RehearsalLine,
    *does: Callable[[Talk], object],
    people: Mapping[str, tuple[Behaviour, ...]] = SECOND,
    way: str = "111",
) -> Talk:
    """Call about an account, and come as far as the code to the phone. way: the keys that lead there."""
    talk = talk_on(line, *does, people=people)
    for key in way:
        talk.carrier.handset.press(key)
    talk.carrier.handset.type("204117")
    return talk


def to_a_person(talk: Talk) -> Handset:
    """Ask for a person instead of typing the code, and leave a busy one for the next."""
    handset = talk.carrier.handset
    handset.type("0")
    handset.stay_silent()
    return handset


def verify(talk: Talk) -> None:
    handset = talk.carrier.handset
    handset.type(handset.code_from("text"))
    handset.type(handset.code_from("mail"))


def rung(handset: Handset) -> list[str]:
    return [one.words.split(" (")[0] for one in handset.heard if one.who == "ring"]


def whispers(handset: Handset) -> list[str]:
    return [one.words for one in handset.heard if one.who == "whisper"]


def said(handset: Handset) -> str:
    return " ".join(one.words for one in handset.heard if one.who == "line")


def on_record(line: RehearsalLine) -> list[str]:
    assert line.cases is not None
    with line.cases.database.engine.connect() as connection:
        return [str(row[0]) for row in connection.exec_driver_sql("select body from audit order by seq")]
