"""The calls about a case: when each joined it, and what was said, mistyped and proved in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Table, bindparam, delete, select, update

from ivr.adapters.database.calls.concurrent_calls import read_beside
from ivr.adapters.database.calls.primary_answers import read_answers
from ivr.adapters.database.calls.statements import in_parts, insert_new, put_row
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_row import case_call_of
from ivr.adapters.database.timestamps import at_of, us_of
from ivr.domain.dialogue.events import CallId
from ivr.domain.recovery.case import CaseCall, CaseId
from ivr.domain.recovery.factors import Evidence, Factor
from ivr.domain.recovery.primary_answer import PrimaryAnswer
from ivr.services.ports import Beside

_JOINED: Final = tables.case_call
_JOINED_BY: Final = select(_JOINED).where(
    _JOINED.c.case_id == bindparam("case"), _JOINED.c.call == bindparam("call")
)

_EVIDENCE: Final = (
    select(tables.evidence)
    .where(tables.evidence.c.case_id.in_(bindparam("cases", expanding=True)))
    .order_by(tables.evidence.c.at_us)
)


class SqlCaseCalls:
    """On one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def join(self, case: CaseId, call: str, at: datetime) -> None:
        row = {"case_id": case, "call": call, "at_us": us_of(at)}
        self._connection.execute(insert_new(tables.case_call, self._connection.dialect.name), row)

    def joined(self, case: CaseId, call: str) -> CaseCall | None:
        row = self._connection.execute(_JOINED_BY, {"case": case, "call": call}).first()
        return None if row is None else case_call_of(row)

    def keep_answer(self, answered: CaseCall) -> None:
        said_at = None if answered.said_at is None else us_of(answered.said_at)
        new = {"is_primary": int(answered.is_primary), "said_at_us": said_at}
        self._connection.execute(
            update(_JOINED).where(_is_call(answered.case, answered.call)).values(**new),
        )

    def answers(self, call: str) -> tuple[PrimaryAnswer, ...]:
        return read_answers(self._connection, call)

    def beside(self, call: CallId, *, at: datetime) -> Beside | None:
        return read_beside(self._connection, call, at)

    def evidence(self, case: CaseId) -> tuple[Evidence, ...]:
        return self.evidence_of_each([case]).get(case, ())

    def evidence_of_each(self, cases: Sequence[CaseId]) -> Mapping[CaseId, tuple[Evidence, ...]]:
        found: dict[CaseId, list[Evidence]] = {}
        for some in in_parts(cases):
            for row in self._connection.execute(_EVIDENCE, {"cases": some}):
                one = Evidence(
                    factor=row.factor,
                    call=row.call,
                    at=at_of(row.at_us),
                    contact=row.contact,
                    rests_on=row.rests_on,
                )
                found.setdefault(CaseId(row.case_id), []).append(one)
        return {case: tuple(proofs) for case, proofs in found.items()}

    def prove(self, case: CaseId, evidence: Evidence) -> None:
        row = {
            "case_id": case,
            "call": evidence.call,
            "factor": evidence.factor,
            "at_us": us_of(evidence.at),
            "contact": evidence.contact,
            "rests_on": evidence.rests_on,
        }
        self._put(tables.evidence, row, keys=("case_id", "call", "factor"))

    def withdraw(self, case: CaseId, call: str, factor: Factor) -> None:
        proved = tables.evidence.c
        named = (proved.case_id == case) & (proved.call == call) & (proved.factor == factor)
        self._connection.execute(delete(tables.evidence).where(named))

    def count_wrong(self, case: CaseId, call: str) -> CaseCall:
        counted = update(_JOINED).where(_is_call(case, call)).values(wrong=_JOINED.c.wrong + 1)
        return case_call_of(self._connection.execute(counted.returning(*_JOINED.c)).one())

    def _put(self, table: Table, row: dict[str, Any], *, keys: tuple[str, ...]) -> None:
        statement = put_row(table, self._connection.dialect.name, names=tuple(row), keys=keys)
        self._connection.execute(statement, row)


def _is_call(case: CaseId, call: str) -> ColumnElement[bool]:
    return (_JOINED.c.case_id == case) & (_JOINED.c.call == call)
