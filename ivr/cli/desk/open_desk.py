"""The agents' desk, as the commands of `ivr desk` open it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, cast

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.startup import StartFault, directory_of, load_folders
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.cli.records.audit import cases_of, database_of, key_or_end
from ivr.domain.menus.tree import MenuTree
from ivr.domain.recovery.case import CaseNumber
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import AuditUnavailable, DirectoryUnavailable, StaleCase
from ivr.services.desk.agent_desk import Desk
from ivr.services.desk.card.card_text import lines_of
from ivr.services.desk.card.member_names import Names, names_of
from ivr.services.desk.moves.move_record import NoSuchCase
from ivr.services.desk.moves.moves import MoveBlocked, agent_lacks, sentences_of
from ivr.services.desk.moves.send_to_keypad import InDoubt
from ivr.services.desk.moves.terminal import Terminal
from ivr.services.desk.opening_callbacks import lines_of as waited_for
from ivr.services.ports import StoreUnavailable
from ivr.services.product_ports import ProductUnavailable
from ivr.services.staff.member import Member

_BELIEVING: Final = (
    "Nobody works here yet, so in this rehearsal whoever is named is believed.\n"
    "`ivr staff add ana --role supervisor` ends that: then members alone may.\n"
)
by_agent = click.option(
    "--agent", required=True, help="Who does this, as `ivr staff list` has it: such as ana."
)


@contextmanager
def opened_desk(agent: str | None = None) -> Iterator[Desk]:
    """Open the desk; a move that is refused ends the command with the sentences that say why.

    agent: who is named to act there; None where somebody only reads.
    """
    settings = settings_or_end()
    key, tree = key_or_end(settings), tree_or_end(settings)
    database = database_of(settings)
    cases = cases_of(settings, database)
    try:
        yield Desk(
            cases=cases,
            terminal=_terminal(settings, cases, agent),
            directory=directory_of(settings, database),
            policy=tree.verification or Policy(),
            key=key,
            fresh=lambda: secrets.token_hex(16),
            lines=waited_for(tree),
        )
    except MoveBlocked as refused:
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


def _terminal(settings: Settings, cases: SqlCases, agent: str | None) -> Terminal:
    roster = SqlStaff(cases).act(lambda tx: tx.members())
    terminal = Terminal(roster=roster, is_production=settings.is_production)
    if agent is not None and terminal.is_believing:
        click.echo(_BELIEVING, err=True)
    return terminal


def member_or_end(desk: Desk, agent: str) -> Member:
    """Give the member who is named, where that one may act."""
    lacks, terminal = agent_lacks(agent), desk.terminal
    member = None if lacks or terminal is None else terminal.member(agent)
    if member is None:
        lacks = lacks or (() if terminal is None else terminal.member_lacks(agent))
        raise click.ClickException("\n".join(sentences_of(lack.missing, lack.remedy) for lack in lacks))
    return member


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
    if agent is not None:
        member_or_end(desk, agent)
    for line in lines_of(desk.card(CaseNumber(number), at=now(), agent=agent), roster_of(desk)):
        click.echo(line)


def roster_of(desk: Desk) -> Names:
    return names_of(SqlStaff(cast("SqlCases", desk.cases)))


def tell_done(desk: Desk, number: str, agent: str) -> None:
    click.echo("done, and on record\n")
    show_card(desk, number, agent)


def now() -> datetime:
    return WallClock().now()
