"""What leads to a change of an account asks for verification first, and asks for no secret in the open."""

from typing import Final

from ivr.domain.menus.building.finding_log import Complaints
from ivr.domain.menus.building.node_index import IndexedNode
from ivr.domain.menus.building.node_scope import Site
from ivr.domain.menus.building.parse_files import VERIFICATION, Parsed
from ivr.domain.menus.schema.menu_file import TransferIn

_FEWEST_TRIES: Final = 2


def check_guard(site: Site, written: IndexedNode, node: TransferIn) -> None:
    """Complain of a recovery without `requires: L2`, and of that without verification.yaml."""
    parsed = site.index.parsed
    if node.recovery is not None and node.requires is None:
        spot = site.index.spot(written, "recovery")
        what = f"{written.name} could change an account, and asks for no verification"
        site.complaints.error("unguarded-recovery", spot, what, "write `requires: L2` beside it")
    if node.requires is not None and node.recovery is None:
        spot = site.index.spot(written, "requires")
        what = f"{written.name} verifies callers without saying what for"
        site.complaints.error("unguarded-recovery", spot, what, "write `recovery:` reset, change or unsure")
    if node.requires is not None and VERIFICATION not in parsed.documents:
        spot = site.index.spot(written, "requires")
        what = f"nobody can be verified: there is no {VERIFICATION}"
        remedy = "write it, or take `recovery:` and `requires:` out"
        site.complaints.error("no-verification", spot, what, remedy)


def check_pins(parsed: Parsed, complaints: Complaints) -> None:
    """Complain of a PIN that the carrier would show, and of one that leaves no try for a code."""
    written = parsed.verification
    if written is None or "pin" not in written.factors:
        return
    if written.wrong_per_call < _FEWEST_TRIES:
        spot = parsed.spot(VERIFICATION, "wrong_per_call")
        what = "a PIN takes one of a call's tries, right or wrong, so that nobody learns which; none is left"
        complaints.error("pin-takes-a-try", spot, what, "write `wrong_per_call: 2` or 3, or take pin out")
    if written.pci == "on":
        return
    spot = parsed.spot(VERIFICATION, "factors", written.factors.index("pin"))
    what = "a PIN serves more than once, and with `pci: off` the carrier's console shows what is typed"
    remedy = "turn the carrier's PCI mode on, which cannot be undone, and write `pci: on`; or take pin out"
    complaints.error("pin-without-pci", spot, what, remedy)
