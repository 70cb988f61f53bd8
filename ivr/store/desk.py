"""What agents write about cases, and what they are told of their calls, in a case's transaction."""

import json
from typing import Final

from sqlalchemy import Connection, func, select

from ivr.case_ports import Change, Note, PutThrough, WrapUp
from ivr.recovery.case import CaseId
from ivr.store import case_tables, tables
from ivr.store import desk_tables as ours
from ivr.store.instant import at_of, us_of
from ivr.store.statement import insert_into

_LAST: Final = 50
"""Records of one case to look through for its last change: what was refused lies between."""
_NO_CHANGE: Final = ("case_refused", "console", "note")


class SqlDesk:
    """What `case_ports.DeskWork` promises, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        row = {"disposition": wrap_up.disposition, "agent": wrap_up.agent, "at_us": us_of(wrap_up.at)}
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
        if row is None:
            return None
        return WrapUp(disposition=row.disposition, agent=row.agent, at=at_of(row.at_us))

    def last_change(self, case: CaseId) -> Change | None:
        # The chain is read from its end: who asks has just found that somebody else was there first.
        kept = case_tables.audit.c
        query = select(kept.body).where(kept.body.contains(f'"{case}"', autoescape=True))
        for (body,) in self._connection.execute(query.order_by(kept.seq.desc()).limit(_LAST)):
            record = json.loads(body)
            if record.get("case") == case and record["kind"] not in _NO_CHANGE:
                actor, outcome = str(record.get("actor", "")), str(record.get("outcome", ""))
                return Change(actor=actor, outcome=outcome, at=at_of(record["at_us"]))
        return None

    def put_through(self, case: CaseId) -> PutThrough | None:
        joined, moved, leg = case_tables.case_call.c, tables.transfer, tables.leg
        calls = select(joined.call).where(joined.case_id == case)
        query = (
            select(moved.c.call, moved.c.line, moved.c.moment, moved.c.at_us)
            .where(moved.c.call.in_(calls))
            .order_by(moved.c.at_us.desc(), moved.c.turn.desc(), moved.c.part.desc())
        )
        rows = self._connection.execute(query).all()
        placed = next((row for row in rows if row.moment == "placed"), None)
        if placed is None:
            return None
        accepted = select(func.max(leg.c.accepted_at_us)).where(
            leg.c.call == placed.call, leg.c.accepted_at_us >= placed.at_us
        )
        taken = self._connection.execute(accepted).scalar()
        return PutThrough(
            at=at_of(placed.at_us),
            lines=tuple(dict.fromkeys(row.line for row in rows)),
            taken_at=None if taken is None else at_of(taken),
            has_ended=rows[0].moment == "ended",
        )

    def caller_of(self, call: str) -> str | None:
        return self._connection.execute(select(tables.call.c.caller).where(tables.call.c.id == call)).scalar()
