"""`ivr desk`."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, ParamSpec, TypeVar, cast

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.bootstrap.startup import product_of
from ivr.cli.desk.desk_keypad import callers, keypad
from ivr.cli.desk.open_desk import by_agent, now, opened_desk, roster_of, show_card, tell_done
from ivr.cli.environment import settings_or_end
from ivr.domain.recovery.case import Case, CaseNumber
from ivr.services.desk.agent_desk import REASONS, Desk, Reason
from ivr.services.desk.card.card_text import summary_of
from ivr.services.desk.moves.call_back import CallingBack
from ivr.services.desk.moves.vouch import Vouching
from ivr.services.desk.product.ask_product import AskProduct, Ordered, may_ask
from ivr.services.desk.product.manual_steps import Recording

Rest = ParamSpec("Rest")
Given = TypeVar("Given")

_TIMES: Final = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
_number = click.argument("number")


def _at(name: str, *, required: bool) -> Callable[[Callable[Rest, Given]], Callable[Rest, Given]]:
    words = "When, as the product shows it, in UTC." + ("" if required else " Now, where it is left out.")
    return click.option("--at", name, type=click.DateTime(list(_TIMES)), required=required, help=words)


@click.group("desk", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List the open cases, or work on one: who calls, how verified, which gates are met, what comes next.

    No move makes a caller verified, shows a code or sets a password. --agent names a member of the staff, an
    agent or a supervisor, and the audit has the operating system's user as well. In production, what takes a
    second person is done in the console: nobody proves here who it is.
    """
    if context.invoked_subcommand is not None:
        return
    with opened_desk() as desk:
        cards, names = desk.open_cards(at=now()), roster_of(desk)
    for card in cards:
        for line in summary_of(card, names):
            click.echo(line)
    if not cards:
        click.echo("no open cases")


@command.command("show")
@_number
@click.option("--agent", help="Who reads it: whoever holds the case is shown the permit while it serves.")
def show(number: str, agent: str | None) -> None:
    """Show the card of a case."""
    with opened_desk(agent) as desk:
        show_card(desk, number, agent)


def _plain(name: str, move: Callable[..., Case], words: str) -> None:
    """Add a move that needs nothing but who makes it."""

    @command.command(name, help=words)
    @_number
    @by_agent
    def made(number: str, agent: str) -> None:
        with opened_desk(agent) as desk:
            move(desk, CaseNumber(number), agent, at=now())
            tell_done(desk, number, agent)


def _asked(name: str, move: Callable[..., Case], act: Ordered, words: str) -> None:
    """Add a move that the product is asked to follow, where it is asked from here."""

    @command.command(name, help=words)
    @_number
    @by_agent
    def made(number: str, agent: str) -> None:
        with opened_desk(agent) as desk:
            case = move(desk, CaseNumber(number), agent, at=now())
            product = product_of(settings_or_end(), WallClock())
            if product is not None and may_ask(case, act):
                AskProduct(desk=desk, product=product).ask(CaseNumber(number), agent, act, at=now())
            tell_done(desk, number, agent)


def _recorded(name: str, act: Ordered, words: str) -> None:
    """Add a command that records what became of an act in the product's own tool."""

    @command.command(name, help=words)
    @_number
    @by_agent
    @_at("done_at", required=False)
    @click.option("--reference", default="", help="The tool's own; may be left out where it failed.")
    @click.option("--failed", is_flag=True, help="It failed there.")
    def made(number: str, agent: str, done_at: datetime | None, reference: str, failed: bool) -> None:  # noqa: FBT001 -- click's own way
        with opened_desk(agent) as desk:
            at = now()
            Recording(desk=desk).record(
                CaseNumber(number),
                agent,
                act,
                is_done=not failed,
                done_at=_utc(done_at) if done_at else at,
                reference=reference,
                at=at,
            )
            tell_done(desk, number, agent)


command.add_command(callers)
command.add_command(keypad)
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
@by_agent
def call_back(number: str, agent: str) -> None:
    """Have the phone on file called about a case that is held."""
    with opened_desk(agent) as desk:
        CallingBack(desk=desk).call(CaseNumber(number), agent, at=now())
        tell_done(desk, number, agent)


@command.command("claim")
@_number
@by_agent
@click.option("--match", help="The three digits that were whispered before the caller was put through.")
@click.option("--from", "taken_from", help="The agent who hands the case over.")
def claim(number: str, agent: str, match: str | None, taken_from: str | None) -> None:
    """Take a case, with the digits of its call."""
    with opened_desk(agent) as desk:
        desk.claim(CaseNumber(number), agent, at=now(), match=match, taken_from=taken_from)
        tell_done(desk, number, agent)


@command.command("subaccounts")
@_number
@by_agent
@click.option("--count", type=click.IntRange(min=0, max=1_000_000), required=True, help="How many there are.")
def subaccounts(number: str, agent: str, count: int) -> None:
    """Record how many subaccounts you see in the product now."""
    with opened_desk(agent) as desk:
        desk.subaccounts(CaseNumber(number), agent, count=count, at=now())
        tell_done(desk, number, agent)


@command.command("login")
@_number
@by_agent
@_at("login_at", required=True)
@click.option("--name", required=True, help="The subaccount's; only its first letter is kept.")
@click.option("--where", required=True, help="Where in the product you saw it, such as: login history.")
def login(number: str, agent: str, login_at: datetime, name: str, where: str) -> None:
    """Record, as a second representative, when a person logged in with an older subaccount."""
    with opened_desk(agent) as desk:
        desk.login(CaseNumber(number), agent, login_at=_utc(login_at), name=name, where=where, at=now())
        tell_done(desk, number, agent)


@command.command("ask-tam")
@_number
@by_agent
def ask_tam(number: str, agent: str) -> None:
    """Ask the account's own manager whether the caller is who she says; the console takes the answer."""
    with opened_desk(agent) as desk:
        staff = SqlStaff(cast("SqlCases", desk.cases))
        Vouching(desk=desk, staff=staff).ask(CaseNumber(number), agent, at=now())
        tell_done(desk, number, agent)


@command.command("refuse")
@_number
@by_agent
@click.option("--why", type=click.Choice(REASONS), required=True)
def refuse(number: str, agent: str, why: Reason) -> None:
    """End a case without anything changed."""
    with opened_desk(agent) as desk:
        desk.refuse(CaseNumber(number), agent, why=why, at=now())
        tell_done(desk, number, agent)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)
