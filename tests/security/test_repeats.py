"""Webhooks of a caller who is being verified are repeated, or replayed by somebody: all count once."""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from ivr.adapters.database.calls.call_tables import metadata
from ivr.adapters.database.cases import case_tables
from ivr.bootstrap.rehearsal import RehearsalLine
from ivr.simulator.conversation import read_conversation
from ivr.simulator.play import play
from tests.entrypoints.voice.service import post
from tests.security.line import NUMBER, ROOT, WRONG, Fields, GuardedLine, Send, filed_line, guarded_line
from tests.sizes import fuzzed

MOST_COPIES = 5
_CASE_TABLES = ("recovery_case", "case_call", "evidence", "code", "tally", "outbox", "audit")

Shape = dict[str, Counter[object]]


def _shape(line: GuardedLine, since: int) -> Shape:
    """What is stored, but for moments and names of one call alone. since: the records before it."""
    with line.cases.database.engine.connect() as connection:
        cases = connection.execute(select(case_tables.recovery_case)).mappings().all()
        records = connection.execute(
            select(case_tables.audit.c.body).where(case_tables.audit.c.seq > since)
        ).scalars()
        messages = connection.execute(select(case_tables.outbox)).mappings().all()
        tallies = connection.execute(select(case_tables.tally)).mappings().all()
        codes = connection.execute(select(case_tables.code)).mappings().all()
        proved = connection.execute(select(case_tables.evidence)).mappings().all()
        joined = connection.execute(select(case_tables.case_call)).mappings().all()
        said = [json.loads(body) for body in records]
    return {
        "cases": Counter((row["state"], row["path"], row["version"]) for row in cases),
        "calls": Counter((row["wrong"], row["is_primary"]) for row in joined),
        "audit": Counter((one["kind"], one.get("outcome"), one.get("factor")) for one in said),
        "outbox": Counter((row["purpose"], row["channel"], row["state"]) for row in messages),
        "tally": Counter((row["scope"], len(row["moments"].split())) for row in tallies),
        "code": Counter((row["sends"], row["checks"], row["used_at_us"] is None) for row in codes),
        "evidence": Counter(row["factor"] for row in proved),
    }


def _records(line: GuardedLine) -> int:
    return len(line.audited())


def _again_and_again(dice: random.Random, pool: ThreadPoolExecutor) -> Send:
    """Send each webhook two to five times, some at once, and some of the earlier ones beside it."""
    sent: list[tuple[str, Fields]] = []

    def send(line: RehearsalLine, path: str, fields: Fields) -> TestResponse:
        copies = [(path, fields)] * dice.randint(2, MOST_COPIES)
        late = [dice.choice(sent) for _ in range(dice.randint(0, 2))] if sent else []
        replies = list(pool.map(lambda webhook: post(line, *webhook), [*copies, *late]))
        assert {reply.status_code for reply in replies} == {200}
        assert len({reply.get_data() for reply in replies[: len(copies)]}) == 1
        sent.append((path, fields))
        return replies[0]

    return send


@pytest.mark.parametrize(
    "name", ["change", "reset", "one-right", "taken-up", "this-phone", "wrong-codes", "young-mailbox"]
)
@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.fuzz) for seed in range(2, 2 + fuzzed(38)))]
)
def test_repeated_webhooks_leave_what_single_ones_leave(name: str, seed: int) -> None:
    path = ROOT / f"menus/calls/recovery-{name}.yaml"
    document, conversation, _ = read_conversation(path.name, path.read_bytes())
    assert conversation is not None
    dice = random.Random(seed)  # noqa: S311 -- the same in every run
    shapes: list[Shape] = []
    with guarded_line(at=conversation.at) as line, ThreadPoolExecutor(MOST_COPIES + 2) as pool:
        for number, send in enumerate((post, _again_and_again(dice, pool))):
            line.rehearsed.forget_callers()
            line.clock.at, line.send, since = conversation.at, send, _records(line)
            assert play(document, conversation, line, number=10 * number).fault is None
            shapes.append(_shape(line, since))

    once, often = shapes
    assert sum(once["audit"].values()) > 3
    assert often == once
    assert once["outbox"][("disclaimer", "mail", "accepted")] <= 1


def test_a_disclaimer_is_queued_once_however_often_the_key_arrives() -> None:
    dice = random.Random(7)  # noqa: S311 -- the same in every run
    with guarded_line() as line, ThreadPoolExecutor(MOST_COPIES + 2) as pool:
        line.send = _again_and_again(dice, pool)
        handset = line.verified()
        handset.press(handset.named_key())

        assert _shape(line, 0)["outbox"][("disclaimer", "mail", "accepted")] == 1
        assert _shape(line, 0)["audit"][("case", "CONFIRMED", None)] == 1


def test_a_call_that_was_captured_and_is_replayed_later_changes_nothing() -> None:
    with filed_line() as line:
        line.verified().hang_up()
        failing = line.handset(caller="+14155550177")
        failing.type(NUMBER)
        failing.type(WRONG)
        failing.hang_up()
        captured, before = list(line.exchanges), _rows(line)
        for wait_s in (1, 600, 86_400):
            line.clock.advance(wait_s)
            replies = [post(line.rehearsed, each.path, each.fields) for each in captured]

            assert {reply.status_code for reply in replies} == {200}
            assert _rows(line) == before


def _rows(line: GuardedLine) -> dict[str, list[str]]:
    """Every row of cases and what belongs to them. The sender shows no life, and so changes nothing."""
    tables = [metadata.tables[name] for name in _CASE_TABLES]
    with line.cases.database.engine.connect() as connection:
        return {table.name: sorted(map(str, connection.execute(select(table)))) for table in tables}
