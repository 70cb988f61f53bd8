"""The menu that a process serves: what the folders hold, or the last good one where that is broken."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Event, Thread
from typing import Final

import structlog

from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.menus.menu_copy import read_copy
from ivr.adapters.database.menus.menu_versions import SqlMenus
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, load_folders, serving_faults
from ivr.domain.menus.building.loader import Loaded, load
from ivr.domain.menus.tree import MenuTree
from ivr.domain.redaction import masked_digit_runs
from ivr.domain.yaml_source.finding import Finding, in_order, line_of, named
from ivr.services.ports import StoreUnavailable

_TRIED: Final = 10
"""So many versions are tried, the last one first: the code may have become stricter meanwhile."""
_TOLD: Final = 5
_TOLD_EVERY_S: Final = 60.0

_log = structlog.get_logger(__name__)


Judge = Callable[[Settings, Loaded], tuple[Finding, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedMenu:
    """faults: what keeps the folders from being served; empty where this is what they hold."""

    tree: MenuTree
    loaded: Loaded
    files: Mapping[str, bytes]
    faults: tuple[Finding, ...]


def menu_to_serve(settings: Settings, judge: Judge = serving_faults) -> ServedMenu:
    """Load the folders; where *judge* has faults to find, what was last served from this database.

    Raises StartFault, with the faults of the folders, where nothing was.
    """
    try:
        loaded, files = load_folders(settings.menus, settings.prompts)
        faults = judge(settings, loaded)
    except StartFault as unreadable:
        faults = unreadable.findings
    else:
        if loaded.tree is not None and not faults:
            return ServedMenu(tree=loaded.tree, loaded=loaded, files=files, faults=())
    for stored in _last_served(settings):
        loaded = load(stored)
        if loaded.tree is not None and not judge(settings, loaded):
            return ServedMenu(tree=loaded.tree, loaded=loaded, files=stored, faults=faults)
    raise StartFault(faults)


def fault_lines(faults: tuple[Finding, ...], settings: Settings) -> tuple[str, ...]:
    """Write the faults out for a log and a page: files as the operator has them, and no telephone number."""
    folders = {"menus": str(settings.menus), "prompts": str(settings.prompts)}
    return tuple(line_of(named(_masked(fault), folders)) for fault in in_order(faults))


def keep_telling(served: ServedMenu, settings: Settings) -> None:
    """Write an error to the log now, and once a minute as long as this process lives."""
    if served.faults:
        wait = Event().wait
        tell = (served, settings, lambda: wait(_TOLD_EVERY_S))
        Thread(target=tell_until, args=tell, name="menu_not_served", daemon=True).start()


def tell_until(served: ServedMenu, settings: Settings, is_over: Callable[[], bool]) -> None:
    lines = fault_lines(served.faults, settings)
    while True:
        _log.error(
            "menu_not_served", findings=lines[:_TOLD], more=len(lines[_TOLD:]), instead=served.tree.version
        )
        if is_over():
            return


def _masked(fault: Finding) -> Finding:
    return replace(fault, what=masked_digit_runs(fault.what), remedy=masked_digit_runs(fault.remedy))


def _last_served(settings: Settings) -> Iterator[Mapping[str, bytes]]:
    """Give the files of what was served, the last first; where the database cannot be asked, of the copy."""
    with suppress(StoreUnavailable):
        database = Database(
            settings.database_url.reveal(), breaker=Breaker(), durability="survives_power_loss"
        )
        try:
            menus = SqlMenus(database)
            for version in menus.served(_TRIED):
                files = menus.files(version)
                if files is not None:
                    yield files
        finally:
            database.close()
    copy = read_copy(settings.home)
    if copy is not None:
        yield copy
