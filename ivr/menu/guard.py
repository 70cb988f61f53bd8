"""What leads to a change of an account asks for verification first: no menu can leave that out."""

from ivr.menu.index import Written
from ivr.menu.model import TransferIn
from ivr.menu.parse import VERIFICATION
from ivr.menu.site import Site


def check_guard(site: Site, written: Written, node: TransferIn) -> None:
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
