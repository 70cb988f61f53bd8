"""POST /product/events: what the product says happened, believed only where it signs it, and once."""

import hashlib
import hmac
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from ivr.adapters.clock import ManualClock
from ivr.adapters.database.audit.audit_store import Anchor, records
from ivr.adapters.database.cases import case_tables
from ivr.adapters.database.cases.permit_store import product_told
from ivr.domain.recovery.audit_chain import first_fault
from ivr.domain.recovery.case import STATES, Case, State
from ivr.domain.redaction import Secret
from ivr.entrypoints.product_events.event_webhook import MAX_BODY_BYTES, ProductEvents
from ivr.entrypoints.product_events.events_app import events_app
from ivr.services.desk.product.ask_product import Ordered
from ivr.services.desk.product.change_permit import PERMIT_S, permit_number
from ivr.services.desk.product.manual_steps import Recording
from ivr.services.desk.product.product_events import CLOCKS_S, Telling
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET, ago, at_state
from tests.services.desk.office import KEY, NUMBER, Office, later, opened_office

SECRET = Secret("secret-of-both-sides-" * 2)
AGENT = "agent-1"
ACCOUNT = TO_CHANGE.account
SECOND = timedelta(seconds=1)
NOW = later(30)
REQUESTED = replace(TO_RESET, state="RESET_REQUESTED", reset_requested_at=ago(50))
RESET_DONE = replace(TO_RELEASE, subaccount_login_at=None)
OLD_ENOUGH = ago(50 + CLOCKS_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    office: Office
    app: Flask
    clock: ManualClock

    def send(
        self,
        body: bytes,
        *,
        at: datetime | None = None,
        secret: Secret = SECRET,
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        stamp = str(int((at or self.clock.now()).timestamp()))
        stamped = {"X-IVR-Timestamp": stamp, "X-IVR-Signature": signature(stamp, body, secret)}
        given_ = {**stamped, **(headers or {})}
        return self.app.test_client().post("/product/events", data=body, headers=given_)

    def tell(self, what: str, **said: Any) -> int:
        """Send an event of the case, signed now, and give the status; no answer has a body."""
        reply = self.send(event(what, **said))
        assert reply.data == b""
        return reply.status_code

    def audit(self) -> list[dict[str, Any]]:
        return [json.loads(row.body) for row in self.office.rows(select(case_tables.audit.c.body))]

    def told(self) -> int:
        return int(self.office.rows(select(func.count()).select_from(product_told))[0][0])


def signature(stamp: str, body: bytes, secret: Secret) -> str:
    """Sign as the interface says: the time, and what is sent, a line each."""
    return hmac.new(secret.reveal().encode(), f"{stamp}\n".encode() + body, hashlib.sha256).hexdigest()


SAID: dict[str, dict[str, Any]] = {
    "reset_done": {"reference": "R-1", "at": ago(40)},
    "subaccount_login": {"interactive": True, "subaccount_created_at": OLD_ENOUGH, "at": later(10)},
    "change_done": {"reference": "R-2", "permit": "", "at": later(10)},
    "released": {"reference": "R-3", "at": later(20)},
}


def event(what: str, **said: Any) -> bytes:
    named = {"id": f"evt-{what}", "what": what, "case": NUMBER, "account": ACCOUNT, **SAID[what], **said}
    if named.get("permit") == "":
        named["permit"] = permit_number(KEY, case=TO_CHANGE.id).reveal()
    return json.dumps(named, default=lambda value: value.isoformat()).encode()


FITS = {
    ("RESET_REQUESTED", "reset_done"),
    ("RESET_DONE", "subaccount_login"),
    ("RELEASED", "released"),
    # In these two what is told is judged by its permit.
    ("CHANGED", "change_done"),
    ("CLOSED", "change_done"),
}
MISFITS = [(state, what) for state in STATES for what in SAID if (state, what) not in FITS]


@pytest.fixture
def listener(tmp_path: Path, no_cases: Path) -> Iterator[Listener]:
    with opened_office(Path(shutil.copy(no_cases, tmp_path / "cases.db"))) as office:
        clock = ManualClock(NOW)
        desk = office.desk
        telling = Telling(
            cases=office.cases, directory=desk.directory, policy=desk.policy, key=KEY, fresh=desk.fresh
        )
        app = events_app(ProductEvents(telling=telling, secret=SECRET, clock=clock))
        yield Listener(office=office, app=app, clock=clock)


def test_the_whole_way_of_a_reset_is_walked_by_what_the_product_says(listener: Listener) -> None:
    listener.office.put(REQUESTED)

    assert listener.tell("reset_done") == 204
    assert listener.office.case().reset_done_at == ago(40)
    assert listener.tell("subaccount_login") == 204
    assert listener.office.case().subaccount_login_at == later(10)
    listener.office.desk.release(NUMBER, AGENT, at=later(15))
    assert listener.tell("released") == 204

    assert (listener.office.case().state, listener.office.case().over_at) == ("CLOSED", NOW)
    assert [
        (one["outcome"], one["reason"]) for one in listener.audit() if one["actor"] == "system:product"
    ] == [
        ("RESET_DONE", "reset_done"),
        ("subaccount_login", "subaccount_login"),
        ("CLOSED", "released"),
    ]
    found = listener.office.database.try_now(
        lambda connection: first_fault(
            KEY, records(connection), anchors=tuple(Anchor(listener.office.anchor).kept())
        )
    )
    assert found is None


def test_a_change_that_was_done_uses_its_permit_up_and_closes_the_case(listener: Listener) -> None:
    listener.office.put(TO_CHANGE)
    listener.office.desk.change(NUMBER, AGENT, at=AT)

    assert listener.tell("change_done") == 204

    permit = listener.office.cases.act(lambda tx: tx.permits.permit(TO_CHANGE.id))
    assert permit is not None
    assert (permit.used_at, permit.reference) == (later(10), "R-2")
    assert listener.office.case().state == "CLOSED"
    assert listener.tell("change_done", id="evt-again") == 400


@pytest.mark.parametrize(
    ("ready", "what"), [(TO_CHANGE, "change_done"), (TO_RELEASE, "released")], ids=["change", "release"]
)
def test_an_agent_who_closed_the_case_first_makes_no_alarm(
    listener: Listener, ready: Case, what: str
) -> None:
    listener.office.put(ready)
    desk = listener.office.desk
    (desk.change if what == "change_done" else desk.release)(NUMBER, AGENT, at=AT)
    act: Ordered = "change" if what == "change_done" else "release"
    failed = {"is_done": False, "done_at": AT, "reference": ""}
    Recording(desk=desk).record(NUMBER, AGENT, act, at=AT, **failed)  # type: ignore[arg-type]  # by name
    closed = desk.close(NUMBER, AGENT, at=later(1))

    assert listener.tell(what) == 204
    assert listener.office.case() == closed


@pytest.mark.parametrize("what", SAID)
def test_an_event_is_believed_once_however_often_it_comes(listener: Listener, what: str) -> None:
    desk = listener.office.desk
    ready = {"reset_done": REQUESTED, "subaccount_login": RESET_DONE, "released": TO_RELEASE}
    listener.office.put(ready.get(what, TO_CHANGE))
    if what in ("change_done", "released"):
        (desk.change if what == "change_done" else desk.release)(NUMBER, AGENT, at=AT)
    assert listener.tell(what) == 204
    on_record = listener.audit()

    listener.clock.advance(3600)
    assert [listener.tell(what) for _ in range(3)] == [204, 204, 204]

    assert (listener.audit(), listener.told()) == (on_record, 1)


def test_something_else_under_the_same_id_is_refused(listener: Listener) -> None:
    listener.office.put(REQUESTED)
    assert listener.tell("reset_done") == 204

    assert listener.tell("reset_done", reference="R-9") == 400
    assert listener.tell("subaccount_login", id="evt-reset_done") == 400
    assert listener.office.case().subaccount_login_at is None


@pytest.mark.parametrize(("state", "what"), MISFITS)
def test_an_event_that_the_table_has_no_move_for_changes_nothing(
    listener: Listener, state: State, what: str
) -> None:
    case = listener.office.put(at_state(state))

    assert listener.tell(what) == 400

    assert listener.office.case() == case
    assert listener.told() == 0
    assert [(one["kind"], one["outcome"]) for one in listener.audit()] == [("case_refused", what)]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"at": ago(40)}, id="at the moment of the reset"),
        pytest.param({"at": ago(41)}, id="before the reset"),
        pytest.param({"at": NOW + SECOND}, id="in the future"),
        pytest.param({"subaccount_created_at": OLD_ENOUGH + SECOND}, id="maybe younger than the request"),
        pytest.param({"subaccount_created_at": later(5)}, id="made after the reset"),
        pytest.param({"account": "b" * 32}, id="another account's"),
        pytest.param({"account": "204118"}, id="a number that nobody has"),
        pytest.param({"case": "900000009"}, id="no case"),
    ],
)
def test_a_login_that_proves_nothing_releases_nothing(listener: Listener, wrong: dict[str, Any]) -> None:
    listener.office.put(RESET_DONE)

    assert listener.tell("subaccount_login", **wrong) == 400
    assert listener.office.case() == RESET_DONE
    assert listener.tell("subaccount_login") == 204


