"""Calls as agents have to do with them: how each was put through last, and who has its caller."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.calls.statements import in_parts
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_row import case_call_of
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.recovery.case import CaseId
from ivr.services.desk_ports import CallAtDesk, PlacedTransfer

_NEVER: Final = at_of(0)
_JOINED, _CALL, _MOVED, _LEG = (
    case_tables.case_call.c,
    call_tables.call.c,
    call_tables.transfer.c,
    call_tables.leg.c,
)
_TURN: Final = call_tables.journal.c
_CALLS: Final[BindParameter[str]] = bindparam("calls", expanding=True)
_ABOUT: Final = (
    select(case_tables.case_call, _CALL.ended_at_us)
    .join(call_tables.call, _CALL.id == _JOINED.call, isouter=True)
    .where(_JOINED.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(_JOINED.at_us.desc())
)
_MOVES: Final = (
    select(call_tables.transfer)
    .where(_MOVED.call.in_(_CALLS))
    .order_by(_MOVED.call, _MOVED.at_us.desc(), _MOVED.turn.desc(), _MOVED.part.desc())
)
_ACCEPTED: Final = select(_LEG.call, _LEG.accepted_at_us).where(_LEG.call.in_(_CALLS))
_BEGUN: Final = select(_CALL.id, _CALL.version, _CALL.ended_at_us, _CALL.language).where(_CALL.id.in_(_CALLS))
_HEARD: Final = (
    select(_TURN.call, _TURN.language)
    .where(_TURN.call.in_(_CALLS), _TURN.leg == _TURN.call)
    .order_by(_TURN.call, _TURN.turn)
)
_TAKEN: Final = (
    select(_LEG.call)
    .where(_LEG.accepted_at_us > bindparam("since_us"), ~exists().where(_JOINED.call == _LEG.call))
    .distinct()
    .order_by(_LEG.call)
)


class SqlCallsAtDesk:
    """On one connection. Of however many cases, each question is a few statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def calls(self, case: CaseId) -> tuple[CallAtDesk, ...]:
        return self.calls_of_each([case]).get(case, ())

    def calls_of_each(self, cases: Sequence[CaseId]) -> Mapping[CaseId, tuple[CallAtDesk, ...]]:
        found: dict[CaseId, list[CallAtDesk]] = {}
        for some in in_parts(cases):
            rows = self._connection.execute(_ABOUT, {"cases": some}).all()
            put = self._put_through([row.call for row in rows])
            for row in rows:
                one = CallAtDesk(
                    joined=case_call_of(row),
                    put=put.get(row.call),
                    ended_at=None if row.ended_at_us is None else at_of(row.ended_at_us),
                )
                found.setdefault(CaseId(row.case_id), []).append(one)
        return {case: tuple(sorted(calls, key=_put_at, reverse=True)) for case, calls in found.items()}

    def talks(self, since: datetime) -> tuple[PlacedTransfer, ...]:
        calls = self._connection.execute(_TAKEN, {"since_us": us_of(since)}).scalars().all()
        put = self._put_through(calls)
        return tuple(put[call] for call in calls if call in put and _is_going_on(put[call]))

    def caller_of(self, call: str) -> str | None:
        return self._connection.execute(select(_CALL.caller).where(_CALL.id == call)).scalar()

    def _put_through(self, calls: Sequence[str]) -> dict[str, PlacedTransfer]:
        """Tell how each of these calls was put through last; those that never were are left out."""
        return {put.call: put for some in in_parts(calls) for put in self._put_through_now(some)}

    def _put_through_now(self, calls: Sequence[str]) -> Iterator[PlacedTransfer]:
        moves = self._connection.execute(_MOVES, {"calls": calls}).all()
        by_call = {name: list(rows) for name, rows in groupby(moves, lambda row: row.call)}
        if not by_call:
            return
        named = {"calls": list(by_call)}
        accepted: dict[str, list[int]] = {}
        for leg in self._connection.execute(_ACCEPTED, named):
            accepted.setdefault(leg.call, []).append(leg.accepted_at_us)
        begun = {row.id: row for row in self._connection.execute(_BEGUN, named)}
        # The caller's own last turn: an agent's leg is spoken to in its own language.
        heard = {row.call: row.language for row in self._connection.execute(_HEARD, named)}
        for name, rows in by_call.items():
            placed = next((row for row in rows if row.moment == "placed"), None)
            if placed is None:
                continue
            own = begun.get(name)
            taken = [at_us for at_us in accepted.get(name, ()) if at_us >= placed.at_us]
            yield PlacedTransfer(
                at=at_of(placed.at_us),
                lines=tuple(dict.fromkeys(row.line for row in rows)),
                taken_at=at_of(max(taken)) if taken else None,
                has_ended=rows[0].moment == "ended" or (own is not None and own.ended_at_us is not None),
                call=name,
                person=placed.person,
                turn=placed.turn,
                version=None if own is None else own.version,
                why=placed.why or "",
                language=heard.get(name) or (None if own is None else own.language),
            )


def _put_at(one: CallAtDesk) -> datetime:
    return _NEVER if one.put is None else one.put.at


def _is_going_on(put: PlacedTransfer) -> bool:
    return put.taken_at is not None and not put.has_ended
