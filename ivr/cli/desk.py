"""`ivr desk`."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, ParamSpec, TypeVar, cast

import click

from ivr.agents.asking import Asking, Ordered
from ivr.agents.by_hand import Recording
from ivr.agents.calling_back import CallingBack
from ivr.agents.card_text import lines_of, summary_of
from ivr.agents.desk import REASONS, Desk, NoSuchCase, Reason
from ivr.agents.moves import Refused
from ivr.agents.vouching import Vouching
from ivr.case_ports import AuditUnavailable, DirectoryUnavailable, StaleCase
from ivr.cli.audit import database_of, key_or_end
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.clock import WallClock
from ivr.ports import StoreUnavailable
from ivr.product_ports import ProductUnavailable
from ivr.recovery.case import Case, CaseNumber
from ivr.recovery.policy import Policy
from ivr.settings.settings import Settings
from ivr.start import StartFault, anchor_of, directory_of, load_folders, product_of
from ivr.store.cases import SqlCases
from ivr.store.staff import SqlStaff

Rest = ParamSpec("Rest")
Given = TypeVar("Given")

_TIMES: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_number = click.argument("number")
_agent = click.option("--agent", required=True, help="Who does this, such as ana.")


def _at(name: str, *, required: bool) -> Callable[[Callable[Rest, Given]], Callable[Rest, Given]]:
    words = "When, as the product shows it, in UTC." + ("" if required else " Now, where it is left out.")
    return click.option("--at", name, type=click.DateTime(list(_TIMES)), required=required, help=words)


@click.group("desk", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List the open cases, or work on one: who calls, how verified, which gates are met, what comes next.

    No move makes a caller verified, shows a code or sets a password. Whoever may run this is believed to be
    the agent whom --agent names.
    """
    if context.invoked_subcommand is not None:
        return
    with _desk() as desk:
        cards = desk.open_cards(at=_now())
    for card in cards:
        for line in summary_of(card):
            click.echo(line)
    if not cards:
        click.echo("no open cases")


@command.command("show")
@_number
@click.option("--agent", help="Who reads it: whoever holds the case is shown the permit while it serves.")
def show(number: str, agent: str | None) -> None:
    """Show the card of a case."""
    with _desk() as desk:
        _show(desk, number, agent)


def _plain(name: str, move: Callable[..., Case], words: str) -> None:
    """Add a move that needs nothing but who makes it."""

    @command.command(name, help=words)
    @_number
    @_agent
    def made(number: str, agent: str) -> None:
        with _desk() as desk:
            move(desk, CaseNumber(number), agent, at=_now())
            _tell_done(desk, number, agent)


def _asked(name: str, move: Callable[..., Case], act: Ordered, words: str) -> None:
    """Add a move that the product is asked to follow, where it is asked from here."""

    @command.command(name, help=words)
    @_number
    @_agent
    def made(number: str, agent: str) -> None:
        with _desk() as desk:
            move(desk, CaseNumber(number), agent, at=_now())
            product = product_of(settings_or_end(), WallClock())
            if product is not None:
                Asking(desk=desk, product=product).ask(CaseNumber(number), agent, act, at=_now())
            _tell_done(desk, number, agent)


def _recorded(name: str, act: Ordered, words: str) -> None:
    """Add a command that records what became of an act in the product's own tool."""

    @command.command(name, help=words)
    @_number
    @_agent
    @_at("done_at", required=False)
    @click.option("--reference", default="", help="The tool's own; may be left out where it failed.")
    @click.option("--failed", is_flag=True, help="It failed there.")
    def made(number: str, agent: str, done_at: datetime | None, reference: str, failed: bool) -> None:  # noqa: FBT001 -- click's own way
        with _desk() as desk:
            now = _now()
            Recording(desk=desk).record(
                CaseNumber(number),
                agent,
                act,
                is_done=not failed,
                done_at=_utc(done_at) if done_at else now,
                reference=reference,
                at=now,
            )
            _tell_done(desk, number, agent)


_plain("spoke", Desk.spoke, "Record that you have spoken with the caller.")
_asked("reset", Desk.ask_for_reset, "reset", "Ask for a reset, where a subaccount exists.")
_recorded("reset-done", "reset", "Record when the product reset the password, or that it failed.")
_asked("release", Desk.release, "release", "Release the credentials, once a subaccount has logged in.")
_recorded("released", "release", "Record when the product sent its own link, or that it failed.")
_plain("approve", Desk.approve, "Approve a full change, as a second representative.")
_asked("change", Desk.change, "change", "Allow the full change, where every gate is met; then make it.")
_recorded("changed", "change", "Record when the change was made in the product, or that it failed.")
_plain("hold", Desk.hold, "Keep a verified caller's case for later; meanwhile it permits nothing.")
_plain("restore", Desk.restore, "Undo a hold while the caller is still verified.")
_plain("close", Desk.close, "End a case whose change or release is done.")


