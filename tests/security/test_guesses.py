"""How often a code may be guessed, and how often one is sent: never more, however it is asked."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from ivr.adapters.database.cases import case_tables
from ivr.domain.recovery.limits import DAY_S
from ivr.domain.recovery.policy import Limit
from ivr.simulator.handset import Handset
from tests.entrypoints.voice.service import MORNING, post, usual
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line
from tests.sizes import fuzzed

GUESSES = 50
TRIES = 3
MAILBOX = "ann@northwind.example"
MINUTE_S, HALF_HOUR_S = 60, 1800
_SEEDS = [1, 2, *(pytest.param(seed, marks=pytest.mark.fuzz) for seed in range(3, 3 + fuzzed(37)))]


@pytest.mark.parametrize("rounds", [3, pytest.param(fuzzed(1000), marks=pytest.mark.fuzz)])
def test_of_fifty_guesses_at_once_three_are_checked(rounds: int) -> None:
    with guarded_line() as line, ThreadPoolExecutor(GUESSES) as pool:
        for _ in range(rounds):
            line.rehearsed.forget_callers()
            handset = line.handset()
            handset.type(NUMBER)

            def guess(turn: int, entry: str = WRONG, handset: Handset = handset) -> int:
                path = handset.led_to[-1].removeprefix(line.public_url).partition("#")[0]
                fields = usual(line.rehearsed, CallSid=str(handset.call), Digits=entry)
                return post(line.rehearsed, f"{path[:-2]}{turn:02}", fields).status_code

            turns = list(range(10, 10 + GUESSES))
            random.shuffle(turns)
            statuses = list(pool.map(guess, turns))
            at_once = _checked(line)
            # One that was overtaken is refused, so the rest is tried again in order.
            statuses += [guess(turn) for turn in range(10 + GUESSES, 20 + GUESSES)]
            statuses.append(guess(20 + GUESSES, line.code("text")))

            assert set(statuses) == {200}
            assert 1 <= at_once <= TRIES
            assert _checked(line) == TRIES
            assert (
                line.cases.room.cases.act(lambda tx: len(tx.moments("account", line.account_of(NUMBER))))
                == TRIES
            )
            case = line.case(handset)
            assert case is not None
            assert (line.wrong(handset), case.state) == (TRIES, "CLAIMED")
            assert line.proved(case) == ()


def _checked(line: GuardedLine) -> int:
    """Count how often something was compared with a code."""
    query = select(case_tables.code.c.checks)
    return line.cases.database.try_now(lambda connection: int(sum(connection.execute(query).scalars())))


@dataclass(slots=True)
class _Sent:
    """Every code that came, with its moment, who it came to, and whether another class was proved before."""

    line: GuardedLine
    codes: list[tuple[datetime, str, bool]] = field(default_factory=list)
    _seen: int = 0

    def look(self, *, is_proved: bool) -> None:
        """Note what has come since the last look."""
        new = self.line.received[self._seen :]
        self._seen = len(self.line.received)
        at = self.line.clock.now()
        self.codes += [(at, one.to, is_proved) for one in new if "is your code" in one.words]

    def most_within(self, seconds: int, to: str) -> int:
        moments = [at for at, receiver, _ in self.codes if receiver == to]
        return _most_within(moments, seconds)

    def most_unproved(self, to: str) -> int:
        return _most_within(
            [at for at, receiver, proved in self.codes if receiver == to and not proved], DAY_S
        )


def _most_within(moments: Sequence[datetime], seconds: int) -> int:
    span = timedelta(seconds=seconds)
    return max((sum(end - span < at <= end for at in moments) for end in moments), default=0)


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.fuzz) for seed in range(3, 3 + fuzzed(37)))]
)
def test_no_contact_ever_gets_more_codes_than_it_may(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- the same in every run
    with guarded_line() as line:
        sent = _Sent(line)
        for _ in range(40):
            _ask_for_codes(line, sent, dice)
            line.clock.advance(dice.choice([20, 61, 600, 1790, 1801, 7200]))

    assert {to for _, to, _ in sent.codes} == {PHONE, MAILBOX}
    for to in (PHONE, MAILBOX):
        assert sent.most_within(MINUTE_S, to) == 1
        assert sent.most_within(HALF_HOUR_S, to) <= 3
        assert sent.most_within(DAY_S, to) <= 5
        assert sent.most_unproved(to) <= 3


def _ask_for_codes(line: GuardedLine, sent: _Sent, dice: random.Random) -> None:
    """Call from a number of its own; ask again and again, and type what has come, or something else."""
    handset = line.handset(caller=f"+1415555{line.calls:04}")
    handset.type(NUMBER)
    sent.look(is_proved=False)
    is_proved = False
    for _ in range(dice.randint(0, 5)):
        if handset.is_over or not handset.waits_for_entry:
            break
        line.clock.advance(dice.choice([5, 61, 300]))
        entry = dice.choice(["1", "1", "right"])
        if entry == "right":
            entry = line.code("text" if b"mailbox on file" not in line.exchanges[-1].reply else "mail")
        handset.type(entry)
        case = line.case(handset)
        sent.look(is_proved=is_proved or _proves(line, handset))
        is_proved = case is not None and _proves(line, handset)
    if not handset.is_over:
        handset.hang_up()


def _proves(line: GuardedLine, handset: Handset) -> bool:
    case = line.case(handset)
    return case is not None and bool(line.proved(case))


def _without_turn(reply: bytes) -> bytes:
    return re.sub(rb"\.[0-9]{2}#", b".#", reply)


def test_two_codes_come_in_one_call_and_whoever_asks_for_more_hears_the_same() -> None:
    with guarded_line() as line:
        said: dict[str, list[bytes]] = {NUMBER: [], "999111": []}
        for number, heard in said.items():
            handset = line.handset()
            handset.type(number)
            for _ in range(5):
                line.clock.advance(HALF_HOUR_S)
                handset.type("1")
                heard.append(_without_turn(line.exchanges[-1].reply))

        assert line.codes == [PHONE, PHONE]
        assert said[NUMBER] == said["999111"]
        assert [b"is on its way" in reply for reply in said[NUMBER]] == [True, False, False, False, False]


def test_strangers_cannot_use_up_the_codes_that_are_kept_for_who_proved_something() -> None:
    with guarded_line() as line:
        for _ in range(4):
            handset = line.handset(caller=f"+1415555{line.calls:04}")
            handset.type(NUMBER)
            handset.hang_up()
            line.clock.advance(HALF_HOUR_S + 1)
        of_strangers = Counter(line.codes)

        owner = line.handset()
        owner.type(NUMBER)
        owner.type(WRONG)
        owner.type(line.code("mail"))
        owner.type(line.code("text"))

        assert of_strangers == {PHONE: 3}
        assert Counter(line.codes) == {PHONE: 4, MAILBOX: 1}
        case = line.case(owner)
        assert case is not None
        assert case.state == "VERIFIED"


@pytest.mark.parametrize(
    "policy",
    [{"day_sends": Limit(count=2, seconds=DAY_S)}, {"prefix_sends": Limit(count=2, seconds=3600)}],
    ids=["the day's budget", "one range of numbers"],
)
def test_a_budget_that_is_spent_stops_codes_and_changes_no_word(policy: dict[str, Limit]) -> None:
    said: set[bytes] = set()
    with guarded_line(policy=policy) as line:
        for number in ("204117", "204118", "204120", "204117"):
            handset = line.handset(caller=f"+1415555{line.calls:04}")
            handset.type(number)
            said.add(line.exchanges[-1].reply)
            handset.hang_up()
            line.clock.advance(61)

        assert line.codes == [PHONE, "+14155550124"]
        assert len(said) == 1


def _guess_in_vain(line: GuardedLine, number: str) -> Handset:
    handset = line.handset(caller=f"+1415555{line.calls:04}")
    handset.type(number)
    while not handset.is_over and handset.waits_for_entry:
        handset.type(WRONG)
    if not handset.is_over:
        handset.hang_up()
    return handset


def test_guessing_over_many_accounts_closes_verification_and_nothing_else() -> None:
    with guarded_line() as line:
        while line.calls < 17:
            _guess_in_vain(line, f"99{line.calls:04}")
            line.clock.at = MORNING

        late = _guess_in_vain(line, NUMBER)

        said = " ".join(one.words for one in late.heard)
        assert "I cannot verify anybody by phone right now. A person will help you." in said
        assert "not verified" in said
        assert line.codes == []
        assert "For help with an account you cannot access" in said


def test_an_account_that_is_guessed_at_sends_no_code_and_its_owner_is_told_once_a_day() -> None:
    with guarded_line() as line:
        for _ in range(4):
            _guess_in_vain(line, NUMBER)
        told = [
            one.to for one in line.received if "by phone" in one.words and "is your code" not in one.words
        ]
        codes = len(line.codes)

        _guess_in_vain(line, NUMBER)

        assert sorted(told) == sorted([PHONE, MAILBOX])
        assert len(line.codes) == codes
