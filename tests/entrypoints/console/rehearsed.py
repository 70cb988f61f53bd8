"""The whole console, sign-in and all, over the cases of a rehearsal's line."""

from dataclasses import replace
from pathlib import Path

from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.entrypoints.console.pages.desk_pages import desk_pages
from ivr.entrypoints.console.pages.requests_page import asked_blueprint
from ivr.services.staff.member import Member, MemberId
from tests.entrypoints.console.house import work_at
from tests.entrypoints.console.staffed import Console, console_over


def agent(name: str) -> Member:
    return Member(
        id=MemberId(name), name=name.title(), roles=frozenset({"agent"}), lines=frozenset({"support"})
    )


def console_of(line: RehearsalLine) -> Console:
    assert line.cases is not None
    assert line.desk is not None
    cases = line.cases.room.cases
    assert isinstance(cases, SqlCases)
    bare = work_at(line.tree, line.desk, line.clock)
    work = replace(bare, staff=SqlStaff(cases), fresh=line.cases.room.fresh)
    return console_over(
        cases,
        str(line.cases.database.engine.url),
        Path(),
        clock=line.clock,
        pages=lambda signing_in: (*desk_pages(work), asked_blueprint(work, signing_in)),
    )
