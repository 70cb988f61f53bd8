"""What a representative did in the product's own tool: put down with its time, its zone and its reference.

What was done moves the case in the same transaction, as the desk does; what failed leaves it where it is.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.case_ports import CaseWork, Notice, StaleCase
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import Lacking, MoveRecord, Put
from ivr.services.desk.moves.moves import Lack, MoveBlocked
from ivr.services.desk.product.ask_product import MOVE_OF, Ordered
from ivr.services.desk.product.change_permit import permit_number, unusable, use
from ivr.services.desk.product.product_acts import acts_of, recorded_lacks
from ivr.services.product_ports import ByHand

_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)
_CLOCKS: Final = timedelta(seconds=300)
"""How far the product's clock and ours may differ; its tool may show no seconds either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    desk: Desk

    def record(
        self,
        number: CaseNumber,
        agent: str,
        act: Ordered,
        *,
        is_done: bool,
        done_at: datetime,
        reference: str,
        at: datetime,
    ) -> Case:
        """Put down that an act was done, or failed, at *done_at*. A change that was done uses its permit up.

        Whoever is on file is told once it is done; of what failed nothing, since it may be tried again.
        reference: the tool's own; what failed may have none. Raises Refused, and what every move raises.
        """
        lacks = _lacks(done_at, reference, at, is_done=is_done)
        if lacks:
            raise MoveBlocked(MOVE_OF[act], lacks)

        def write(tx: CaseWork, case: Case) -> None:
            made = ByHand(
                id=self.desk.fresh(),
                case=case.id,
                act=act,
                is_done=is_done,
                at=done_at,
                reference=reference,
                by=agent,
            )
            tx.permits.keep_by_hand(made, at=at)
            named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
            tx.record("by_hand", {**named, "outcome": act, "reason": "done" if is_done else "failed"}, at=at)

        move = MOVE_OF[act]

        def again(tx: CaseWork, case: Case) -> tuple[Lack, ...]:
            return recorded_lacks(move, case.state, acts_of(tx, case, key=self.desk.key, agent=None, at=at))

        record = MoveRecord(put=write, lacks=again)
        if not is_done:
            return self.desk.recorded(move, number, agent, at=at, record=record, reason="failed")
        if act == "reset":
            return self.desk.reset_done(number, agent, done_at=done_at, at=at, record=record)
        if act == "change":
            record = self._of_change(write, done_at, reference)
        else:
            record = MoveRecord(put=write, lacks=_both(again, _not_early(done_at)))
        done: Notice = "changed" if act == "change" else "released"
        return self.desk.recorded(move, number, agent, at=at, record=record, notice=done)

    def _of_change(self, write: Put, done_at: datetime, reference: str) -> MoveRecord:
        key = self.desk.key

        def lacks(tx: CaseWork, case: Case) -> tuple[Lack, ...]:
            why = unusable(tx, case, permit_number(key, case=case.id), key=key, done_at=done_at)
            return (
                (_lack("permit", why, "tell your supervisor of the change, with its reference"),)
                if why
                else ()
            )

        def put(tx: CaseWork, case: Case) -> None:
            number = permit_number(key, case=case.id)
            why = use(tx, case, number, key=key, done_at=done_at, reference=reference)
            if why:
                # Somebody reported the change since it was asked whether the permit serves.
                raise StaleCase(why)
            write(tx, case)

        return MoveRecord(put=put, lacks=lacks)


def _both(first: Lacking, second: Lacking) -> Lacking:
    return lambda tx, case: (*first(tx, case), *second(tx, case))


def _not_early(done_at: datetime) -> Lacking:
    def lacks(_: CaseWork, case: Case) -> tuple[Lack, ...]:
        is_early = case.released_at is not None and done_at < case.released_at - _CLOCKS
        early = _lack("time", "that lies before the release was allowed", "give the time that the tool shows")
        return (early,) if is_early else ()

    return lacks


def _lacks(done_at: datetime, reference: str, at: datetime, *, is_done: bool) -> tuple[Lack, ...]:
    found = []
    if done_at.utcoffset() is None:
        found.append(_lack("zone", "that time has no zone", "give it as 2026-11-24T18:00:00+01:00"))
    elif done_at > at:
        found.append(_lack("time", "that time lies in the future", "give the time that the tool shows"))
    if not _REFERENCE.fullmatch(reference) and (is_done or reference):
        words = "copy the tool's own reference: letters, digits and . _ : / - alone, 64 at most"
        found.append(_lack("reference", "that is no reference", words))
    return tuple(found)


def _lack(name: str, missing: str, remedy: str) -> Lack:
    return Lack(name=name, missing=missing, remedy=remedy)
