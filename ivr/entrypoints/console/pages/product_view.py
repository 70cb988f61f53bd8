"""What a card's page shows of the product: steps by hand, the permit, what was done, what may be asked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ivr.adapters.product.manual_product import ProductByHand
from ivr.entrypoints.console.page_times import Times
from ivr.entrypoints.console.pages.page_words import ACTS
from ivr.services.desk.card.card import Card
from ivr.services.desk.card.member_names import Names
from ivr.services.desk.moves.moves import Move
from ivr.services.product_ports import ByHand, ProductAct, Steps

_MOVE_OF: Final[Mapping[ProductAct, Move]] = {
    "subaccounts": "subaccounts",
    "reset": "reset-done",
    "change": "changed",
    "release": "released",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductAction:
    """One thing that the product can be asked for now."""

    act: ProductAct
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductView:
    """permit: its number, "" for who may not use it. until: ISO 8601. rows: label and words of each."""

    permit: str
    until: str
    until_shown: str
    rows: tuple[tuple[str, str], ...]
    asks: tuple[ProductAction, ...]


def product_view(card: Card, *, is_asked: bool, times: Times, names: Names) -> ProductView:
    """Make it of a card. is_asked: whether the product is asked from here."""
    permit, number = card.acts.permit, card.acts.number
    serves = permit is not None and number is not None
    return ProductView(
        permit=number.reveal() if number is not None else "",
        until=permit.expires_at.isoformat() if permit is not None and serves else "",
        until_shown=times.shown(permit.expires_at) if permit is not None and serves else "",
        rows=tuple(_rows(card, times, names)),
        asks=tuple(_asks(card)) if is_asked else (),
    )


def steps_of(move: Move, card: Card, hand: ProductByHand) -> tuple[str, ...]:
    """List the steps in the product's own tool that a move records; none for other moves."""
    made = _STEPS.get(move)
    steps = () if made is None else made(card, hand).steps
    return (_TO_THE_OTHER, *steps) if steps and move in _SENDING and _has_other(card) else steps


_SENDING: Final[frozenset[Move]] = frozenset({"changed", "released"})
_TO_THE_OTHER: Final = (
    "The link goes to the mailbox that two named in this case, not to the one that the caller cannot open."
)


def _has_other(card: Card) -> bool:
    return card.reach.lost is not None and card.reach.lost.named_at is not None


def _change(card: Card, hand: ProductByHand) -> Steps:
    number = card.acts.number
    return Steps(steps=()) if number is None else hand.change("", number, case=card.number)


_STEPS: Final[Mapping[Move, Callable[[Card, ProductByHand], Steps]]] = {
    "subaccounts": lambda _, hand: hand.subaccounts(""),
    "reset-done": lambda card, hand: hand.reset("", case=card.number),
    "changed": _change,
    "released": lambda card, hand: hand.release("", case=card.number),
}


def _rows(card: Card, times: Times, names: Names) -> Iterator[tuple[str, str]]:
    acts = card.acts
    for record in acts.records:
        yield f"{ACTS[record.act]}, by hand", _record(record, times, names)
    for order in acts.orders:
        told = f"accepted by the product {times.shown(order.at)}, reference {order.reference}"
        yield ACTS[order.act], f"{told}, asked by {names.of(order.by)}"
    if card.login_at is not None:
        seen = acts.login
        by = (
            "told by the product"
            if seen is None
            else f"{seen.name}, in {seen.where}, seen by {names.of(seen.by)}"
        )
        yield "Login of a subaccount", f"{times.shown(card.login_at)}: {by}"
    if card.released_by is not None:
        yield "Released", f"by {names.of(card.released_by)}"
    if card.waits_until is not None:
        yield "Lapses", times.shown(card.waits_until)


def _record(record: ByHand, times: Times, names: Names) -> str:
    fate = "done" if record.is_done else "FAILED"
    reference = f", reference {record.reference}" if record.reference else ""
    return f"{fate} {times.shown(record.at)}{reference}, recorded by {names.of(record.by)}"


def _asks(card: Card) -> Iterator[ProductAction]:
    open_moves = {one.move for one in card.moves if not one.lacks}
    for act, move in _MOVE_OF.items():
        is_theirs = move in _SENDING and _has_other(card)
        if move in open_moves and not is_theirs and (act != "change" or card.acts.number is not None):
            again = " again" if card.acts.is_ordered(act) else ""
            verb = "count its subaccounts" if act == "subaccounts" else f"{act} it"
            yield ProductAction(act=act, words=f"Ask the product{again} to {verb}")
