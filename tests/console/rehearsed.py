"""The whole console, sign-in and all, over the cases of a rehearsal's line."""

from pathlib import Path

from ivr.console.app import ConsoleRoom, console_app
from ivr.console.card import card_blueprint
from ivr.console.events import Streams
from ivr.console.queue import queue_blueprint
from ivr.mask import Secret
from ivr.rehearsal import RehearsalLine
from ivr.staff.joining import Joining
from ivr.staff.member import Member, MemberId
from ivr.staff.roster import Roster
from ivr.staff.signing_in import SigningIn
from ivr.store.cases import SqlCases
from ivr.store.staff import SqlStaff
from tests.console.house import work_at
from tests.console.staffed import CHEAP, Console

KEY = Secret("a key for the console of a rehearsal")


def agent(name: str) -> Member:
    return Member(
        id=MemberId(name), name=name.title(), roles=frozenset({"agent"}), lines=frozenset({"support"})
    )


def console_of(line: RehearsalLine, streams: Streams) -> Console:
    assert line.cases is not None
    assert line.desk is not None
    work = work_at(line.tree, line.desk, line.clock, streams)
    cases, fresh = line.cases.room.cases, line.cases.room.fresh
    assert isinstance(cases, SqlCases)
    staff = SqlStaff(cases)
    signing_in = SigningIn(staff=staff, passwords=CHEAP, key=KEY, clock=line.clock, fresh=fresh)
    joining = Joining(signing_in=signing_in, company="Heronscan", words=("Heronscan",))
    room = ConsoleRoom(
        signing_in=signing_in,
        joining=joining,
        company="Heronscan",
        clock=line.clock,
        key=KEY,
        fresh=fresh,
        is_https=False,
        pages=(queue_blueprint(work), card_blueprint(work)),
    )
    return Console(
        app=console_app(room),
        clock=line.clock,
        roster=Roster(staff=staff, clock=line.clock, fresh=fresh),
        signing_in=signing_in,
        joining=joining,
        url=str(line.cases.database.engine.url),
        anchor=Path(),
    )
