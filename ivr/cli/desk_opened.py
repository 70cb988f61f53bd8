"""The agents' desk, as the commands of `ivr desk` open it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import cast

import click

from ivr.agents.card_text import lines_of
from ivr.agents.desk import Desk, NoSuchCase
from ivr.agents.keypad import InDoubt
from ivr.agents.moves import Refused
from ivr.agents.names import Names, names_of
from ivr.agents.opening import lines_of as waited_for
from ivr.case_ports import AuditUnavailable, DirectoryUnavailable, StaleCase
from ivr.cli.audit import database_of, key_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.clock import WallClock
from ivr.menu.tree import MenuTree
from ivr.ports import StoreUnavailable
from ivr.product_ports import ProductUnavailable
from ivr.recovery.case import CaseNumber
from ivr.recovery.policy import Policy
from ivr.settings.settings import Settings
from ivr.start import StartFault, anchor_of, directory_of, load_folders
from ivr.store.cases import SqlCases
from ivr.store.staff import SqlStaff

by_agent = click.option("--agent", required=True, help="Who does this, such as ana.")


@contextmanager
def opened_desk() -> Iterator[Desk]:
    """Open the desk; a move that is refused ends the command with the sentences that say why."""
    settings = settings_or_end()
    key, tree = key_or_end(settings), tree_or_end(settings)
    database = database_of(settings)
    cases = SqlCases(database, key=key, anchor=anchor_of(settings))
    try:
        yield Desk(
            cases=cases,
            directory=directory_of(settings, database),
            policy=tree.verification or Policy(),
            key=key,
            fresh=lambda: secrets.token_hex(16),
            lines=waited_for(tree),
        )
    except Refused as refused:
        raise click.ClickException(refused.told(names_of(SqlStaff(cases)))) from refused
    except (InDoubt, NoSuchCase, StaleCase) as fault:
        raise click.ClickException(str(fault)) from fault
    except AuditUnavailable as fault:
        raise click.ClickException(f"{fault}; what cannot go on record is not done") from fault
    except ProductUnavailable as fault:
        told = f"{fault}; what is on record here stays: look in the product, then record what became of it"
        raise click.ClickException(told) from fault
    except DirectoryUnavailable as fault:
        raise click.ClickException(f"{fault}, so nothing was done: try again") from fault
    except StoreUnavailable as fault:
        raise click.ClickException(f"{fault}; before the first `ivr serve`, run `ivr migrate`") from fault
    finally:
        database.close()


def tree_or_end(settings: Settings) -> MenuTree:
    try:
        loaded, _ = load_folders(settings.menus, settings.prompts)
    except StartFault as fault:
        end_with(fault.findings, "nothing is known of the rules, so nothing is done")
    if loaded.tree is None:
        faults = shown(loaded.errors, menus=settings.menus, prompts=settings.prompts)
        end_with(faults, "nothing is known of the rules, so nothing is done")
    return loaded.tree


def show_card(desk: Desk, number: str, agent: str | None) -> None:
    """Show the card to anybody; what is for whoever holds the case alone is shown to who says to be it."""
    card = desk.card(CaseNumber(number), at=now())
    own = card if agent is None else desk.card(CaseNumber(number), at=now(), agent=agent)
    for line in lines_of(replace(card, acts=own.acts, reach=own.reach), roster_of(desk)):
        click.echo(line)


def roster_of(desk: Desk) -> Names:
    return names_of(SqlStaff(cast("SqlCases", desk.cases)))


def tell_done(desk: Desk, number: str, agent: str) -> None:
    click.echo("done, and on record\n")
    show_card(desk, number, agent)


def now() -> datetime:
    return WallClock().now()
