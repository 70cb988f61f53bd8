"""What agents write about cases, and what they are told of their calls, in a case's transaction."""

import json
from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, insert, select

from ivr.adapters.database.calls.statements import insert_into
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases import desk_tables as ours
from ivr.adapters.database.cases.calls_at_desk import SqlCallsAtDesk
from ivr.adapters.database.cases.case_row import case_of
from ivr.adapters.database.cases.last_move import cells_of as last_move_cells
from ivr.adapters.database.cases.last_move import last_move_of, wrap_up_of, written
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import OVER, Case, CaseId
from ivr.services.desk_ports import LastChange, LastMove, Note, Search, WrapUp

_LAST: Final = 50
"""Records of one case to look through for its last change: what was refused lies between."""
_MOST: Final = 100
"""Rows of a list that somebody reads."""
_SAID: Final = (
    ours.case_wrap_up.c.disposition,
    ours.case_wrap_up.c.agent.label("said_by"),
    ours.case_wrap_up.c.at_us,
    ours.case_wrap_up.c.follow_up,
)
_NO_CHANGE: Final = ("case_refused", "console", "note", "asked", "by_hand", "product")


class SqlDesk(SqlCallsAtDesk):
    """What `desk_ports.DeskWork` promises, on one connection."""

    def keep_note(self, note: Note) -> bool | None:
        kept = ours.case_note
        row = {
            "id": note.id,
            "case_id": note.case,
            "author": note.author,
            "text": note.text,
            "at_us": us_of(note.at),
        }
        known = self._connection.execute(select(kept).where(kept.c.id == note.id)).first()
        if known is not None and (known.case_id, known.author) != (note.case, note.author):
            return None
        statement = insert_into(kept, self._connection.dialect.name).values(**row)
        new = {"text": statement.excluded.text, "at_us": statement.excluded.at_us}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))
        return known is None

    def notes(self, case: CaseId) -> tuple[Note, ...]:
        kept = ours.case_note.c
        query = select(ours.case_note).where(kept.case_id == case).order_by(kept.at_us, kept.id)
        return tuple(
            Note(id=row.id, case=case, author=row.author, text=row.text, at=at_of(row.at_us))
            for row in self._connection.execute(query)
        )

    def keep_wrap_up(self, case: CaseId, call: str, wrap_up: WrapUp) -> None:
        row = {
            "disposition": wrap_up.disposition,
            "agent": wrap_up.agent,
            "at_us": us_of(wrap_up.at),
            "follow_up": written(wrap_up.follow_up),
        }
        statement = insert_into(ours.case_wrap_up, self._connection.dialect.name)
        statement = statement.values(case_id=case, call=call, **row)
        new = {name: statement.excluded[name] for name in row}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["case_id", "call"], set_=new)
        )

    def wrap_up(self, case: CaseId, call: str) -> WrapUp | None:
        kept = ours.case_wrap_up
        query = select(kept).where(kept.c.case_id == case, kept.c.call == call)
        row = self._connection.execute(query).first()
        return None if row is None else _wrap_up_of(row)

    def drop_wrap_up(self, case: CaseId, call: str) -> None:
        kept = ours.case_wrap_up
        self._connection.execute(delete(kept).where(kept.c.case_id == case, kept.c.call == call))

    def follow_ups(self) -> tuple[tuple[Case, WrapUp], ...]:
        kept, case = ours.case_wrap_up, case_tables.recovery_case
        # Of an earlier call's answer nothing is due any more once another call is about the case.
        at_desk = func.coalesce(case.c.claimed_call, case.c.call)
        last = (case.c.id == kept.c.case_id) & (at_desk == kept.c.call)
        query = select(case, *_SAID).join(kept, last).where(kept.c.follow_up.is_not(None))
        return self._said(query.order_by(kept.c.follow_up, case.c.opened_at_us).limit(_MOST))

    def wrapped_up_as(self, dispositions: Collection[str]) -> tuple[tuple[Case, WrapUp], ...]:
        kept, case = ours.case_wrap_up, case_tables.recovery_case
        query = select(case, *_SAID).join(kept, case.c.id == kept.c.case_id)
        query = query.where(kept.c.disposition.in_(sorted(dispositions)))
        return self._said(query.order_by(kept.c.at_us.desc(), case.c.number).limit(_MOST))

    def over(self, part: str) -> tuple[Case, ...]:
        case = case_tables.recovery_case
        query = select(case).where(
            case.c.state.in_(sorted(OVER)), case.c.number.contains(part, autoescape=True)
        )
        query = query.order_by(case.c.over_at_us.desc(), case.c.number).limit(_MOST)
        return tuple(case_of(row) for row in self._connection.execute(query).mappings())

    def _said(self, query: Select[Any]) -> tuple[tuple[Case, WrapUp], ...]:
        return tuple(
            (
                case_of(row),
                wrap_up_of(
                    disposition=row["disposition"],
                    agent=row["said_by"],
                    at=row["at_us"],
                    follow_up=row["follow_up"],
                ),
            )
            for row in self._connection.execute(query).mappings()
        )

    def keep_last_move(self, move: LastMove) -> None:
        row = last_move_cells(move)
        statement = insert_into(ours.case_last_move, self._connection.dialect.name).values(**row)
        new = {name: statement.excluded[name] for name in row if name != "case_id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=new))

    def last_move(self, case: CaseId) -> LastMove | None:
        kept = ours.case_last_move
        row = self._connection.execute(select(kept).where(kept.c.case_id == case)).first()
        return None if row is None else last_move_of(row)

    def keep_search(self, search: Search) -> None:
        row = {
            "id": search.id,
            "member": search.member,
            "sought": search.sought,
            "reason": search.reason,
            "at_us": us_of(search.at),
        }
        self._connection.execute(insert(ours.case_search).values(**row))

    def searches(self) -> tuple[Search, ...]:
        kept = ours.case_search.c
        query = select(ours.case_search).order_by(kept.at_us.desc(), kept.id).limit(_MOST)
        return tuple(
            Search(id=row.id, member=row.member, sought=row.sought, reason=row.reason, at=at_of(row.at_us))
            for row in self._connection.execute(query)
        )

    def last_change(self, case: CaseId) -> LastChange | None:
        # The chain is read from its end: who asks has just found that somebody else was there first.
        kept = case_tables.audit.c
        is_look = kept.body.contains('"kind":"console"', autoescape=True)
        query = select(kept.body).where(kept.body.contains(f'"{case}"', autoescape=True), ~is_look)
        for (body,) in self._connection.execute(query.order_by(kept.seq.desc()).limit(_LAST)):
            record = json.loads(body)
            if record.get("case") == case and record["kind"] not in _NO_CHANGE:
                actor, outcome = str(record.get("actor", "")), str(record.get("outcome", ""))
                return LastChange(actor=actor, outcome=outcome, at=at_of(record["at_us"]))
        return None


def _wrap_up_of(row: Row[Any]) -> WrapUp:
    return wrap_up_of(disposition=row.disposition, agent=row.agent, at=row.at_us, follow_up=row.follow_up)