@pytest.mark.parametrize("state", STATES)
def test_a_login_by_a_program_is_taken_and_changes_nothing_whatever_the_case_is(
    listener: Listener, state: State
) -> None:
    case = listener.office.put(at_state(state))

    assert [listener.tell("subaccount_login", interactive=False) for _ in range(2)] == [204, 204]

    assert listener.office.case() == case
    assert [(one["kind"], one["outcome"], one["reason"]) for one in listener.audit()] == [
        ("product", "subaccount_login", "no person logged in")
    ]
    assert listener.office.cases.act(lambda tx: tx.desk.last_change(case.id)) is None


def test_a_login_by_a_program_leaves_a_persons_to_count(listener: Listener) -> None:
    listener.office.put(RESET_DONE)

    assert listener.tell("subaccount_login", id="evt-1", interactive=False) == 204
    assert listener.tell("subaccount_login", id="evt-2") == 204

    assert listener.office.case().subaccount_login_at == later(10)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"account": "b" * 32}, id="another account"),
        pytest.param({"case": "900000009"}, id="another case"),
        pytest.param({"at": NOW + SECOND}, id="in the future"),
    ],
)
def test_a_login_by_a_program_that_is_about_no_case_of_ours_is_refused(
    listener: Listener, wrong: dict[str, Any]
) -> None:
    listener.office.put(RESET_DONE)

    assert listener.tell("subaccount_login", interactive=False, **wrong) == 400


