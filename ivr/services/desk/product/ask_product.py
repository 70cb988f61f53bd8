"""Asking the product itself: outside any transaction, since it is somebody else's, and may be slow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from ivr.domain.recovery.case import Case, CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.case_ports import CaseWork
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.moves.move_record import numbered
from ivr.services.desk.moves.moves import Lack, Move, MoveBlocked, agent_lacks
from ivr.services.desk.product.change_permit import live_permit
from ivr.services.product_ports import Accepted, Order, Product, Steps

Ordered = Literal["reset", "change", "release"]
MOVE_OF: Final[Mapping[Ordered, Move]] = {"reset": "reset-done", "change": "changed", "release": "released"}
"""The move by which that act is recorded: who may record it now may ask for it now."""
_BY_HAND: Final = Lack(
    name="product",
    missing="the product is not asked from here",
    remedy="take the steps in its own tool, and record it",
)
_OTHER_MAILBOX: Final = Lack(
    name="product",
    missing="the product knows nothing of the mailbox that two named in this case",
    remedy="take the steps in its own tool, and record it",
)
_NO_PERMIT: Final = Lack(
    name="permit",
    missing="no permit serves now",
    remedy="it serves once, for an hour; afterwards open a new case",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskProduct:
    """Has the product do what the desk allowed. What was done before stays, whatever it answers.

    Every method raises ProductUnavailable, Refused, NoSuchCase, StaleCase, StoreUnavailable and
    AuditUnavailable.
    """

    desk: Desk
    product: Product

    def count(self, number: CaseNumber, agent: str, *, at: datetime) -> Case:
        """Have the product count its subaccounts, and record what it says as this agent's look."""
        case, _ = self._ready("subaccounts", number, agent, at=at)
        counted = self.product.subaccounts(case.account or "")
        if isinstance(counted, Steps):
            raise MoveBlocked("subaccounts", (_BY_HAND,))
        # By two clocks: what was just counted was not counted in the future.
        seen_at = min(counted.at, at)
        return self.desk.subaccounts(number, agent, count=counted.count, seen_at=seen_at, at=at)

    def ask(self, number: CaseNumber, agent: str, act: Ordered, *, at: datetime) -> Order:
        """Have the product do what the desk has allowed; it says afterwards when it is done."""
        case, permit = self._ready(MOVE_OF[act], number, agent, at=at)
        if not may_ask(case, act):
            raise MoveBlocked(MOVE_OF[act], (_OTHER_MAILBOX,))
        accepted = self._call(act, case, permit)
        if isinstance(accepted, Steps):
            raise MoveBlocked(MOVE_OF[act], (_BY_HAND,))
        order = Order(case=case.id, act=act, reference=accepted.reference, at=accepted.at, by=agent)

        def keep(tx: CaseWork) -> Order:
            tx.permits.keep_order(order, at=at)
            named = {"case": case.id, "account": case.account, "call": case.call, "actor": f"agent:{agent}"}
            tx.record("asked", {**named, "outcome": act, "reason": "accepted"}, at=at)
            return order

        return self.desk.cases.act(keep)

    def _call(self, act: Ordered, case: Case, permit: Secret | None) -> Accepted | Steps:
        account = case.account or ""
        if act == "change":
            if permit is None:
                raise MoveBlocked("changed", (_NO_PERMIT,))
            return self.product.change(account, permit, case=case.number)
        asked: Callable[..., Accepted | Steps] = (
            self.product.reset if act == "reset" else self.product.release
        )
        return asked(account, case=case.number)

    def _ready(
        self, move: Move, number: CaseNumber, agent: str, *, at: datetime
    ) -> tuple[Case, Secret | None]:
        """Give the case, and its permit's number while it serves. Raises Refused."""

        def read(tx: CaseWork) -> tuple[Case, Secret | None]:
            case = self.desk.looked_at(numbered(tx, number))
            lacks = (*agent_lacks(agent), *self.desk.lacks_now(tx, move, case, agent, at=at))
            if lacks:
                raise MoveBlocked(move, lacks)
            return case, live_permit(tx, case, key=self.desk.key, at=at)

        return self.desk.cases.act(read)


def may_ask(case: Case, act: Ordered) -> bool:
    """Whether the product would send its link where it may go: it knows one mailbox, its own."""
    return act == "reset" or case.other_named_at is None
