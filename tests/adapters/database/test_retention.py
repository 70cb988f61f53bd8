"""What is too old goes, once; what is not stays; and who asks to be forgotten is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, insert, select

from ivr.adapters.database.accounts.erase_account import compact, forget
from ivr.adapters.database.accounts.retention import Retention, _lapsed, purge
from ivr.adapters.database.calls import call_tables
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.timestamps import us_of
from ivr.domain.recovery.case import MOVES, OVER, STATES, Case, CaseId, CaseNumber, State
from ivr.domain.recovery.codes import SentCode
from ivr.domain.recovery.factors import Evidence
from ivr.domain.redaction import number_hmac
from ivr.services.case_ports import AuditUnavailable, CaseWork, Outgoing
from ivr.services.ports import StoreUnavailable
from tests.adapters.database.case_kept import KEY, fault_of, on_record, opened, put
from tests.adapters.database.sample import count
from tests.domain.recovery.ready import AT, OPENED, ago, at_state

DAY = 86_400
TICK = timedelta(microseconds=1)
KEPT = Retention()
Cell = str | int | bytes | float | None


@pytest.fixture
def anchor(tmp_path: Path) -> Path:
    return tmp_path / "audit.anchor"


@pytest.fixture
def cases(url: str, anchor: Path) -> Iterator[SqlCases]:
    with opened(url, anchor) as cases:
        yield cases


def store(url: str, table: str, **cells: Cell) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(call_tables.metadata.tables[table]).values(**cells))
    engine.dispose()


def rows(url: str, table: str, *columns: str) -> list[tuple[Cell, ...]]:
    kept = call_tables.metadata.tables[table]
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(
            select(*(kept.c[name] for name in columns)).order_by(*kept.primary_key)
        ).all()
    engine.dispose()
    return [tuple(row) for row in found]


def store_call(url: str, call: str, at: datetime) -> None:
    """Store a call with something in each of its tables."""
    at_us = us_of(at)
    turn: dict[str, Cell] = {"call": call, "leg": call, "turn": 1}
    store(url, "call", id=call, begun_at_us=at_us, ended_at_us=at_us, caller="5e", called="6f", effect_n=1)
    store(url, "reply", **turn, at_us=at_us, document=b"<a/>")
    store(url, "transfer", **turn, part=0, at_us=at_us, line="support", person=0, moment="placed")
    store(url, "primary_answer", **turn, at_us=at_us, is_primary=1, way="key")
    store(url, "leg", id=f"leg of {call}", call=call, line="support", accepted_at_us=at_us)
    store(url, "voicemail", recording=f"RE of {call}", call=call, line="support", at_us=at_us, seconds=9)
    store(url, "transcript", recording=f"RE of {call}", text="call me")
    row: dict[str, Cell] = {
        "version": "v",
        "node": "n",
        "language": "en",
        "judged": "choice",
        "heard": "1",
        "took_ms": 0.1,
    }
    store(url, "journal", **turn, at_us=at_us, **row)


CALL_TABLES = ("call", "journal", "transfer", "primary_answer", "leg", "voicemail", "transcript", "reply")


@pytest.mark.parametrize(
    ("age_s", "left"),
    [
        (DAY - 1, (1, 1, 1, 1, 1, 1, 1, 1)),
        (DAY, (1, 1, 1, 1, 1, 1, 1, 0)),
        (90 * DAY - 1, (1, 1, 1, 1, 1, 1, 1, 0)),
        (90 * DAY, (0, 0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_a_call_goes_after_ninety_days_and_its_replies_after_one(
    cases: SqlCases, url: str, age_s: int, left: tuple[int, ...]
) -> None:
    store_call(url, "CA1", ago(age_s))
    store_call(url, "CA2", ago(1))

    purge(cases, KEPT, at=AT)

    assert tuple(count(url, table) - 1 for table in CALL_TABLES) == left


@pytest.mark.parametrize(
    ("age_s", "left"), [(30 * DAY - 1, ("5e", "6f")), (30 * DAY, (None, None)), (31 * DAY, (None, None))]
)
def test_the_hashes_of_callers_numbers_go_after_thirty_days(
    cases: SqlCases, url: str, age_s: int, left: tuple[str | None, ...]
) -> None:
    store_call(url, "CA1", ago(age_s))

    purge(cases, KEPT, at=AT)

    assert rows(url, "call", "caller", "called") == [left]


def test_a_call_of_which_only_a_turn_was_stored_goes_with_its_last_reply(cases: SqlCases, url: str) -> None:
    for call, age_s in (("CA1", DAY), ("CA2", DAY - 1)):
        store(url, "call", id=call, effect_n=1)
        store(url, "reply", call=call, leg=call, turn=1, at_us=us_of(ago(age_s)), document=None)

    purge(cases, KEPT, at=AT)

    assert rows(url, "call", "id") == [("CA2",)]


@pytest.mark.parametrize(("age_s", "left"), [(DAY - 1, 1), (DAY, 0)])
def test_codes_go_after_a_day(cases: SqlCases, url: str, age_s: int, left: int) -> None:
    asked = ago(age_s)
    code = SentCode(
        case=OPENED.id, call="CA1", contact="p", salt="s", asked_at=asked, expires_at=asked, sends=1
    )
    cases.act(lambda tx: tx.keep_code(code))

    purge(cases, KEPT, at=AT)

    assert count(url, "code") == left


def message(contact: str | None = "p", case: CaseId = OPENED.id, number: str = "o") -> Outgoing:
    return Outgoing(
        id=number,
        channel="mail",
        purpose="notice",
        case=case,
        call="CA1",
        contact=contact,
        language="en",
        details={"event": "verified"},
    )


@pytest.mark.parametrize(
    ("age_s", "state", "left"),
    [
        (30 * DAY - 1, "accepted", ('{"event": "verified"}', "250 queued as 7", "hash")),
        (30 * DAY, "accepted", ("{}", None, "hash")),
        (30 * DAY, "deferred", ('{"event": "verified"}', "250 queued as 7", "hash")),
    ],
)
def test_what_a_message_said_goes_after_thirty_days_and_its_hash_stays(
    cases: SqlCases, url: str, age_s: int, state: str, left: tuple[str | None, ...]
) -> None:
    cases.act(lambda tx: tx.queue(message(), at=ago(age_s)))
    ended = us_of(AT) if state == "accepted" else None
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            case_tables.outbox.update().values(
                state=state, ended_at_us=ended, reply_text="250 queued as 7", body_hash="hash"
            )
        )
    engine.dispose()

    purge(cases, KEPT, at=AT)

    assert rows(url, "outbox", "details", "reply_text", "body_hash") == [left]


def test_counters_that_no_limit_looks_at_go_and_failures_in_a_row_never(cases: SqlCases, url: str) -> None:
    old, new = us_of(ago(DAY)), us_of(ago(DAY - 1))

    def work(tx: CaseWork) -> None:
        tx.keep_moments("account", "old", (old - 5, old))
        tx.keep_moments("account", "new", (old, new))
        tx.keep_moments("caller", "none", ())
        tx.keep_moments("in_a_row", "old", (old,))
        tx.keep_moments("same_hour", "7", (us_of(ago(8 * DAY - 1)),))
        tx.keep_moments("same_hour", "8", (us_of(ago(8 * DAY)),))
        tx.keep_moments("in_a_row", "none", ())

    cases.act(work)
    purge(cases, KEPT, at=AT)

    left = [row for row in rows(url, "tally", "scope", "key") if row[0] != "audit"]
    assert left == [("account", "new"), ("in_a_row", "old"), ("same_hour", "7")]


def numbered(number: int, state: State, **facts: object) -> Case:
    case = replace(
        at_state(state),
        id=CaseId(f"{number:032}"),
        number=CaseNumber(f"9{number:08}"),
        over_at=ago(10) if state in OVER else None,
    )
    return replace(case, **facts)  # type: ignore[arg-type]  # facts of a case


def earlier(case: Case, seconds: float) -> Case:
    """Move all that is known of the case, but when it was opened, so far back."""
    by = timedelta(seconds=seconds)
    moments = {name: at - by for name, at in asdict(case).items() if isinstance(at, datetime)}
    return replace(case, **{**moments, "opened_at": case.opened_at})  # type: ignore[arg-type]  # moments of a case


def test_cases_that_were_open_for_a_day_lapse_and_are_put_on_record(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    states = [state for state in STATES if state != "CLOSED"]
    old = {state: numbered(number, state, opened_at=ago(DAY)) for number, state in enumerate(states)}
    done_at = old["RESET_DONE"].reset_done_at
    assert done_at is not None
    old["RESET_DONE"] = earlier(old["RESET_DONE"], (done_at - ago(72 * 3600)).total_seconds())
    put(url, *old.values())

    gone = purge(cases, KEPT, at=AT)

    found = {state: cases.act(lambda tx, case=case: tx.case(case.id)) for state, case in old.items()}  # type: ignore[misc]  # bound now
    lapsed = {state for state, case in found.items() if case and case.over_at == AT}
    assert lapsed == {state for state in states if "LAPSED" in MOVES[state]}
    assert {case.state for state, case in found.items() if case and state in lapsed} == {"LAPSED"}
    assert {state: case for state, case in found.items() if state not in lapsed} == {
        state: case for state, case in old.items() if state not in lapsed
    }
    assert gone == {"lapsed": 7}
    assert len(on_record(url)) == 7 + 1
    assert fault_of(url, anchor) is None


def test_a_case_that_somebody_moved_meanwhile_does_not_lapse(cases: SqlCases, url: str) -> None:
    put(url, OPENED)
    moved = cases.act(lambda tx: tx.save(replace(OPENED, state="CLAIMED")))

    has_lapsed = _lapsed(cases, OPENED, AT)

    assert not has_lapsed
    assert cases.act(lambda tx: tx.case(OPENED.id)) == moved
    assert on_record(url) == []


def test_a_case_that_is_open_for_less_than_a_day_does_not_lapse(cases: SqlCases, url: str) -> None:
    put(url, replace(OPENED, opened_at=ago(DAY) + TICK))

    assert purge(cases, KEPT, at=AT) == {}


def test_a_case_and_what_it_rests_on_go_two_years_after_it_was_over(cases: SqlCases, url: str) -> None:
    old = replace(OPENED, state="REFUSED", opened_at=ago(730 * DAY), over_at=ago(729 * DAY))
    new = numbered(2, "REFUSED", opened_at=ago(729 * DAY), over_at=ago(728 * DAY))
    put(url, old, new)

    def work(tx: CaseWork) -> None:
        for case in (old, new):
            tx.join(case.id, "CA1", AT)
            tx.prove(case.id, Evidence(factor="phone", call="CA1", at=AT))
            tx.queue(message(case=case.id, number=case.id), at=AT)

    cases.act(work)
    purge(cases, KEPT, at=AT)

    case_of = {"recovery_case": "id", "case_call": "case_id", "evidence": "case_id", "outbox": "case_id"}
    assert {table: rows(url, table, name) for table, name in case_of.items()} == {
        table: [(new.id,)] for table in case_of
    }


def test_a_case_of_no_account_and_what_it_rests_on_go_after_thirty_days(cases: SqlCases, url: str) -> None:
    over = {"account": None, "over_at": ago(29 * DAY)}
    old = numbered(1, "LAPSED", opened_at=ago(30 * DAY), **over)
    new = numbered(2, "LAPSED", opened_at=ago(30 * DAY) + TICK, **over)
    somebody_s = numbered(3, "LAPSED", opened_at=ago(31 * DAY), account="a" * 32, over_at=ago(30 * DAY))
    put(url, old, new, somebody_s)

    def work(tx: CaseWork) -> None:
        for case in (old, new, somebody_s):
            tx.join(case.id, "CA1", AT)
            tx.queue(message(case=case.id, number=case.id), at=AT)

    cases.act(work)
    purge(cases, KEPT, at=AT)

    case_of = {"recovery_case": "id", "case_call": "case_id", "outbox": "case_id"}
    assert {table: sorted(rows(url, table, name)) for table, name in case_of.items()} == {
        table: sorted([(new.id,), (somebody_s.id,)]) for table in case_of
    }


def test_purging_again_lets_nothing_more_go_and_puts_nothing_on_record(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    store_call(url, "CA1", ago(91 * DAY))
    put(url, replace(OPENED, opened_at=ago(2 * DAY)))

    first = purge(cases, KEPT, at=AT)
    recorded = len(on_record(url))
    second = purge(cases, KEPT, at=AT)

    assert set(first) == {
        "lapsed",
        *(f"{table}s" for table in CALL_TABLES if table != "reply"),
        "replies",
        "callers",
    }
    assert second == {}
    assert len(on_record(url)) == recorded == 2
    assert fault_of(url, anchor) is None


def test_more_than_goes_at_once_goes(cases: SqlCases, url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            insert(call_tables.reply),
            [{"call": "CA1", "leg": "CA1", "turn": turn, "at_us": 0} for turn in range(5001)],
        )
    engine.dispose()

    assert purge(cases, KEPT, at=AT) == {"replies": 5001}


@pytest.mark.parametrize(
    ("zone", "local"), [("America/New_York", "2026-03-08T03:30"), ("America/New_York", "2026-11-01T01:30")]
)
def test_a_day_has_twenty_four_hours_where_clocks_are_put_forward_or_back(
    cases: SqlCases, url: str, zone: str, local: str
) -> None:
    asked = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    store(url, "reply", call="CA1", leg="CA1", turn=1, at_us=us_of(asked), document=None)
    shown = [
        (asked.astimezone(UTC) + timedelta(hours=24, seconds=shift)).astimezone(ZoneInfo(zone))
        for shift in (-1, 0)
    ]

    gone = [purge(cases, KEPT, at=at) for at in shown]

    assert gone == [{}, {"replies": 1}]


def test_what_cannot_go_on_record_does_not_lapse(url: str) -> None:
    put(url, replace(OPENED, opened_at=ago(2 * DAY)))

    with opened(url, Path("/dev/full")) as cases, pytest.raises(AuditUnavailable):
        purge(cases, KEPT, at=AT)

    assert rows(url, "recovery_case", "state") == [("OPENED",)]


def hashed(number: str) -> str:
    return number_hmac(KEY.reveal().encode(), number)


def settle(cases: SqlCases, url: str, number: int) -> tuple[str, ...]:
    """Make a customer with a call, a case and messages; give every text that tells who it is."""
    name = f"{number:04}"
    account, phone, mailbox = f"account-{name}", f"phone-{name}", f"mailbox-{name}"
    told = (
        f"4477{name}00",
        f"Zebra Works {name} Ltd",
        f"Zoe Quill {name}",
        f"+1202555{name}",
        f"zoe{name}@zebra.example",
    )
    store(
        url,
        "account",
        id=account,
        number=told[0],
        company=told[1],
        primary_administrator=told[2],
        language="en",
        subaccounts="no",
        tam_name=f"Tam {name}",
        tam_phone=f"+1303555{name}",
        imported_at_us=0,
    )
    address = {phone: ("phone", told[3]), mailbox: ("mailbox", told[4])}
    for contact, (kind, where) in address.items():
        store(
            url, "contact", id=contact, account=account, kind=kind, address=where, added_at_us=0, can_text=1
        )
    call = f"CA{name}"
    store_call(url, call, AT)
    engine = create_engine(url)
    with engine.begin() as connection:
        called = call_tables.call.update().where(call_tables.call.c.id == call)
        connection.execute(called.values(caller=hashed(told[3])))
        spoken = call_tables.transcript.update().where(call_tables.transcript.c.recording == f"RE of {call}")
        connection.execute(spoken.values(text=f"this is {told[2]}, call {told[3]}"))
    engine.dispose()
    case = numbered(number, "CONFIRMED", account=account, phone=phone, mailbox=mailbox, phone_prefix="+1202")

    def work(tx: CaseWork) -> None:
        tx.add(replace(case, notify=f"mail:{mailbox} text:{phone}"))
        tx.join(case.id, call, AT)
        tx.prove(case.id, Evidence(factor="phone", call=call, at=AT, contact=phone))
        tx.queue(message(contact=mailbox, case=case.id, number=f"o{name}"), at=AT)
        for key in (account, phone, hashed(told[3]), f"{hashed(told[3])} {account}"):
            tx.keep_moments("any", key, (us_of(AT),))
        tx.record("case", {"case": case.id, "account": account}, at=AT)

    cases.act(work)
    return (*told, f"Tam {name}", f"+1303555{name}", hashed(told[3]), phone, mailbox)


ERASED = ("account", "contact", "evidence", "outbox", "transcript", "tally")


def test_whoever_is_forgotten_is_gone_from_every_table_and_nobody_else(
    cases: SqlCases, url: str, anchor: Path
) -> None:
    settle(cases, url, 1)
    lone = {table: count(url, table) for table in ERASED}
    settle(cases, url, 2)

    found = forget(cases, "4477000200", hashed=hashed, at=AT)

    kept = cases.act(lambda tx: (tx.case(CaseId(f"{1:032}")), tx.case(CaseId(f"{2:032}"))))
    assert found
    assert {table: count(url, table) for table in ERASED} == lone
    assert rows(url, "account", "number") == [("4477000100",)]
    assert rows(url, "call", "id", "caller") == [("CA0001", hashed("+12025550001")), ("CA0002", None)]
    assert [
        case and (case.state, case.phone, case.mailbox, case.notify, case.phone_prefix) for case in kept
    ] == [
        ("CONFIRMED", "phone-0001", "mailbox-0001", "mail:mailbox-0001 text:phone-0001", "+1202"),
        ("CANCELLED", None, None, "", ""),
    ]
    assert fault_of(url, anchor) is None


def test_a_number_that_nobody_has_erases_nothing(cases: SqlCases, url: str) -> None:
    settle(cases, url, 1)
    recorded = len(on_record(url))

    found = forget(cases, "4477000200", hashed=hashed, at=AT)

    assert not found
    assert (count(url, "account"), len(on_record(url))) == (1, recorded)


def test_of_many_who_are_forgotten_no_byte_is_left_in_the_file(
    sqlite_url: str, database_path: Path, anchor: Path, tmp_path: Path
) -> None:
    with opened(sqlite_url, anchor) as cases:
        told = [settle(cases, sqlite_url, number) for number in range(60)]
        kept, erased = told[:5], told[5:]
        for texts in erased:
            assert forget(cases, texts[0], hashed=hashed, at=AT)
    compact(sqlite_url)

    held = b"".join(file.read_bytes() for file in sorted(tmp_path.glob(f"{database_path.name}*")))
    assert [text for texts in kept for text in texts if text.encode() not in held] == []
    assert [text for texts in erased for text in texts if text.encode() in held] == []
    assert anchor.read_bytes()
    assert fault_of(sqlite_url, anchor) is None


def test_what_cannot_go_on_record_is_not_erased(url: str, anchor: Path) -> None:
    with opened(url, anchor) as cases:
        settle(cases, url, 1)

    with opened(url, Path("/dev/full")) as cases, pytest.raises(AuditUnavailable):
        forget(cases, "4477000100", hashed=hashed, at=AT)

    assert count(url, "account") == 1


def test_a_case_that_was_changed_is_not_cancelled_when_its_customer_is_forgotten(
    cases: SqlCases, url: str
) -> None:
    settle(cases, url, 1)
    case = cases.act(lambda tx: tx.case(CaseId(f"{1:032}")))
    assert case is not None
    cases.act(lambda tx: tx.save(replace(case, state="CHANGED", changed_at=AT)))

    forget(cases, "4477000100", hashed=hashed, at=AT)

    found = cases.act(lambda tx: tx.case(case.id))
    assert found is not None
    assert (found.state, found.changed_at, found.phone) == ("CHANGED", AT, None)


def test_a_file_that_another_process_writes_is_not_compacted_and_that_is_told(
    sqlite_url: str, database_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.adapters.database.accounts.erase_account.LONGEST_WAIT_S", 0)
    with closing(sqlite3.connect(database_path)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        with pytest.raises(StoreUnavailable, match="another process uses"):
            compact(sqlite_url)


def test_a_postgresql_database_is_compacted_too(postgresql_url: str) -> None:
    compact(postgresql_url)

    assert count(postgresql_url, "account") == 0
