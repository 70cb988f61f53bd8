"""How often a PIN may be guessed: never more than a code, however it is asked, and never all at once."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from argon2 import PasswordHasher

from ivr.domain.redaction import Secret
from ivr.services.calls.verification.pin_hashes import PinHashes, TooManyPins
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import post, usual
from tests.pins.pinned import PIN, WRONG_PIN, asked_for_pin, begun, issue, pinned_line
from tests.security.line import NUMBER, GuardedLine

GUESSES, TRIES, AT_ONCE = 50, 3, 4
KEY = Secret("k" * 32)


@pytest.fixture
def line() -> Iterator[GuardedLine]:
    with pinned_line() as line:
        issue(line, NUMBER)
        yield begun(line)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note at every comparison how many go on at that moment."""
    running, lock, noted = [0], Lock(), []  # type: tuple[list[int], Lock, list[int]]
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, hashed: str | bytes, password: str | bytes) -> bool:
        with lock:
            running[0] += 1
            noted.append(running[0])
        try:
            return bool(verify(self, hashed, password))
        finally:
            with lock:
                running[0] -= 1

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    return noted


def test_of_fifty_pins_typed_at_once_three_are_compared(line: GuardedLine, compared: list[int]) -> None:
    handset = asked_for_pin(line, NUMBER)

    def guess(turn: int, entry: str = WRONG_PIN, handset: Handset = handset) -> int:
        path = handset.led_to[-1].removeprefix(line.public_url).partition("#")[0]
        fields = usual(line.rehearsed, CallSid=str(handset.call), Digits=entry)
        return post(line.rehearsed, f"{path[:-2]}{turn:02}", fields).status_code

    turns = list(range(10, 10 + GUESSES))
    random.Random(1).shuffle(turns)  # noqa: S311 -- the same in every run
    with ThreadPoolExecutor(GUESSES) as pool:
        statuses = list(pool.map(guess, turns))
    at_once = len(compared)
    statuses += [guess(turn) for turn in range(10 + GUESSES, 20 + GUESSES)]
    statuses.append(guess(20 + GUESSES, PIN))

    case = line.case(handset)
    assert case is not None
    assert set(statuses) == {200}
    assert 1 <= at_once <= TRIES
    assert len(compared) == TRIES
    assert len(line.failures(line.account_of(NUMBER))) == TRIES
    assert (line.wrong(handset), case.state, line.proved(case)) == (TRIES, "CLAIMED", ())


def test_after_ten_wrong_pins_in_a_day_even_the_right_one_proves_nothing(line: GuardedLine) -> None:
    for last in range(10):
        line.clock.advance(1200)
        handset = asked_for_pin(line, NUMBER, caller=f"+14155550{last + 100}")
        handset.type(WRONG_PIN)
        handset.hang_up()

    handset = asked_for_pin(line, NUMBER)
    handset.type(PIN)

    case = line.case(handset)
    assert case is not None
    assert line.proved(case) == ()


def test_no_more_than_four_are_compared_at_once(compared: list[int]) -> None:
    hashes, barrier = PinHashes(), Barrier(GUESSES)
    hashed = hashes.hashed(KEY, "account", Secret(PIN))

    def compare(_: int) -> bool:
        barrier.wait()
        return hashes.is_same(KEY, "account", hashed, Secret(PIN))

    with ThreadPoolExecutor(GUESSES) as pool:
        assert all(pool.map(compare, range(GUESSES)))

    assert len(compared) == GUESSES
    assert max(compared) <= AT_ONCE


def test_who_would_wait_too_long_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.services.calls.verification.pin_hashes._LONGEST_WAIT_S", 0)
    hashes, slow = PinHashes(), Barrier(AT_ONCE + 1, timeout=60)
    hashed = hashes.hashed(KEY, "account", Secret(PIN))
    verify = PasswordHasher.verify

    def waiting(self: PasswordHasher, given: str | bytes, password: str | bytes) -> bool:
        slow.wait()
        slow.wait()
        return bool(verify(self, given, password))

    monkeypatch.setattr(PasswordHasher, "verify", waiting)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        busy = [pool.submit(hashes.is_same, KEY, "account", hashed, Secret(PIN)) for _ in range(AT_ONCE)]
        slow.wait()
        with pytest.raises(TooManyPins):
            hashes.is_same(KEY, "account", hashed, Secret(PIN))
        slow.wait()

    assert [one.result() for one in busy] == [True] * AT_ONCE


def test_a_caller_whose_pin_cannot_be_compared_in_time_reaches_a_person_with_the_usual_words(
    line: GuardedLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> bool:
        raise TooManyPins("more PINs are typed just now than can be checked in time")

    handset = asked_for_pin(line, NUMBER)
    monkeypatch.setattr(PinHashes, "is_same", busy)

    handset.type(PIN)

    said = " ".join(one.words for one in handset.heard)
    case = line.case(handset)
    assert case is not None
    assert "I cannot verify anybody by phone right now" in said
    assert line.proved(case) == ()
    assert len(line.failures(line.account_of(NUMBER))) == 1
