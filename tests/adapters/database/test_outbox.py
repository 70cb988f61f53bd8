"""What is to be sent: one worker at a time has a message, and what became of it is stored with the case."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr import __version__
from ivr.adapters.database.audit.audit_store import Anchor, verify
from ivr.adapters.database.cases import case_tables as tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import LASTS, LEASE, Leased, Outcome, SqlOutbox
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import Case, CaseId, CaseNumber
from ivr.domain.recovery.codes import SentCode
from ivr.domain.redaction import Secret
from ivr.services.case_ports import AuditUnavailable, Channel, Outgoing, Purpose
from tests.adapters.database.case_kept import put_instead
from tests.adapters.database.sample import AT, CALL
from tests.domain.recovery.ready import at_state

KEY = Secret("k" * 40)
CASE = CaseId("c" * 32)
CONTACT = "d" * 32
SECOND = timedelta(seconds=1)
ACCEPTED = Outcome(
    state="accepted",
    due_at=None,
    reply_code=250,
    reply_text="queued as 4711",
    host="mail.example.com",
    tls="TLSv1.3",
    recipient_hmac="e" * 32,
    template="f" * 64,
    body_hash="0" * 64,
)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    database = Database(url, breaker=Breaker(), durability="survives_our_death", longest_wait_s=10)
    yield database
    database.close()


@pytest.fixture
def anchor(tmp_path: Path) -> Anchor:
    return Anchor(tmp_path / "anchor" / "audit")


@pytest.fixture
def cases(database: Database, anchor: Anchor) -> SqlCases:
    cases = SqlCases(database, key=KEY, anchor=anchor)
    cases.act(lambda tx: tx.add(opened()))
    return cases


@pytest.fixture
def outbox(database: Database, anchor: Anchor) -> SqlOutbox:
    return SqlOutbox(database, key=KEY, anchor=anchor, domain="example.com")


def opened() -> Case:
    return Case(
        id=CASE,
        number=CaseNumber("912345678"),
        state="OPENED",
        version=1,
        opened_at=AT,
        call=CALL,
        goal="change",
        language="en",
    )


def queue(cases: SqlCases, name: str, *, purpose: Purpose = "disclaimer", channel: Channel = "mail") -> None:
    message = Outgoing(
        id=name,
        channel=channel,
        purpose=purpose,
        case=CASE,
        call=CALL,
        contact=CONTACT,
        language="en",
        details={"event": "verified"},
    )
    cases.act(lambda tx: tx.queue(message, at=AT))


def kept_case(cases: SqlCases) -> Case:
    kept = cases.act(lambda tx: tx.case(CASE))
    assert kept is not None
    return kept


def cells(database: Database, name: str) -> dict[str, object]:
    query = select(tables.outbox).where(tables.outbox.c.id == name)
    return database.try_now(lambda connection: dict(connection.execute(query).mappings().one()))


def lease(outbox: SqlOutbox, *, worker: str = "one", after: timedelta = timedelta()) -> tuple[Leased, ...]:
    return outbox.lease("mail", worker=worker, at=AT + after, count=8)


def audited(database: Database) -> list[dict[str, object]]:
    query = select(tables.audit.c.body).order_by(tables.audit.c.seq)
    return database.try_now(
        lambda connection: [json.loads(body) for body in connection.execute(query).scalars()]
    )


def test_each_message_is_given_to_one_of_many_workers(cases: SqlCases, outbox: SqlOutbox) -> None:
    names = {f"m{number}" for number in range(40)}
    for name in sorted(names):
        queue(cases, name)

    def work(number: int) -> list[str]:
        taken: list[str] = []
        while got := outbox.lease("mail", worker=f"w{number}", at=AT, count=3):
            taken += [one.id for one in got]
        return taken

    with ThreadPoolExecutor(4) as workers:
        taken = [name for names in workers.map(work, range(4)) for name in names]

    # A worker that found every row in another's hand has ended early; what is left comes to the next.
    taken += [one.id for _ in range(5) for one in lease(outbox)]
    assert sorted(taken) == sorted(names)


def test_a_message_of_a_dead_worker_goes_to_another_under_the_same_message_id(
    cases: SqlCases, outbox: SqlOutbox
) -> None:
    queue(cases, "m")

    first = lease(outbox)
    too_early = lease(outbox, worker="two", after=LEASE - SECOND)
    second = lease(outbox, worker="two", after=LEASE)

    assert [(one.attempt, one.message_id) for one in first] == [(1, "<m@example.com>")]
    assert too_early == ()
    assert [(one.attempt, one.message_id) for one in second] == [(2, "<m@example.com>")]


def test_a_message_keeps_its_message_id_when_the_sender_s_domain_changes(
    cases: SqlCases, outbox: SqlOutbox, database: Database, anchor: Anchor
) -> None:
    queue(cases, "m")
    (first,) = lease(outbox)
    outbox.finish(first, Outcome(state="in_doubt", due_at=AT + SECOND), at=AT)

    moved = SqlOutbox(database, key=KEY, anchor=anchor, domain="example.org")
    (second,) = moved.lease("mail", worker="two", at=AT + SECOND, count=1)

    assert second.message_id == "<m@example.com>"


def test_a_code_that_a_dead_worker_may_have_sent_is_never_given_to_another(
    cases: SqlCases, outbox: SqlOutbox, database: Database
) -> None:
    queue(cases, "code", purpose="code")
    lease(outbox)

    after = lease(outbox, worker="two", after=LEASE)
    outbox.end_old(AT + LEASE)
    for_ever = lease(outbox, worker="two", after=timedelta(days=2))

    assert (after, for_ever) == ((), ())
    assert (cells(database, "code")["state"], cells(database, "code")["lease"]) == ("in_doubt", None)


def test_codes_go_first_and_bring_what_they_are_derived_from(cases: SqlCases, outbox: SqlOutbox) -> None:
    code = SentCode(
        case=CASE,
        call=CALL,
        contact=CONTACT,
        salt="s",
        sends=1,
        asked_at=AT,
        expires_at=AT + timedelta(minutes=10),
    )
    queue(cases, "mail")
    queue(cases, "code", purpose="code")
    cases.act(lambda tx: tx.keep_code(code))

    taken = lease(outbox)

    assert [(one.id, one.code, one.number) for one in taken] == [
        ("code", code, "912345678"),
        ("mail", None, "912345678"),
    ]


def test_a_channel_gets_only_its_own(cases: SqlCases, outbox: SqlOutbox) -> None:
    queue(cases, "text", channel="text", purpose="case_number")

    assert lease(outbox) == ()
    assert [(one.id, one.message_id) for one in outbox.lease("text", worker="one", at=AT, count=8)] == [
        ("text", None)
    ]


def test_an_accepted_disclaimer_is_a_fact_of_the_case_and_on_record(
    cases: SqlCases, outbox: SqlOutbox, database: Database, anchor: Anchor
) -> None:
    queue(cases, "m")
    (leased,) = lease(outbox)

    stored = outbox.finish(leased, ACCEPTED, at=AT + SECOND)

    assert stored
    assert kept_case(cases) == replace(opened(), version=2, disclaimer_accepted_at=AT + SECOND)
    assert audited(database) == [
        {
            "seq": 1,
            "kind": "disclaimer",
            "app_version": __version__,
            "at_us": us_of(AT + SECOND),
            "case": CASE,
            "message": "m",
            "outcome": "accepted",
            "attempt": 1,
            "message_id": "<m@example.com>",
            "smtp_code": 250,
            "smtp_text": "queued as 4711",
            "host": "mail.example.com",
            "tls": "TLSv1.3",
            "recipient_hmac": "e" * 32,
            "template": "f" * 64,
            "body_hash": "0" * 64,
        }
    ]
    assert database.try_now(lambda connection: verify(connection, KEY, anchor)) is None


@pytest.mark.parametrize("purpose", ["code", "case_number", "notice"])
def test_only_a_disclaimer_touches_the_case(cases: SqlCases, outbox: SqlOutbox, purpose: Purpose) -> None:
    queue(cases, "m", purpose=purpose)
    (leased,) = lease(outbox)

    outbox.finish(leased, ACCEPTED, at=AT)

    assert kept_case(cases) == opened()


@pytest.mark.parametrize(("mailbox", "counts"), [(None, False), ("another", False), (CONTACT, True)])
def test_once_a_mailbox_cannot_be_opened_only_what_goes_to_the_one_that_counts_is_a_fact(
    cases: SqlCases, outbox: SqlOutbox, mailbox: str | None, *, counts: bool
) -> None:
    case = replace(kept_case(cases), mailbox=mailbox, mailbox_lost="old", mailbox_lost_at=AT)
    cases.act(lambda tx: tx.save(case))
    queue(cases, "m1")
    (leased,) = lease(outbox)

    outbox.finish(leased, ACCEPTED, at=AT)
    accepted_at = kept_case(cases).disclaimer_accepted_at
    assert leased.message_id is not None
    outbox.bounce(leased.message_id, "5.1.1", at=AT + SECOND)

    assert accepted_at == (AT if counts else None)
    assert kept_case(cases).disclaimer_failed_at == (AT + SECOND if counts else None)


@pytest.mark.parametrize("state", ["deferred", "in_doubt"])
def test_what_was_not_accepted_leaves_the_case_as_it_was_and_is_tried_again_when_it_is_due(
    cases: SqlCases, outbox: SqlOutbox, state: str
) -> None:
    queue(cases, "m")
    (leased,) = lease(outbox)
    due = timedelta(minutes=5)

    outbox.finish(
        leased, Outcome(state="deferred" if state == "deferred" else "in_doubt", due_at=AT + due), at=AT
    )

    assert kept_case(cases) == opened()
    assert lease(outbox, after=due - SECOND) == ()
    assert [one.attempt for one in lease(outbox, after=due)] == [2]


def test_a_refused_disclaimer_has_failed_and_is_not_tried_again(cases: SqlCases, outbox: SqlOutbox) -> None:
    queue(cases, "m")
    (leased,) = lease(outbox)

    outbox.finish(leased, replace(ACCEPTED, state="refused", reply_code=550), at=AT)

    assert kept_case(cases) == replace(opened(), version=2, disclaimer_failed_at=AT)
    assert lease(outbox, after=timedelta(hours=1)) == ()


def test_who_lost_the_lease_changes_nothing_more(
    cases: SqlCases, outbox: SqlOutbox, database: Database
) -> None:
    queue(cases, "m")
    (slow,) = lease(outbox)
    lease(outbox, worker="two", after=LEASE)

    assert not outbox.finish(slow, ACCEPTED, at=AT + LEASE)
    assert kept_case(cases) == opened()
    assert (cells(database, "m")["lease"], audited(database)) == ("two", [])


def test_a_disclaimer_that_came_back_has_failed_once(
    cases: SqlCases, outbox: SqlOutbox, database: Database
) -> None:
    queue(cases, "m")
    (leased,) = lease(outbox)
    outbox.finish(leased, ACCEPTED, at=AT)

    told = [outbox.bounce("<m@example.com>", "5.1.1", at=AT + SECOND * number) for number in (1, 2)]

    assert told == [True, True]
    assert kept_case(cases).disclaimer_failed_at == AT + SECOND
    assert [record["kind"] for record in audited(database)] == ["disclaimer", "bounce"]
    assert cells(database, "m")["state"] == "bounced"


def test_a_mail_that_is_not_ours_cannot_come_back(cases: SqlCases, outbox: SqlOutbox) -> None:
    queue(cases, "m")
    lease(outbox)

    assert not outbox.bounce("<x@example.com>", "5.1.1", at=AT)
    assert kept_case(cases) == opened()


def test_a_mail_that_comes_back_after_the_change_is_on_record_and_the_case_stays(
    cases: SqlCases, outbox: SqlOutbox, database: Database
) -> None:
    queue(cases, "m")
    (leased,) = lease(outbox)
    outbox.finish(leased, ACCEPTED, at=AT)
    put_instead(database, replace(at_state("CHANGED"), id=CASE))

    assert outbox.bounce("<m@example.com>", "5.1.1", at=AT + SECOND * 2)
    assert kept_case(cases).disclaimer_failed_at is None
    assert audited(database)[-1]["kind"] == "bounce"


def test_what_nobody_took_within_a_day_is_given_up_and_on_record(
    cases: SqlCases, outbox: SqlOutbox, database: Database
) -> None:
    queue(cases, "m")

    assert outbox.end_old(AT + LASTS - SECOND) == 0
    assert outbox.end_old(AT + LASTS) == 1
    assert outbox.end_old(AT + LASTS) == 0
    assert lease(outbox, after=LASTS) == ()
    assert cells(database, "m")["state"] == "expired"
    assert [record["outcome"] for record in audited(database)] == ["expired"]


def test_nothing_is_taken_that_could_not_be_put_on_record(
    cases: SqlCases, database: Database, tmp_path: Path
) -> None:
    queue(cases, "m")
    blocked = tmp_path / "file"
    blocked.touch()
    outbox = SqlOutbox(database, key=KEY, anchor=Anchor(blocked / "audit"), domain="example.com")

    with pytest.raises(AuditUnavailable):
        lease(outbox)

    assert cells(database, "m")["attempts"] == 0


def test_a_message_for_nobody_goes_nowhere(cases: SqlCases, outbox: SqlOutbox) -> None:
    message = Outgoing(
        id="m", channel="mail", purpose="code", case=CASE, call=CALL, contact=None, language="en", details={}
    )
    cases.act(lambda tx: tx.queue(message, at=AT))

    assert lease(outbox) == ()


def test_a_sign_of_life_is_seen_by_the_line(cases: SqlCases, outbox: SqlOutbox) -> None:
    never = cases.act(lambda tx: tx.sender_seen_at())
    for number in (1, 2):
        outbox.show_life(AT + SECOND * number)

    assert never is None
    assert cases.act(lambda tx: tx.sender_seen_at()) == AT + SECOND * 2
