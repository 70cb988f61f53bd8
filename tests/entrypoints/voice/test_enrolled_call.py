"""Calls in which a code of an app, or a saved one, takes the place of a code that is sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import select, update

from ivr.adapters.database.cases import case_tables
from ivr.bootstrap.rehearsal import Repeatable
from ivr.domain.recovery.totp import step_of
from ivr.domain.redaction import Secret
from ivr.services.calls.verification.enrolled_factors import (
    app_secret,
    new_saved_codes,
    new_seed,
    opened_seed,
    saved_mac,
    sealed_seed,
)
from ivr.simulator.handset import Handset
from tests.domain.recovery.ready import Facts
from tests.entrypoints.voice.service import MORNING
from tests.security.line import NUMBER, WRONG, Exchange, GuardedLine, guarded_line

FACTORS = ("phone", "mailbox", "app", "saved_codes")
CLOSED, UNKNOWN = "204121", "999111"
APP, SAVED = "3", "4"
WRONG_SAVED = "0" * 20
FRESH = Repeatable()
SEED, CODES = new_seed(FRESH), new_saved_codes(FRESH)
KEY = Secret("k" * 32)
# Source: RFC 6238, appendix B, whose eight digits end with the six that apps show.
RFC_SEED = Secret(b"12345678901234567890".hex())
RFC_CODES = (
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
)


@pytest.fixture(scope="module")
def shared() -> Iterator[GuardedLine]:
    with guarded_line(policy={"factors": FACTORS}) as line:
        yield line


@pytest.fixture
def line(shared: GuardedLine) -> GuardedLine:
    """Give a line on which nobody has called, and two accounts have enrolled."""
    shared.rehearsed.forget_callers()
    shared.exchanges.clear()
    shared.clock.at = MORNING
    for number in (NUMBER, CLOSED):
        enrol(shared, number)
    return shared


def enrol(line: GuardedLine, number: str) -> None:
    account, key = line.account_of(number), line.cases.sender.house.key
    macs = [saved_mac(key, account, code) for code in CODES]
    line.cases.room.cases.act(
        lambda tx: tx.enrolments.enrol(
            account, sealed=sealed_seed(key, SEED, at=MORNING), macs=macs, at=MORNING
        )
    )


def shown_by_app(line: GuardedLine) -> str:
    return TOTP(app_secret(SEED).reveal()).at(line.clock.at)


def type_at(handset: Handset, line: GuardedLine, way: str, code: str | None = None) -> None:
    """Press the key of the way, and type its code at once: the app's of that moment where none is given."""
    handset.listen(0)
    handset.type(way)
    handset.listen(0)
    handset.type(code or shown_by_app(line))


def asked(line: GuardedLine, number: str = NUMBER, *, caller: str = "+14155550199") -> Handset:
    handset = line.handset(caller=caller)
    handset.type(number)
    return handset


def proved(line: GuardedLine, handset: Handset) -> set[str]:
    case = line.case(handset)
    assert case is not None
    return {one.factor for one in line.cases.room.cases.act(lambda tx: tx.evidence(case.id))}


def state(line: GuardedLine, handset: Handset) -> str:
    case = line.case(handset)
    assert case is not None
    return case.state


def renewed(line: GuardedLine) -> list[str]:
    """List the invitations to fresh codes that were ever mailed."""
    kept = case_tables.outbox.c
    query = select(kept.id).where(kept.purpose == "renew")
    return line.cases.database.try_now(lambda connection: list(connection.execute(query).scalars()))


