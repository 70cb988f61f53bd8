"""What the pages of the queue and the card work with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.menus.line import Line, LineId, line_now
from ivr.domain.menus.tree import MenuTree, Transfer
from ivr.entrypoints.console.live.live_views import Glances
from ivr.entrypoints.console.page_times import Times
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.member_names import Names, names_of
from ivr.services.desk.case_access import Seeing
from ivr.services.desk.case_queue import Waiting
from ivr.services.desk.moves.notes_and_wrap_up import Writing
from ivr.services.desk.moves.send_to_keypad import Keypad
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.desk.opening_callbacks import lines_of as waited_for
from ivr.services.live_calls import LiveCalls
from ivr.services.ports import Clock
from ivr.services.product_ports import Product
from ivr.services.staff.member import Member
from ivr.services.staff.staff_ports import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """first_lines: where callers are put through once they are verified. fresh: gives 32 hex digits.

    dispositions: by id, the words for how a case went, in the order of their keys.
    for_supervisors: those after which a supervisor looks at the case. hand: the steps in the
    product's own tool. product: the vendor's, where it is asked from here; None where its acts are done by
    hand. staff: who may be asked to vouch for a caller; None where nobody is. keypad: sends callers there;
    None where calls are not moved from here.
    """

    desk: Desk
    clock: Clock
    lines: Mapping[LineId, Line]
    first_lines: frozenset[str]
    dispositions: Mapping[str, str]
    for_supervisors: frozenset[str]
    fresh: Callable[[], str]
    hand: ProductByHand = field(default_factory=ProductByHand)
    product: Product | None = None
    staff: Staff | None = None
    keypad: Keypad | None = None
    glances: Glances = field(default_factory=Glances)

    def glance(self) -> tuple[Waiting, ...]:
        """Give every case that waits, as it was a moment ago: all live pages of this process look once."""
        return self.glances.look(lambda: self.seeing.everything(at=self.clock.now()))

    @property
    def seeing(self) -> Seeing:
        return Seeing(desk=self.desk, first_lines=self.first_lines)

    @property
    def vouching(self) -> Vouching | None:
        return None if self.staff is None else Vouching(desk=self.desk, staff=self.staff)

    def times(self, member: Member) -> Times:
        """Give the zone of the member's first line, by which every page of the member shows times."""
        lines = tuple(self.lines.values())
        own = next((line for line in lines if line.id in member.lines), lines[0])
        return Times(zone=own.hours.zone)

    def names(self) -> Names:
        """Read how members are called. Raises StoreUnavailable."""
        return names_of(self.staff)

    def desk_at(self, version: int) -> Desk:
        """Give the desk of somebody who has looked at this version of the case."""
        return replace(self.desk, seen=version)

    def writing_at(self, version: int | None) -> Writing:
        return Writing(desk=replace(self.desk, seen=version), dispositions=self.dispositions)

    def opening(self, member: Member, at: datetime) -> tuple[str, ...]:
        """Say of each of the member's lines whether it is open, or when it opens next."""
        shown = [line for line in self.lines.values() if member.may("supervisor") or line.id in member.lines]
        return tuple(opening_of(line, at, self.times(member)) for line in shown)


def work_of(
    tree: MenuTree,
    desk: Desk,
    clock: Clock,
    fresh: Callable[[], str],
    product: Product | None = None,
    *,
    staff: Staff | None = None,
    calls: LiveCalls | None = None,
) -> Work:
    """Put the work together for the lines of a menu."""
    recovering = {
        str(node.line) for node in tree.nodes.values() if isinstance(node, Transfer) and node.recovery
    }
    # A card says when the house calls about a kept case, by the hours of the line that it waits for.
    desk = replace(desk, lines=waited_for(tree))
    return Work(
        desk=desk,
        clock=clock,
        lines=tree.lines,
        first_lines=frozenset(recovering or {str(tree.person_line)}),
        dispositions=tree.dispositions,
        for_supervisors=tree.for_supervisors,
        fresh=fresh,
        hand=ProductByHand(written=tree.product_steps),
        product=product,
        staff=staff,
        keypad=None if calls is None else Keypad(desk=desk, tree=tree, calls=calls),
    )


def opening_of(line: Line, at: datetime, times: Times) -> str:
    now = line_now(line, at)
    if now.is_open:
        return f"{line.id}: open now"
    if now.opens_at is None:
        return f"{line.id}: closed"
    return f"{line.id}: opens {now.opens_at.astimezone(times.zone):%a %d %b, %H:%M %Z}"
