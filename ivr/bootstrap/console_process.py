"""One process of the console, as a server starts it."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import Callable
from multiprocessing.util import Finalize
from types import FrameType
from typing import Any, Final

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.menus.menu_versions import SqlMenus
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.logging import log_to_stderr
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.last_good_menu import ServedMenu, fault_lines, keep_telling, menu_to_serve
from ivr.bootstrap.startup import (
    anchor_of,
    calls_of,
    check_key,
    directory_of,
    line_key,
    product_of,
    provider_of,
    settings_of_process,
)
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.entrypoints.console.console_app import ConsoleRoom, console_app
from ivr.entrypoints.console.live.event_stream import Live, live
from ivr.entrypoints.console.pages.desk_pages import desk_pages
from ivr.entrypoints.console.pages.page_context import work_of
from ivr.entrypoints.console.pages.requests_page import asked_blueprint
from ivr.services.desk.agent_desk import Desk
from ivr.services.ports import StoreUnavailable
from ivr.services.staff.company_sign_in import ByCompany
from ivr.services.staff.join import Joining
from ivr.services.staff.passwords import Passwords
from ivr.services.staff.sign_in import SigningIn

IS_HTTPS: Final = "CONSOLE_IS_HTTPS"
"""Tells a server's processes that browsers reach them by https, through a proxy."""


def application() -> Live:
    """Build the console of this process from its environment, and take the secrets out of it."""
    _give_way()
    is_https = os.environ.pop(IS_HTTPS, "") == "1"
    settings = settings_of_process()
    log_to_stderr(settings.log_level)
    served = menu_to_serve(settings)
    keep_telling(served, settings)
    database = Database(settings.database_url.reveal(), breaker=Breaker(), durability="survives_power_loss")
    Finalize(None, database.close, exitpriority=0)
    key = line_key(settings)
    check_key(settings, key, database)
    pages = console_app(_room(settings, served, database, key, is_https=is_https))
    return live(pages, on_stop=_on_stop)


def _give_way() -> None:
    """Let callers come first where the console shares a core with the line.

    A low priority is not enough: whoever runs is left its slice, of some milliseconds. A process of the idle
    policy is stopped at once (sched(7)). Where a core is free it is as fast as any.
    """
    if sys.platform == "linux":
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _on_stop(end: Callable[[], None]) -> None:
    """Have *end* called in this loop when the process is told to stop, beside what the server does then."""
    loop = asyncio.get_running_loop()
    for told in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(told)

        def stop(number: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(end)
            if callable(before):
                before(number, frame)

        signal.signal(told, stop)


def _room(
    settings: Settings, served: ServedMenu, database: Database, key: Secret, *, is_https: bool
) -> ConsoleRoom:
    tree = served.tree
    clock, company = WallClock(), tree.company.words_in(tree.languages[0])
    cases = SqlCases(database, key=key, anchor=anchor_of(settings), is_patient=True)
    staff = SqlStaff(cases)
    signing_in = SigningIn(staff=staff, passwords=Passwords(), key=key, clock=clock, fresh=_fresh)
    desk = Desk(
        cases=cases,
        directory=directory_of(settings, database),
        policy=tree.verification or Policy(),
        key=key,
        fresh=_fresh,
    )
    provider = provider_of(settings)
    product, calls = product_of(settings, clock), calls_of(settings)
    work = work_of(tree, desk, clock, _fresh, product, staff=staff, calls=calls)
    return ConsoleRoom(
        signing_in=signing_in,
        joining=Joining(signing_in=signing_in, company=company, words=(company, *company.split())),
        company=company,
        clock=clock,
        key=key,
        fresh=_fresh,
        is_https=is_https,
        pages=(*desk_pages(work), asked_blueprint(work, signing_in)),
        by_company=None if provider is None else ByCompany(signing_in=signing_in, provider=provider),
        menu_fault=_menu_fault(served, settings, SqlMenus(database)),
    )


def _menu_fault(served: ServedMenu, settings: Settings, menus: SqlMenus) -> Callable[[], str | None]:
    """Say what the console found itself when it started or, where it found nothing, what the line did."""
    own = next(iter(fault_lines(served.faults, settings)), None)

    def fault() -> str | None:
        try:
            return own or menus.instead_of()
        except StoreUnavailable:
            return None  # a page that can be shown at all asks the database for more than this

    return fault


def _fresh() -> str:
    return secrets.token_hex(16)