@command.command("call-back")
@_number
@_agent
def call_back(number: str, agent: str) -> None:
    """Have the phone on file called about a case that is held."""
    with _desk() as desk:
        CallingBack(desk=desk).call(CaseNumber(number), agent, at=_now())
        _tell_done(desk, number, agent)


@command.command("claim")
@_number
@_agent
@click.option("--match", help="The three digits that were whispered before the caller was put through.")
@click.option("--from", "taken_from", help="The agent who hands the case over.")
def claim(number: str, agent: str, match: str | None, taken_from: str | None) -> None:
    """Take a case, with the digits of its call."""
    with _desk() as desk:
        desk.claim(CaseNumber(number), agent, at=_now(), match=match, taken_from=taken_from)
        _tell_done(desk, number, agent)


@command.command("subaccounts")
@_number
@_agent
@click.option("--count", type=click.IntRange(min=0, max=1_000_000), required=True, help="How many there are.")
def subaccounts(number: str, agent: str, count: int) -> None:
    """Record how many subaccounts you see in the product now."""
    with _desk() as desk:
        desk.subaccounts(CaseNumber(number), agent, count=count, at=_now())
        _tell_done(desk, number, agent)


@command.command("login")
@_number
@_agent
@_at("login_at", required=True)
@click.option("--name", required=True, help="The subaccount's; only its first letter is kept.")
@click.option("--where", required=True, help="Where in the product you saw it, such as: login history.")
def login(number: str, agent: str, login_at: datetime, name: str, where: str) -> None:
    """Record, as a second representative, when a person logged in with an older subaccount."""
    with _desk() as desk:
        desk.login(CaseNumber(number), agent, login_at=_utc(login_at), name=name, where=where, at=_now())
        _tell_done(desk, number, agent)


@command.command("ask-tam")
@_number
@_agent
def ask_tam(number: str, agent: str) -> None:
    """Ask the account's own manager whether the caller is who she says; the console takes the answer."""
    with _desk() as desk:
        staff = SqlStaff(cast("SqlCases", desk.cases))
        Vouching(desk=desk, staff=staff).ask(CaseNumber(number), agent, at=_now())
        _tell_done(desk, number, agent)


@command.command("refuse")
@_number
@_agent
@click.option("--why", type=click.Choice(REASONS), required=True)
def refuse(number: str, agent: str, why: Reason) -> None:
    """End a case without anything changed."""
    with _desk() as desk:
        desk.refuse(CaseNumber(number), agent, why=why, at=_now())
        _tell_done(desk, number, agent)


@contextmanager
def _desk() -> Iterator[Desk]:
    """Open the desk; a move that is refused ends the command with the sentences that say why."""
    settings = settings_or_end()
    key, policy = key_or_end(settings), _policy_or_end(settings)
    database = database_of(settings)
    try:
        yield Desk(
            cases=SqlCases(database, key=key, anchor=anchor_of(settings)),
            directory=directory_of(settings, database),
            policy=policy,
            key=key,
            fresh=lambda: secrets.token_hex(16),
        )
    except (Refused, NoSuchCase, StaleCase) as fault:
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


def _policy_or_end(settings: Settings) -> Policy:
    try:
        loaded, _ = load_folders(settings.menus, settings.prompts)
    except StartFault as fault:
        end_with(fault.findings, "nothing is known of the rules, so nothing is done")
    if loaded.tree is None:
        faults = shown(loaded.errors, menus=settings.menus, prompts=settings.prompts)
        end_with(faults, "nothing is known of the rules, so nothing is done")
    return loaded.tree.verification or Policy()


def _show(desk: Desk, number: str, agent: str | None) -> None:
    """Show the card to anybody; the permit is for whoever holds the case, and says who reads it."""
    card = desk.card(CaseNumber(number), at=_now())
    acts = card.acts if agent is None else desk.card(CaseNumber(number), at=_now(), agent=agent).acts
    for line in lines_of(replace(card, acts=acts)):
        click.echo(line)


def _tell_done(desk: Desk, number: str, agent: str) -> None:
    click.echo("done, and on record\n")
    _show(desk, number, agent)


def _now() -> datetime:
    return WallClock().now()


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