def test_a_later_login_leaves_the_first_one_standing(listener: Listener) -> None:
    listener.office.put(RESET_DONE)
    assert listener.tell("subaccount_login") == 204
    first = listener.office.case()

    assert listener.tell("subaccount_login", id="evt-2", at=later(11)) == 204
    assert listener.office.case() == first


@pytest.mark.parametrize(
    ("ready", "what", "wrong"),
    [
        pytest.param(REQUESTED, "reset_done", {"at": ago(51)}, id="a reset before it was asked for"),
        pytest.param(REQUESTED, "reset_done", {"at": NOW + SECOND}, id="a reset in the future"),
        pytest.param(TO_RELEASE, "released", {"at": ago(CLOCKS_S + 1)}, id="a release before it was allowed"),
        pytest.param(TO_CHANGE, "change_done", {"permit": "00000-00000-00000-00000"}, id="no permit of ours"),
        pytest.param(
            TO_CHANGE, "change_done", {"at": AT + timedelta(seconds=PERMIT_S + 1)}, id="a permit that ran out"
        ),
    ],
)
def test_an_act_at_a_wrong_time_or_without_its_permit_is_refused(
    listener: Listener, ready: Case, what: str, wrong: dict[str, Any]
) -> None:
    listener.office.put(ready)
    if what in ("released", "change_done"):
        desk = listener.office.desk
        (desk.release if what == "released" else desk.change)(NUMBER, AGENT, at=AT)
    before = listener.office.case()
    listener.clock.at = NOW if what == "reset_done" else later(120)

    assert listener.tell(what, **wrong) == 400
    assert listener.office.case() == before
    assert listener.audit()[-1]["kind"] == "case_refused"


