"""`ivr purge`."""

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.accounts.retention import Gone, Retention, purge
from ivr.adapters.database.audit.audit_checkpoint import AuditBroken, rotate, shorten
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.bootstrap.startup import anchor_of
from ivr.cli.environment import settings_or_end
from ivr.cli.identity_policy import policy_in_menus
from ivr.cli.records.audit import done_or_end, key_or_end
from ivr.domain.recovery.policy import Policy
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable


@click.command("purge")
def command() -> None:
    """Let go of what is too old to be kept, and end cases that were open for a day. Run it once a day.

    A reset that waits for a subaccount to log in ends when verification.yaml says, after three days at most.
    Codes and replies go after 1 day; callers' numbers, and what messages to customers said, after 30; calls,
    their turns and messages that callers left after 90; cases after 730. The audit's records go after 24
    months, but for those that a case needs that is not over: a sealed checkpoint stays, and the rest is
    verified from there. The anchor is begun again behind what was verified. Where the audit does not hold,
    nothing of it goes, and this ends with 1.
    """
    settings = settings_or_end()
    at, key, anchor = WallClock().now(), key_or_end(settings), anchor_of(settings)
    policy = policy_in_menus(settings, nothing="nothing went") or Policy()

    def work(cases: SqlCases) -> tuple[Gone, AuditBroken | None]:
        gone = purge(cases, Retention(policy=policy), at=at)
        try:
            records = shorten(cases, key, anchor, at=at)
            _rotate(cases, key, anchor)
        except AuditBroken as fault:
            return gone, fault
        return (gone | {"records of the audit": records} if records else gone), None

    gone, fault = done_or_end(settings, work)
    told = ", ".join(f"{count} {kind}" for kind, count in gone.items())
    click.echo(f"gone: {told}" if told else "nothing is too old")
    if fault is not None:
        raise click.ClickException(f"{fault}; of the audit nothing goes")


def _rotate(cases: SqlCases, key: Secret, anchor: Anchor) -> None:
    """Begin the anchor again; where its file cannot be exchanged it grows on, and holds all the same."""
    try:
        rotate(cases, key, anchor)
    except AuditUnavailable as fault:
        click.echo(f"{fault}; it holds, and grows", err=True)
