"""One process of the line, as a server starts it."""

import os
import secrets
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.app import CaseRoom, Kept, line_of
from ivr.clock import WallClock
from ivr.logs import log_to_stderr
from ivr.mask import Secret
from ivr.ports import StoreUnavailable
from ivr.settings.names import CLOCK
from ivr.settings.settings import Settings
from ivr.start import anchor_of, check_key, directory_of, line_key, settings_of_process, tree_to_serve
from ivr.store.cases import SqlCases
from ivr.store.open import Store, open_store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_FULL: Final = 0.95
_REPLIES_KEPT: Final = timedelta(hours=24)


def application() -> "WSGIApplication":
    """Build the line of this process from its environment, and take the secrets out of it."""
    # Read first: in production they refuse any variable that would move the clock.
    settings = settings_of_process()
    believed = os.environ.pop(CLOCK, None)
    log_to_stderr(settings.log_level)
    clock = WallClock(None if believed is None else datetime.fromisoformat(believed))
    tree, files = tree_to_serve(settings)
    store = open_store(settings.database_url.reveal(), spool_folder=settings.home / "spool")
    # A server's forked workers run these at their end, and nothing of atexit; other processes run both.
    Finalize(None, store.close, exitpriority=0)
    # A line without its database answers; its calls keep their version as long as this process lives.
    with suppress(StoreUnavailable):
        store.menus.keep(tree.version, files)
        store.ledger.purge_replies(clock.now() - _REPLIES_KEPT)
    key = line_key(settings)
    check_key(settings, key, store.databases[0])
    return line_of(
        settings,
        tree,
        Kept(
            journal=store.journal, ledger=store.ledger, menus=store.menus, cases=_cases(store, settings, key)
        ),
        clock=clock,
        key=key,
        degraded=lambda: degraded(store, settings),
    )


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