@pytest.mark.parametrize(("seconds", "status"), [(-1, 204), (0, 400), (1, 400)])
def test_a_login_three_days_after_the_reset_is_too_late(
    listener: Listener, seconds: int, status: int
) -> None:
    listener.office.put(RESET_DONE)
    at = ago(40) + timedelta(hours=72) + seconds * SECOND
    listener.clock.at = at + timedelta(minutes=1)

    assert listener.tell("subaccount_login", at=at) == status
    assert (listener.office.case().subaccount_login_at == at) is (status == 204)


def test_who_asked_is_told_what_is_waited_for_once_the_product_says_that_the_reset_is_done(
    listener: Listener,
) -> None:
    listener.office.put(replace(REQUESTED, notify="mail:m1 text:p1"))

    for _ in range(2):
        listener.tell("reset_done")

    told = [json.loads(details) for _, _, details in listener.office.notices()]
    until = (ago(40) + timedelta(hours=72)).isoformat()
    assert told == [{"event": "waiting", "number": NUMBER, "until": until}] * 2


def test_the_product_may_name_an_account_by_its_subscription_number(listener: Listener) -> None:
    account = listener.office.account()
    listener.office.put(replace(REQUESTED, account=account.id))

    assert listener.tell("reset_done", account="204117") == 204
    assert listener.office.case().state == "RESET_DONE"


@pytest.mark.parametrize(("seconds", "status"), [(-300, 204), (-301, 401), (300, 204), (301, 401)])
def test_what_was_signed_longer_than_five_minutes_ago_is_not_heard(
    listener: Listener, seconds: int, status: int
) -> None:
    listener.office.put(REQUESTED)

    reply = listener.send(event("reset_done"), at=NOW + seconds * SECOND)

    assert (reply.status_code, reply.data) == (status, b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-IVR-Signature", ""),
        ("X-IVR-Signature", "0" * 64),
        ("X-IVR-Signature", "\u00e9" * 64),
        ("X-IVR-Timestamp", ""),
        ("X-IVR-Timestamp", "now"),
        ("X-IVR-Timestamp", "1764007200.0"),
        ("X-IVR-Timestamp", "-764007200"),
        ("X-IVR-Timestamp", "\u0661764007200"[:10].encode("utf-8").decode("latin-1")),
        ("X-IVR-Timestamp", "9" * 5000),
    ],
)
def test_a_signature_or_a_time_that_is_none_is_refused(listener: Listener, name: str, value: str) -> None:
    listener.office.put(REQUESTED)

    reply = listener.send(event("reset_done"), headers={name: value})

    assert (reply.status_code, reply.data) == (401, b"")
    assert listener.office.case() == REQUESTED


def test_who_does_not_sign_learns_nothing(listener: Listener) -> None:
    listener.office.put(REQUESTED)
    client = listener.app.test_client()

    replies = [
        client.post("/product/events", data=event("reset_done")),
        client.post("/product/events", data=b""),
        client.post("/product/events", data=b"{"),
        listener.send(event("reset_done"), secret=Secret("another secret of thirty-two bytes")),
        listener.send(event("reset_done", case="900000009"), secret=Secret("another")),
    ]

    assert {(reply.status_code, reply.data) for reply in replies} == {(401, b"")}
    assert listener.audit() == []


@pytest.mark.parametrize(
    ("headers", "seconds", "reason"),
    [
        ({"X-IVR-Signature": "0" * 64}, 0, "bad_signature"),
        ({"X-IVR-Signature": ""}, 0, "missing_signature"),
        ({}, 301, "not_timely"),
    ],
)
def test_why_an_event_is_refused_is_told_five_times_a_minute_and_nothing_of_it(
    listener: Listener, headers: dict[str, str], seconds: int, reason: str
) -> None:
    with capture_logs() as logs:
        for _ in range(9):
            listener.send(event("reset_done"), headers=headers, at=NOW - timedelta(seconds=seconds))

    told = [(one["event"], one["reason"]) for one in logs]
    assert told == [("product_event_unsigned", reason)] * 5
    assert not any(str(secret) in str(logs) for secret in (NUMBER, ACCOUNT, "R-1", "0000"))


