"""What became of a case's acts in the product: done there, asked of it or seen, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from ivr.domain.recovery.case import Case, State
from ivr.domain.redaction import Secret
from ivr.services.case_ports import CaseWork
from ivr.services.desk.moves.moves import Lack, Move
from ivr.services.desk.moves.next_step import NextStep
from ivr.services.desk.product.change_permit import live_permit
from ivr.services.product_ports import ByHand, Order, Permit, ProductAct, SeenLogin

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
Owed = Literal["change", "release"]
"""What a case was allowed, and nobody has recorded yet what became of."""
_OWED: Final[Mapping[State, Owed]] = {"CHANGED": "change", "RELEASED": "release"}
_OVER: Final = "Say how it went: that closes the case."
_ASKED: Final = (
    "Wait: the product was asked, and says when it is done. If it says nothing, look there, and record it."
)
_RAN_OUT: Final = (
    "The permit ran out: change nothing in the product. If it was changed in time, record it with the time "
    "that the product shows; else record that it was not done. Then say how it went, and open a new case."
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
    is_held = agent is not None and agent == case.agent and not case.is_over
    return replace(kept_acts(tx, case), number=live_permit(tx, case, key=key, at=at) if is_held else None)


def kept_acts(tx: CaseWork, case: Case) -> Acts:
    """Read a case's acts without the number of its permit."""
    kept = tx.permits
    return Acts(
        records=kept.by_hand(case.id),
        orders=kept.orders(case.id),
        login=kept.login(case.id),
        permit=kept.permit(case.id),
    )


def owed(state: State, acts: Acts) -> Owed | None:
    """Name what the case was allowed and is not recorded yet, as done or as failed; None where nothing is.

    What the product was asked for again after it had failed is open again.
    """
    act = _OWED.get(state)
    if act is None or (act == "change" and acts.permit is not None and acts.permit.used_at is not None):
        return None
    last = acts.last(act)
    if last is None:
        return act
    is_asked_since = any(one.act == act and one.at > last.at for one in acts.orders)
    return act if is_asked_since and not last.is_done else None


def recorded_lacks(move: Move, state: State, acts: Acts) -> tuple[Lack, ...]:
    """Refuse to record what is recorded as done already, and to close what is not recorded."""
    if move == "close":
        open_act = owed(state, acts)
        return () if open_act is None else (_unrecorded(open_act),)
    if move == "changed" and acts.permit is not None and acts.permit.used_at is not None:
        return (_RECORDED,)
    return (_RECORDED,) if move == "released" and is_recorded_done(acts, "release") else ()


def is_recorded_done(acts: Acts, act: ProductAct) -> bool:
    last = acts.last(act)
    return last is not None and last.is_done


def outcome_lacks(tx: CaseWork, case: Case) -> tuple[Lack, ...]:
    """Give what a case lacks before it can be closed, as its transaction finds it."""
    return recorded_lacks("close", case.state, kept_acts(tx, case))


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
        is_tried = acts.last("change") is not None
        return replace(following, step=_OVER, move=None) if is_tried else replace(following, step=_RAN_OUT)
    return _after(following, "change", acts)


def _after(following: NextStep, act: ProductAct, acts: Acts) -> NextStep:
    last = acts.last(act)
    if last is not None and last.is_done:
        return replace(following, step=_OVER, move=None)
    if last is not None:
        end = "; or else refuse the case" if act == "reset" else "; or say how it went, which closes the case"
        failed = f"The {act} failed in the product: find out why there, and try it again{end}."
        return replace(following, step=failed)
    return replace(following, step=_ASKED) if acts.is_ordered(act) else following


def _unrecorded(act: Owed) -> Lack:
    what = f"what became of the {act} in the product is not recorded"
    return Lack(name="outcome", missing=what, remedy="look there, and record it: done, or not done")
