"""Nobody learns by telephone who was issued a PIN, or whether the one that was typed is right."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from argon2 import PasswordHasher

from ivr.domain.recovery.enrollment import PinWay
from tests.pins.pinned import PIN, WRONG_PIN, asked_for_pin, begun, issue, pinned_line
from tests.security.line import NUMBER, WRONG, Exchange, GuardedLine

UNKNOWN, WITHOUT, CLOSED, NO_PHONE = "999111", "204118", "204121", "204119"


@pytest.fixture(scope="module")
def line() -> Iterator[GuardedLine]:
    with pinned_line() as line:
        for number in (NUMBER, CLOSED):
            issue(line, number)
        yield line


def dialogue(line: GuardedLine, number: str, pin: str, *, after: int = 0) -> list[Exchange]:
    """Call and type a PIN, "" for pound alone, and then wrong codes until nobody asks for any.

    after: so many calls like it were made just before, from other numbers. Gives the last one's exchanges.
    """
    begun(line)
    for last in range(after + 1):
        line.exchanges.clear()
        handset = asked_for_pin(line, number, caller=f"+1415555015{last}")
        handset.type(pin)
        while not handset.is_over and handset.waits_for_entry:
            handset.type(WRONG)
        handset.hang_up()
    return list(line.exchanges)


def told(exchanges: list[Exchange]) -> list[tuple[bytes, int]]:
    """Give what the caller heard, and the work of everything; an agent hears the digits of each case."""
    return [(each.alike, each.statements) for each in exchanges]


@pytest.mark.parametrize(
    ("number", "pin"),
    [(WITHOUT, PIN), (NUMBER, WRONG_PIN), (NUMBER, PIN), (CLOSED, PIN), (NO_PHONE, WRONG_PIN)],
    ids=["no PIN was issued", "a wrong PIN", "the right PIN", "a closed account", "no telephone on file"],
)
def test_whoever_types_a_pin_hears_and_costs_the_same_until_the_end(
    line: GuardedLine, number: str, pin: str
) -> None:
    nobody = dialogue(line, UNKNOWN, PIN)

    somebody = dialogue(line, number, pin)

    assert any(b"I could not verify you" in each.reply for each in nobody)
    assert told(somebody) == told(nobody)


@pytest.mark.parametrize("number", [WITHOUT, NUMBER, CLOSED, NO_PHONE])
def test_whoever_types_none_hears_and_costs_the_same_until_the_end(line: GuardedLine, number: str) -> None:
    nobody = dialogue(line, UNKNOWN, "")

    somebody = dialogue(line, number, "")

    assert any(b"I could not verify you" in each.reply for each in nobody)
    assert told(somebody) == told(nobody)


def test_a_paused_account_s_right_pin_sounds_and_works_as_anybody_s(line: GuardedLine) -> None:
    nobody = dialogue(line, UNKNOWN, WRONG_PIN, after=1)

    paused = dialogue(line, NUMBER, WRONG_PIN, after=1)

    assert 3 <= len(line.failures(line.account_of(NUMBER))) < 6
    assert told(paused) == told(nobody)


@pytest.mark.parametrize(
    ("number", "pin"), [(UNKNOWN, PIN), (WITHOUT, PIN), (NUMBER, WRONG_PIN), (NUMBER, PIN), (CLOSED, PIN)]
)
def test_a_typed_pin_is_compared_exactly_once_whoever_s_it_is(
    line: GuardedLine, number: str, pin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str | bytes, password: str | bytes) -> bool:
        compared.append(str(hashed))
        return bool(verify(self, hashed, password))

    begun(line)
    handset = asked_for_pin(line, number)
    monkeypatch.setattr(PasswordHasher, "verify", counted)

    handset.type(pin)

    assert len(compared) == 1
    assert compared[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_while_a_pin_is_compared_its_try_is_counted_already_and_others_may_write(
    line: GuardedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = line.account_of(NUMBER)
    seen: list[int] = []
    verify = PasswordHasher.verify

    def looking(self: PasswordHasher, hashed: str | bytes, password: str | bytes) -> bool:
        # Reading a counter writes it: on SQLite this waits where the database is held.
        seen.append(len(line.failures(account)))
        return bool(verify(self, hashed, password))

    begun(line)
    handset = asked_for_pin(line, NUMBER)
    monkeypatch.setattr(PasswordHasher, "verify", looking)

    handset.type(PIN)

    assert seen == [1]
    assert line.failures(account) == ()


def test_a_pin_is_asked_of_everybody_by_keys_alone(line: GuardedLine) -> None:
    replies = [each.reply for each in dialogue(line, UNKNOWN, WRONG_PIN) if b"issued a PIN" in each.reply]

    (document,) = [ET.fromstring(reply) for reply in replies]  # noqa: S314 -- our own document
    gather = document.find("Gather")
    assert gather is not None
    assert (gather.get("input"), gather.get("finishOnKey"), gather.get("timeout")) == ("dtmf", "#", "10")
    assert "numDigits" not in gather.attrib
    assert "If you were never given one, press pound." in " ".join(document.itertext())


@pytest.mark.parametrize("way", ["letter", "mail"])
def test_how_a_pin_was_delivered_cannot_be_told_from_words_or_work(line: GuardedLine, way: PinWay) -> None:
    issue(line, NUMBER, way=way)

    assert told(dialogue(line, NUMBER, PIN)) == told(dialogue(line, UNKNOWN, PIN))
