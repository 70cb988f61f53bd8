"""One process of the line, as a server starts it."""

import os
import secrets
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Final

import structlog

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.menus.menu_copy import keep_copy
from ivr.adapters.database.open_store import Store, open_store
from ivr.adapters.logging import log_to_stderr
from ivr.adapters.settings.environment.variable_names import CLOCK
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.last_good_menu import ServedMenu, fault_lines, keep_telling, menu_to_serve
from ivr.bootstrap.line_parts import CaseRoom, LineStores, line_of
from ivr.bootstrap.startup import anchor_of, check_key, directory_of, line_key, settings_of_process
from ivr.domain.redaction import Secret
from ivr.entrypoints.voice.fast_path import Lane
from ivr.entrypoints.voice.request_front import Front
from ivr.services.ports import StoreUnavailable

_log = structlog.get_logger(__name__)

_FULL: Final = 0.95
_REPLIES_KEPT: Final = timedelta(hours=24)


def application() -> Lane:
    """Build the line of this process from its environment, and take the secrets out of it."""
    # Read first: in production they refuse any variable that would move the clock.
    settings = settings_of_process()
    believed = os.environ.pop(CLOCK, None)
    log_to_stderr(settings.log_level)
    clock = WallClock(None if believed is None else datetime.fromisoformat(believed))
    served = menu_to_serve(settings)
    keep_telling(served, settings)
    store = open_store(settings.database_url.reveal(), spool_folder=settings.home / "spool")
    # A server's forked workers run these at their end, and nothing of atexit; other processes run both.
    Finalize(None, store.close, exitpriority=0)
    # A line without its database answers; its calls keep their version as long as this process lives.
    _keep_copy(served, settings)
    with suppress(StoreUnavailable):
        _keep_menu(store, served, settings)
        store.ledger.purge_replies(clock.now() - _REPLIES_KEPT)
    key = line_key(settings)
    check_key(settings, key, store.databases[0])
    return line_of(
        settings,
        served.tree,
        LineStores(
            journal=store.journal, ledger=store.ledger, menus=store.menus, cases=_cases(store, settings, key)
        ),
        clock=clock,
        key=key,
        degraded=lambda: (*degraded(store, settings), *(("menu",) if served.faults else ())),
    )


def _keep_copy(served: ServedMenu, settings: Settings) -> None:
    """Keep it beside the spool as well: a database that is away must not take the last good one along."""
    try:
        keep_copy(settings.home, served.files)
    except OSError as fault:
        _log.warning("menu_not_copied", why=fault.strerror)


def _keep_menu(store: Store, served: ServedMenu, settings: Settings) -> None:
    """Keep what is served, as the last good one. By the real time, whatever `--clock` says."""
    first = next(iter(fault_lines(served.faults, settings)), None)
    store.menus.keep(served.tree.version, served.files, served_at=WallClock().now(), instead_of=first)


def _cases(store: Store, settings: Settings, key: Secret) -> CaseRoom:
    facts = store.databases[0]
    return CaseRoom(
        cases=SqlCases(facts, key=key, anchor=anchor_of(settings)),
        directory=directory_of(settings, facts),
        fresh=lambda: secrets.token_hex(16),
    )


def degraded(store: Store, settings: Settings) -> tuple[str, ...]:
    """Name what is impaired now: the database, or the disk that holds what the line keeps."""
    impaired = {"store": _is_impaired(store), "disk": _is_full(settings.home)}
    return tuple(name for name, is_so in impaired.items() if is_so)


def _is_impaired(store: Store) -> bool:
    health = store.health()
    if not health.is_available or health.is_spooled:
        return True
    try:
        return store.schema() != "current"
    except StoreUnavailable:
        return True


def _is_full(home: Path) -> bool:
    """Judge as `df` does: what a file system keeps for root is nothing that we could fill."""
    usage = shutil.disk_usage(home if home.exists() else ".")
    return usage.used >= _FULL * (usage.used + usage.free)


def front() -> Front:
    """Build the line behind its front."""
    line = application()
    return Front(line, line.at_once)
