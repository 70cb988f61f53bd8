"""An agent has the phone on file called about a held case. It proves nothing, and tells nobody anything."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ivr.domain.recovery.callback import MOST, SCOPE, CallBack
from ivr.domain.recovery.case import Case, CaseNumber
from ivr.domain.recovery.limits import allows, noted
from ivr.services.case_ports import CaseWork, Outgoing
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import MoveRecord
from ivr.services.desk.moves.moves import Lack

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LIVE: Final = Lack(
    name="call",
    missing="the phone on file is being called about this case already",
    remedy="wait for that call to end, ten minutes at most",
)
_OFTEN: Final = Lack(
    name="limit",
    missing=f"the account was called back {MOST.count} times within a day, which is the most",
    remedy="the caller calls us, and types the case number",
)
_SILENT: Final = Lack(
    name="sender",
    missing="the process that places calls shows no sign of life",
    remedy="tell an operator, who looks after `ivr work`; then try again",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallingBack:
    desk: Desk

    def call(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Have the phone on file called; what is counted and kept comes before the call is placed.

        Raises what every move of the desk raises.
        """
        record = MoveRecord(
            lacks=lambda tx, case: self._lacks(tx, case, at),
            put=lambda tx, case: self._begin(tx, case, agent, at),
        )
        return self.desk.recorded("call-back", number, agent, at=at, record=record)

    def _lacks(self, tx: CaseWork, case: Case, at: datetime) -> tuple[Lack, ...]:
        hold(tx, case)
        if any(one.is_live(at) for one in tx.call_backs.of(case.id)):
            return (_LIVE,)
        seen_at = tx.sender_seen_at()
        if seen_at is None or (at - seen_at).total_seconds() > self.desk.policy.worker_s:
            return (_SILENT,)
        return () if _may_begin(tx, case, at) else (_OFTEN,)

    def _begin(self, tx: CaseWork, case: Case, agent: str, at: datetime) -> None:
        begin_round(tx, case, at=at)
        begin_try(tx, case, by=agent, name=self.desk.fresh(), at=at)


def hold(tx: CaseWork, case: Case) -> None:
    """Have whoever else would begin a try about the account wait for the end of this transaction.

    Called before the tries are read: of two who begin at once, the second then sees the first's.
    """
    tx.moments(SCOPE, case.account or case.id)


def begin_round(tx: CaseWork, case: Case, *, at: datetime) -> bool:
    """Count one more round for the account; False, and nothing counted, where it has had its day's."""
    if not _may_begin(tx, case, at):
        return False
    key = case.account or case.id
    tx.keep_moments(SCOPE, key, noted(tx.moments(SCOPE, key), at_us=_us(at)))
    return True


def begin_try(tx: CaseWork, case: Case, *, by: str, name: str, at: datetime) -> None:
    """Keep the try, and hand the call to the sender. name: the try's id, and the message's."""
    tx.call_backs.end_open(case.id, at=at)
    tx.call_backs.add(CallBack(id=name, case=case.id, n=0, agent=by, due_at=at))
    message = Outgoing(
        id=name,
        channel="call",
        purpose="call_back",
        case=case.id,
        call=case.call,
        contact=case.phone,
        language=case.language,
        details={},
    )
    tx.queue(message, at=at)


def _may_begin(tx: CaseWork, case: Case, at: datetime) -> bool:
    return allows(tx.moments(SCOPE, case.account or case.id), (MOST,), at_us=_us(at))


def _us(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
