"""What every process of ours needs before it listens, or the end with what is wrong."""

from collections.abc import Callable

import click

from ivr.adapters.database.migrate import upgrade
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.last_good_menu import menu_to_serve
from ivr.bootstrap.startup import StartFault, check_key, line_key, prepare_anchor, prepare_home
from ivr.cli.findings import end_with, shown, tell
from ivr.domain.menus.tree import MenuTree
from ivr.services.ports import StoreUnavailable


def readied_or_end(
    settings: Settings, *, nothing: str, also: Callable[[Settings], object] = lambda _: None
) -> MenuTree:
    """Load the menus, and make sure of the home, the anchor and the key.

    nothing: what then did not happen. also: what else is needed; raises StartFault where it is not so.
    """
    try:
        served = menu_to_serve(settings)
        also(settings)
        prepare_home(settings.home)
        prepare_anchor(settings)
        line_key(settings)
    except StartFault as fault:
        findings = shown(fault.findings, menus=settings.menus, prompts=settings.prompts)
        end_with(findings, nothing)
    if served.faults:
        tell(shown(served.faults, menus=settings.menus, prompts=settings.prompts))
        click.echo(f"this is not served; what was served last is, menu {served.tree.version}", err=True)
    return served.tree


def upgraded_or_end(settings: Settings, *, nothing: str) -> None:
    """Bring the database up to date, for a process that can do nothing without it, and check the key."""
    try:
        upgrade(settings.database_url.reveal())
    except StoreUnavailable as fault:
        raise click.ClickException(f"{fault}; {nothing}") from fault
    own_key_or_end(settings, nothing=nothing)


def own_key_or_end(settings: Settings, *, nothing: str) -> None:
    """End where the database was begun with another key."""
    try:
        check_key(settings, line_key(settings))
    except StartFault as fault:
        end_with(fault.findings, nothing)
