"""What a representative did in the product's own tool: put down with its time, its zone and its reference."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ivr.agents.moves import Lack, agent_lacks
from ivr.agents.permit import permit_number, use
from ivr.case_ports import ByHand, Cases, CaseWork, ProductAct
from ivr.mask import Secret
from ivr.recovery.case import Case, CaseNumber

_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}", re.ASCII)


class NotRecorded(Exception):  # noqa: N818 -- it names what happened to the record
    """Nothing was put down. lacks: why, each with its remedy."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        super().__init__("; ".join(lack.missing for lack in lacks))
        self.lacks = lacks


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """fresh: gives 32 random hexadecimal digits. key: the line's, from which permits are derived."""

    cases: Cases
    key: Secret
    fresh: Callable[[], str]

    def record(
        self,
        number: CaseNumber,
        agent: str,
        act: ProductAct,
        *,
        is_done: bool,
        done_at: datetime,
        reference: str,
        at: datetime,
    ) -> ByHand:
        """Put down that an act was done, or failed, at *done_at*. A change that was done uses its permit up.

        It moves no case: the desk does. Raises NotRecorded, StoreUnavailable, AuditUnavailable.
        """
        lacks = (*agent_lacks(agent), *_lacks(done_at, reference, at))
        if lacks:
            raise NotRecorded(lacks)

        def work(tx: CaseWork) -> ByHand | tuple[Lack, ...]:
            case = tx.case_numbered(number)
            found = self._lacks_of(tx, case, act, is_done=is_done, done_at=done_at, reference=reference)
            if case is None or found:
                return found
            record = ByHand(
                id=self.fresh(),
                case=case.id,
                act=act,
                is_done=is_done,
                at=done_at,
                reference=reference,
                by=agent,
            )
            tx.permits.keep_by_hand(record, at=at)
            named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
            tx.record("by_hand", {**named, "outcome": act, "reason": "done" if is_done else "failed"}, at=at)
            return record

        made = self.cases.act(work)
        if isinstance(made, tuple):
            raise NotRecorded(made)
        return made

    def _lacks_of(
        self,
        tx: CaseWork,
        case: Case | None,
        act: ProductAct,
        *,
        is_done: bool,
        done_at: datetime,
        reference: str,
    ) -> tuple[Lack, ...]:
        if case is None:
            return (_lack("case", "no case has this number", "see the list of open cases"),)
        if act != "change" or not is_done:
            return ()
        number = permit_number(self.key, case=case.id)
        why = use(tx, case, number, key=self.key, done_at=done_at, reference=reference)
        return (
            (_lack("permit", why, "tell your supervisor of the change, with its reference"),) if why else ()
        )


def _lacks(done_at: datetime, reference: str, at: datetime) -> tuple[Lack, ...]:
    found = []
    if done_at.utcoffset() is None:
        found.append(_lack("zone", "that time has no zone", "give it as 2026-11-24T18:00:00+01:00"))
    elif done_at > at:
        found.append(_lack("time", "that time lies in the future", "give the time that the tool shows"))
    if not _REFERENCE.fullmatch(reference):
        words = "copy the tool's own reference: letters, digits and . _ : / - alone, 64 at most"
        found.append(_lack("reference", "that is no reference", words))
    return tuple(found)


def _lack(name: str, missing: str, remedy: str) -> Lack:
    return Lack(name=name, missing=missing, remedy=remedy)