@pytest.mark.parametrize(("at_s", "code"), RFC_CODES)
def test_the_codes_of_the_standard_are_taken_a_step_early_and_a_step_late(at_s: int, code: str) -> None:
    moment = datetime.fromtimestamp(at_s, UTC)

    steps = [
        step_of(app_secret(RFC_SEED), Secret(code), at=moment + timedelta(seconds=30 * off))
        for off in (-2, -1, 0, 1, 2)
    ]

    assert steps == [None, at_s // 30, at_s // 30, at_s // 30, None]


def test_a_seed_is_kept_unreadable_and_no_other_key_opens_it() -> None:
    kept = sealed_seed(KEY, SEED, at=MORNING)

    assert SEED.reveal() not in kept
    assert opened_seed(KEY, kept, at=MORNING) == SEED
    assert opened_seed(Secret("j" * 32), kept, at=MORNING) is None


def test_an_app_s_code_stands_for_the_code_to_the_phone(line: GuardedLine) -> None:
    handset = asked(line)

    type_at(handset, line, APP)
    handset.type(handset.code_from("mail"))

    assert (state(line, handset), proved(line, handset)) == ("VERIFIED", {"app", "mailbox"})


def test_a_saved_code_stands_for_the_code_to_the_mailbox(line: GuardedLine) -> None:
    handset = asked(line)

    handset.type(handset.code_from("text"))
    type_at(handset, line, SAVED, CODES[0].reveal())

    assert (state(line, handset), proved(line, handset)) == ("VERIFIED", {"phone", "saved_code"})


@pytest.mark.parametrize(("is_named", "invitations"), [(False, 1), (True, 0)])
def test_no_invitation_goes_to_a_mailbox_that_counts_in_one_case_alone(
    line: GuardedLine, *, is_named: bool, invitations: int
) -> None:
    handset, at = asked(line), line.clock.at
    case = line.case(handset)
    assert case is not None
    named: Facts = {
        "mailbox": "e" * 32,
        "mailbox_lost": case.mailbox,
        "mailbox_lost_at": at,
        "tam": "sam",
        "tam_asked_by": "ana",
        "tam_asked_at": at,
        "tam_answer": "yes",
        "tam_answered_at": at,
        "other_mailbox": "e" * 32,
        "other_asked_by": "ana",
        "other_asked_at": at,
        "other_named_by": "ben",
        "other_named_at": at,
    }
    line.cases.room.cases.act(lambda tx: tx.save(replace(case, **(named if is_named else {}))))

    before = len(renewed(line))

    handset.type(handset.code_from("text"))
    type_at(handset, line, SAVED, CODES[0].reveal())

    assert state(line, handset) == "VERIFIED"
    assert len(renewed(line)) - before == invitations


def test_app_and_saved_code_together_verify_and_two_of_one_kind_do_not(line: GuardedLine) -> None:
    both, saved = asked(line), asked(line)

    type_at(both, line, APP)
    type_at(both, line, SAVED, CODES[0].reveal())
    type_at(saved, line, SAVED, CODES[1].reveal())
    type_at(saved, line, SAVED, CODES[2].reveal())

    assert (state(line, both), proved(line, both)) == ("VERIFIED", {"app", "saved_code"})
    assert (state(line, saved), proved(line, saved)) == ("CLAIMED", {"saved_code"})


def test_a_code_serves_once_even_in_another_call(line: GuardedLine) -> None:
    first, second = asked(line), asked(line)
    code = shown_by_app(line)

    type_at(first, line, APP, code)
    type_at(second, line, APP, code)
    type_at(first, line, SAVED, CODES[0].reveal())
    type_at(second, line, SAVED, CODES[0].reveal())

    assert proved(line, first) == {"app", "saved_code"}
    assert proved(line, second) == set()


def test_a_code_that_was_typed_with_a_star_before_it_is_taken(line: GuardedLine) -> None:
    handset = asked(line)

    type_at(handset, line, SAVED, f"{'9' * 19}*{CODES[0].reveal()}")

    assert proved(line, handset) == {"saved_code"}


def test_three_wrong_ones_of_any_kind_end_at_a_person_and_are_counted(line: GuardedLine) -> None:
    handset = asked(line)

    type_at(handset, line, APP, WRONG)
    type_at(handset, line, SAVED, WRONG_SAVED)
    assert handset.waits_for_entry
    type_at(handset, line, APP, WRONG)

    account = line.account_of(NUMBER)
    failures = line.cases.room.cases.act(lambda tx: tx.moments("account", account))
    assert "I could not verify you" in " ".join(one.words for one in handset.heard)
    assert len(failures) == 3
    assert state(line, handset) == "CLAIMED"


def test_nothing_that_a_closed_account_enrolled_proves_anything(line: GuardedLine) -> None:
    handset = asked(line, CLOSED)

    type_at(handset, line, APP)
    type_at(handset, line, SAVED, CODES[0].reveal())

    assert (state(line, handset), proved(line, handset)) == ("CLAIMED", set())


def test_while_an_account_is_paused_an_app_s_code_proves_nothing_and_is_not_used_up(
    line: GuardedLine,
) -> None:
    for caller in ("+14155550151", "+14155550152"):
        guessing = asked(line, caller=caller)
        while guessing.waits_for_entry:
            guessing.type(WRONG)
    handset = asked(line)

    type_at(handset, line, APP)

    account = line.account_of(NUMBER)
    app = line.cases.room.cases.act(lambda tx: tx.enrolments.app(account))
    assert proved(line, handset) == set()
    assert app is not None
    assert app.last_step == 0


def test_a_seed_that_another_key_sealed_proves_nothing(line: GuardedLine) -> None:
    account = line.account_of(NUMBER)
    with line.cases.database.engine.begin() as connection:
        connection.execute(
            update(case_tables.app)
            .where(case_tables.app.c.account == account)
            .values(sealed=sealed_seed(KEY, SEED, at=MORNING))
        )
    handset = asked(line)

    type_at(handset, line, APP)
    type_at(handset, line, APP, TOTP("A" * 32).at(line.clock.at))

    assert proved(line, handset) == set()


def dialogue(line: GuardedLine, number: str, *ways: str) -> list[Exchange]:
    """Call, and type a wrong code by each way in turn; "" types it where the line waits."""
    line.rehearsed.forget_callers()
    line.clock.at = MORNING
    line.exchanges.clear()
    handset = asked(line, number)
    for way in ways:
        if way:
            type_at(handset, line, way, WRONG_SAVED if way == SAVED else WRONG)
        else:
            handset.listen(0)
            handset.type(WRONG)
    handset.hang_up()
    return list(line.exchanges)


@pytest.mark.parametrize("ways", [(APP, SAVED, APP), (SAVED, "", APP), ("", APP, SAVED)])
@pytest.mark.parametrize("number", [NUMBER, CLOSED, "204119", "204118"])
def test_who_has_enrolled_cannot_be_told_by_words_or_work(
    line: GuardedLine, number: str, ways: tuple[str, ...]
) -> None:
    nobody = dialogue(line, UNKNOWN, *ways)

    somebody = dialogue(line, number, *ways)

    assert any(b"I could not verify you" in each.reply for each in nobody)
    assert [each.alike for each in somebody] == [each.alike for each in nobody]
    assert [each.statements for each in somebody] == [each.statements for each in nobody]