def test_a_signature_fits_its_own_time_and_body_alone(listener: Listener) -> None:
    listener.office.put(REQUESTED)
    stamp = str(int(NOW.timestamp()))
    headers = {"X-IVR-Timestamp": stamp, "X-IVR-Signature": signature(stamp, event("reset_done"), SECRET)}
    moved = {**headers, "X-IVR-Timestamp": str(int(stamp) + 1)}
    client = listener.app.test_client()

    replies = [
        client.post("/product/events", data=event("reset_done") + b" ", headers=headers),
        client.post("/product/events", data=event("reset_done"), headers=moved),
    ]

    assert [reply.status_code for reply in replies] == [401, 401]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="an empty object"),
        pytest.param(b"[" * 4000, id="nested without an end"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(event("reset_done") + b"x" * MAX_BODY_BYTES, id="too long"),
        pytest.param(event("reset_done").replace(b"reset_done", b"reset_begun"), id="an unknown event"),
        pytest.param(event("reset_done", at="2026-11-24T18:00:00"), id="a time without a zone"),
        pytest.param(event("reset_done", at=1764007200), id="a number for a time"),
        pytest.param(event("reset_done", case=900000001), id="a number for a case"),
        pytest.param(event("reset_done", case="800000001"), id="no number of a case"),
        pytest.param(event("reset_done", id=""), id="no id"),
        pytest.param(event("reset_done", id="i" * 65), id="too long an id"),
        pytest.param(event("reset_done", reference="ann@northwind.example"), id="an address for a reference"),
        pytest.param(event("reset_done", account="ann@northwind.example"), id="an address for an account"),
        pytest.param(event("subaccount_login", interactive="true"), id="a text for yes or no"),
        pytest.param(event("subaccount_login", interactive=1), id="a number for yes or no"),
        pytest.param(event("subaccount_login", subaccount_created_at=None), id="no age"),
        pytest.param(event("change_done", permit="1"), id="no number of a permit"),
        pytest.param(event("reset_done")[:-1] + b', "case": "900000002"}', id="two cases"),
    ],
)
def test_what_is_signed_and_malformed_is_refused_and_shown_nowhere(
    listener: Listener, body: bytes, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    listener.office.put(REQUESTED)

    reply = listener.send(body)

    assert (reply.status_code, reply.data) == (400, b"")
    assert listener.office.case() == REQUESTED
    shown = f"{caplog.text}{capsys.readouterr()}"
    assert "northwind" not in shown
    assert SECRET.reveal() not in shown


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_no_other_method_is_heard(listener: Listener, method: str) -> None:
    assert listener.app.test_client().open("/product/events", method=method).status_code == 405


def test_a_store_that_is_away_asks_for_another_try(listener: Listener) -> None:
    listener.office.put(REQUESTED)
    with listener.office.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE product_told RENAME TO gone")

    reply = listener.send(event("reset_done"))

    assert (reply.status_code, reply.data, reply.headers["Retry-After"]) == (503, b"", "30")
    stored = listener.office.rows(select(case_tables.recovery_case.c.state))
    assert [row.state for row in stored] == ["RESET_REQUESTED"]


_NAMES = st.sampled_from(["id", "what", "case", "account", "at", "reference", "interactive", "permit"])
_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from([*SAID, NUMBER, ACCOUNT, AT.isoformat(), "R-1"])
    | st.lists(st.text(max_size=3), max_size=3)
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    body=st.binary(max_size=200)
    | st.dictionaries(_NAMES, _VALUES).map(lambda said: json.dumps(said).encode())
    | st.tuples(st.sampled_from(sorted(SAID)), st.dictionaries(_NAMES, _VALUES, max_size=2)).map(
        lambda drawn: event(drawn[0], **{name: value for name, value in drawn[1].items() if name != "what"})
    )
)
def test_no_signed_body_ever_releases_a_case_or_changes_an_account(listener: Listener, body: bytes) -> None:
    if listener.office.cases.act(lambda tx: tx.case_numbered(NUMBER)) is None:
        listener.office.put(RESET_DONE)

    reply = listener.send(body)

    case = listener.office.case()
    assert (reply.status_code in (204, 400), reply.data) == (True, b"")
    assert (case.state, case.released_at, case.changed_at) == ("RESET_DONE", None, None)
    assert case.subaccount_login_at is None or case.subaccount_login_at > ago(40)
