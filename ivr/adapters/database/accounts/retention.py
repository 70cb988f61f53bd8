"""What is kept for how long, and how all that names a customer goes when that customer asks."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import Delete, Update

from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import (
    callback_store,
    case_tables,
    desk_tables,
    permit_store,
    product_act_store,
)
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.staff import staff_tables
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import BY_LINE, MOVES, Case
from ivr.domain.recovery.deadlines import has_lapsed, waits_until
from ivr.domain.recovery.limits import DAY_S, SAME_HOUR, SURGE_S
from ivr.domain.recovery.policy import Policy
from ivr.services.case_ports import CaseWork, StaleCase

_DAY: Final = 86_400
_SHIPPED: Final = Policy()
_AT_ONCE: Final = 5000
"""Rows in one transaction: callers' own wait for the lock meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Seconds. callers_s: the hashes of callers' numbers. messages_s: what messages to customers said.

    calls_s: calls with all that was done in them, and messages that callers left. cases_s: what a case rests
    on, the case itself too; nobodys_s: the same of one without an account. policy: how long a case may be
    open, and wait for a login.
    """

    replies_s: int = _DAY
    codes_s: int = _DAY
    tallies_s: int = _DAY
    callers_s: int = 30 * _DAY
    messages_s: int = 30 * _DAY
    calls_s: int = 90 * _DAY
    cases_s: int = 730 * _DAY
    nobodys_s: int = 30 * _DAY
    policy: Policy = _SHIPPED


Gone = dict[str, int]
"""How many of each kind went; kinds of which none went are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    kind: str
    statement: Delete | Update


def purge(cases: SqlCases, retention: Retention, *, at: datetime) -> Gone:
    """Let go of what is too old at *at*, and put that on record. Again at the same moment, nothing goes.

    Raises StoreUnavailable, AuditUnavailable: what went until then is gone, and another run goes on.
    """
    gone = Counter({"lapsed": _lapse(cases, retention.policy, at=at)})
    for rule in _rules(retention, at):
        while count := _run(cases, rule.statement):
            gone[rule.kind] += count
    found = {kind: count for kind, count in gone.items() if count}
    if found:
        cases.act(lambda tx: tx.record("purge", {"actor": "system", **found}, at=at))
    return found


def _run(cases: SqlCases, statement: Delete | Update) -> int:
    return cases.transaction(lambda connection, _: connection.execute(statement).rowcount)


def _lapse(cases: SqlCases, policy: Policy, *, at: datetime) -> int:
    """End every case that was open for too long and may still end so; a reset waits longer for its login."""
    opened_before = at - timedelta(seconds=policy.lapses_s)

    def is_old(case: Case) -> bool:
        if waits_until(case, policy) is not None:
            return has_lapsed(case, policy, at=at)
        return "LAPSED" in MOVES[case.state] and case.opened_at <= opened_before

    old = cases.act(lambda tx: [case for case in tx.cases() if is_old(case)])
    return sum(_lapsed(cases, case, at) for case in old)


def _lapsed(cases: SqlCases, case: Case, at: datetime) -> bool:
    def work(tx: CaseWork) -> None:
        tx.save(case.ended("LAPSED", at=at, by=BY_LINE, why="open for too long"))
        fields = {"case": case.id, "account": case.account, "actor": "system", "outcome": "LAPSED"}
        tx.record("case", fields, at=at)

    try:
        cases.act(work)
    except StaleCase:
        return False
    return True


def _rules(retention: Retention, at: datetime) -> Iterator[_Rule]:
    """List what goes, in this order: what is found by way of another row goes before that row."""
    now = us_of(at)
    yield from _rules_of_calls(retention, now)
    yield from _rules_of_cases(retention, now)
    yield _Rule(
        kind="counters", statement=_oldest(case_tables.tally, _is_idle(now - retention.tallies_s * _US))
    )


_US: Final = 1_000_000


