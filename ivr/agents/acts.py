"""What became of a case's acts in the product: done there, asked of it or seen, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from ivr.agents.moves import Lack, Move
from ivr.agents.next_step import NextStep
from ivr.agents.permit import live_permit
from ivr.case_ports import CaseWork
from ivr.mask import Secret
from ivr.product_ports import ByHand, Order, Permit, ProductAct, SeenLogin
from ivr.recovery.case import Case, State

ACT_OF: Final[Mapping[State, ProductAct]] = {
    "RESET_REQUESTED": "reset",
    "CHANGED": "change",
    "RELEASED": "release",
}
"""What a case in that state waits for in the product."""
_RECORDS: Final[Mapping[ProductAct, Move]] = {
    "reset": "reset-done",
    "change": "changed",
    "release": "released",
}
_RECORDED: Final = Lack(name="recorded", missing="it is recorded as done", remedy="say how it went")
_OVER: Final = "Say how it went: that closes the case."
_ASKED: Final = (
    "Wait: the product was asked, and says when it is done. If it says nothing, look there, and record it."
)
_RAN_OUT: Final = (
    "The permit ran out: change nothing in the product. If it was changed in time, record it with the time "
    "that the product shows; else say how it went, and open a new case."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acts:
    """records: what was done by hand, or failed, oldest first. orders: what the product accepted.

    number: of the permit, for who holds the case and only while it serves.
    """

    records: tuple[ByHand, ...] = ()
    orders: tuple[Order, ...] = ()
    login: SeenLogin | None = None
    permit: Permit | None = None
    number: Secret | None = None

    def last(self, act: ProductAct) -> ByHand | None:
        return next((one for one in reversed(self.records) if one.act == act), None)

    def is_ordered(self, act: ProductAct) -> bool:
        return any(order.act == act for order in self.orders)


NONE: Final = Acts()


def acts_of(tx: CaseWork, case: Case, *, key: Secret, agent: str | None, at: datetime) -> Acts:
    """Read a case's acts. agent: who looks; the number is for who holds the case alone."""
    kept, is_held = tx.permits, agent is not None and agent == case.agent
    return Acts(
        records=kept.by_hand(case.id),
        orders=kept.orders(case.id),
        login=kept.login(case.id),
        permit=kept.permit(case.id),
        number=live_permit(tx, case, key=key, at=at) if is_held else None,
    )


def recorded_lacks(move: Move, acts: Acts) -> tuple[Lack, ...]:
    """Refuse to record what is recorded as done already."""
    if move == "changed" and acts.permit is not None and acts.permit.used_at is not None:
        return (_RECORDED,)
    last = acts.last("release")
    return (_RECORDED,) if move == "released" and last is not None and last.is_done else ()


def after_acts(following: NextStep, case: Case, acts: Acts, *, at: datetime) -> NextStep:
    """Give the next step as it is once something was tried in the product; the words for the caller stay."""
    act = ACT_OF.get(case.state)
    if act is None or following.move != _RECORDS[act]:
        return following
    return _after_change(following, acts, at) if act == "change" else _after(following, act, acts)


def _after_change(following: NextStep, acts: Acts, at: datetime) -> NextStep:
    permit = acts.permit
    if permit is not None and permit.used_at is not None:
        return replace(following, step=_OVER, move=None)
    if permit is not None and at > permit.expires_at:
        return replace(following, step=_RAN_OUT)
    return _after(following, "change", acts)


def _after(following: NextStep, act: ProductAct, acts: Acts) -> NextStep:
    last = acts.last(act)
    if last is not None and last.is_done:
        return replace(following, step=_OVER, move=None)
    if last is not None:
        end = "; or else refuse the case" if act == "reset" else ""
        failed = f"The {act} failed in the product: find out why there, and try it again{end}."
        return replace(following, step=failed)
    return replace(following, step=_ASKED) if acts.is_ordered(act) else following
