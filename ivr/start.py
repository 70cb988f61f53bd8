"""What must hold before a line answers: settings and menus that fit each other, and a key."""

import os
import secrets
from pathlib import Path

from ivr.mask import Secret
from ivr.menu.load import Loaded, load
from ivr.menu.tree import MenuTree
from ivr.settings.settings import Settings
from ivr.store.folder import read_folders
from ivr.written.finding import Finding
from ivr.written.spot import Spot

_KEY_BYTES = 32


class StartFault(Exception):  # noqa: N818 -- a room's base is named after its faults
    """The line cannot start. findings: every reason, at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(f"{len(findings)} faults")
        self.findings = findings


def load_folders(menus: Path, prompts: Path) -> tuple[Loaded, dict[str, bytes]]:
    """Load both folders. Raises StartFault where they cannot be read at all."""
    try:
        files = read_folders(menus, prompts)
    except OSError as fault:
        spot = Spot(file=str(fault.filename or menus), line=1, column=1)
        what = f"this cannot be read ({fault.strerror})"
        raise StartFault(
            (_finding("unreadable-file", spot, what, "see that it exists and may be read"),)
        ) from fault
    return load(files), files


def tree_to_serve(settings: Settings) -> tuple[MenuTree, dict[str, bytes]]:
    """Load the menu and hold it against the settings. Raises StartFault with every fault."""
    loaded, files = load_folders(settings.menus, settings.prompts)
    if loaded.tree is None:
        raise StartFault(loaded.errors)
    faults = tuple(_mismatches(settings, loaded.tree))
    if settings.is_production:
        refused = ("example-value", "missing-notice")
        faults = (*faults, *(one for one in loaded.findings if one.rule in refused))
    if faults:
        raise StartFault(faults)
    return loaded.tree, files


def line_key(settings: Settings) -> Secret:
    """Give the key that numbers are hashed with; development makes one and keeps it in IVR_HOME."""
    if settings.key is not None:
        return settings.key
    path = settings.home / "key"
    settings.home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return Secret(path.read_text(encoding="ascii").strip())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
    return Secret(path.read_text(encoding="ascii").strip())


def _mismatches(settings: Settings, tree: MenuTree) -> list[Finding]:
    faults = []
    for line in tree.lines.values():
        have = len(settings.lines.get(line.id, ()))
        if have != len(line.people):
            variable = "IVR_LINE_" + line.id.upper().replace("-", "_")
            what = f"{variable} holds {have} numbers, and menus/lines.yaml names {len(line.people)} people"
            remedy = f"give one number for each of {', '.join(line.people)}, in this order"
            spot = Spot(file="environment", line=1, column=1)
            faults.append(_finding("missing-number", spot, what, remedy))
    return faults


def _finding(rule: str, spot: Spot, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity="error", spot=spot, what=what, remedy=remedy)