def _rules_of_calls(retention: Retention, now: int) -> Iterator[_Rule]:
    call, reply, message = call_tables.call, call_tables.reply, call_tables.voicemail
    yield _Rule(kind="replies", statement=_oldest(reply, reply.c.at_us <= now - retention.replies_s * _US))
    since = func.coalesce(call.c.ended_at_us, call.c.begun_at_us)
    named = or_(call.c.caller.is_not(None), call.c.called.is_not(None))
    yield _Rule(
        kind="callers",
        statement=update(call)
        .where(named, since <= now - retention.callers_s * _US)
        .values(caller=None, called=None),
    )
    cut = now - retention.calls_s * _US
    spoken = select(message.c.recording).where(message.c.at_us <= cut)
    yield _Rule(
        kind="transcripts",
        statement=_oldest(call_tables.transcript, call_tables.transcript.c.recording.in_(spoken)),
    )
    for table, column in (
        (message, message.c.at_us),
        (call_tables.journal, call_tables.journal.c.at_us),
        (call_tables.transfer, call_tables.transfer.c.at_us),
        (call_tables.primary_answer, call_tables.primary_answer.c.at_us),
        (call_tables.leg, call_tables.leg.c.accepted_at_us),
    ):
        yield _Rule(kind=f"{table.name}s", statement=_oldest(table, column <= cut))
    # A turn may be stored of a call whose beginning never was: such a row goes with its last reply.
    is_bare = and_(since.is_(None), ~exists(select(reply.c.call).where(reply.c.call == call.c.id)))
    yield _Rule(kind="calls", statement=_oldest(call, or_(since <= cut, is_bare)))


def _rules_of_cases(retention: Retention, now: int) -> Iterator[_Rule]:
    code, outbox, case = case_tables.code, case_tables.outbox, case_tables.recovery_case
    yield _Rule(kind="codes", statement=_oldest(code, code.c.asked_at_us <= now - retention.codes_s * _US))
    tried = case_tables.pin_try
    yield _Rule(kind="PIN tries", statement=_oldest(tried, tried.c.at_us <= now - retention.codes_s * _US))
    session, link = staff_tables.staff_session, staff_tables.staff_link
    past = now - retention.messages_s * _US
    yield _Rule(kind="sessions", statement=_oldest(session, session.c.active_at_us <= past))
    sought = desk_tables.case_search
    yield _Rule(kind="searches", statement=_oldest(sought, sought.c.at_us <= now - retention.calls_s * _US))
    yield _Rule(kind="links", statement=_oldest(link, link.c.expires_at_us <= past))
    invited = case_tables.invitation
    yield _Rule(
        kind="invitations",
        statement=_oldest(invited, invited.c.expires_at_us <= now - retention.messages_s * _US),
    )
    said = or_(outbox.c.details != "{}", outbox.c.reply_text.is_not(None))
    yield _Rule(
        kind="messages",
        statement=update(outbox)
        .where(
            said,
            outbox.c.ended_at_us.is_not(None),
            outbox.c.created_at_us <= now - retention.messages_s * _US,
        )
        .values(details="{}", reply_text=None),
    )
    cut = now - retention.cases_s * _US
    is_nobody_s = and_(case.c.account.is_(None), case.c.opened_at_us <= now - retention.nobodys_s * _US)
    old = select(case.c.id).where(or_(case.c.opened_at_us <= cut, is_nobody_s), case.c.over_at_us <= now)
    about = (
        permit_store.permit,
        permit_store.product_told,
        permit_store.by_hand,
        product_act_store.product_order,
        product_act_store.login_seen,
        desk_tables.case_note,
        desk_tables.case_wrap_up,
        desk_tables.case_last_move,
        callback_store.call_back,
    )
    for table in (case_tables.evidence, case_tables.case_call, outbox, *about):
        yield _Rule(kind=f"{table.name}s", statement=_oldest(table, table.c.case_id.in_(old)))
    yield _Rule(kind="cases", statement=_oldest(case, case.c.id.in_(old)))


def _is_idle(cut: int) -> ColumnElement[bool]:
    """Whether a counter holds nothing that a limit looks back to.

    Failures in a row never grow old, and the audit's row is its lock. Moments stand oldest first, each of
    16 digits until the year 2286, so that the last ones compare as texts do.
    """
    tally = case_tables.tally.c
    newest = func.substr(tally.moments, func.length(tally.moments) - 15)
    week = (SURGE_S - DAY_S) * _US
    is_old = or_(
        tally.moments == "",
        newest <= str(cut - week),
        and_(tally.scope != SAME_HOUR, newest <= str(cut)),
    )
    return and_(tally.scope != "audit", or_(tally.moments == "", and_(tally.scope != "in_a_row", is_old)))


def _oldest(table: Table, condition: ColumnElement[bool]) -> Delete:
    keys = list(table.primary_key.columns)
    some = tuple_(*keys).in_(select(*keys).where(condition).limit(_AT_ONCE))
    # Said twice: PostgreSQL asks only the outer one again of a row that another transaction just changed.
    return delete(table).where(some, condition)
