"""Callers who show no number share one counter, which is theirs alone."""

from datetime import timedelta

from tests.entrypoints.voice.service import MORNING
from tests.security.line import NUMBER, PHONE, STRANGER, WRONG, GuardedLine, guarded_line

WITHHELD = "anonymous"
CALLS = 10
"""So many calls of three wrong entries each are all that withheld numbers have in an hour."""
TURNED_AWAY = "I cannot verify anybody by phone right now."


def _call(line: GuardedLine, number: str, *, caller: str = WITHHELD) -> str:
    """Call, type the number, then wrong codes until nobody asks for any; give what was heard."""
    handset = line.handset(caller=caller)
    handset.type(number)
    while handset.waits_for_entry and not handset.is_over:
        handset.type(WRONG)
    if not handset.is_over:
        handset.hang_up()
    return " ".join(one.words for one in handset.heard)


def _used_up(line: GuardedLine) -> list[bool]:
    """Use up what withheld numbers have, slowly enough for the line's own limit; tell who was turned away."""
    turned_away = []
    for call in range(CALLS):
        line.clock.at = MORNING + timedelta(minutes=5 * call)
        turned_away.append(TURNED_AWAY in _call(line, f"99{call:04}"))
    return turned_away


def test_thirty_wrong_entries_an_hour_are_all_that_withheld_numbers_have_together() -> None:
    with guarded_line() as line:
        assert _used_up(line) == [False] * CALLS

        late = _call(line, NUMBER)

        assert TURNED_AWAY in late
        assert "not verified" in late
        assert line.codes == []


def test_who_shows_a_number_is_asked_for_codes_while_withheld_ones_are_turned_away() -> None:
    with guarded_line() as line:
        _used_up(line)

        owner = line.handset(caller=STRANGER)
        owner.type(NUMBER)
        owner.type(line.code("text"))

        case = line.case(owner)
        assert case is not None
        assert [one.factor for one in line.proved(case)] == ["phone"]


def test_withheld_numbers_are_heard_again_after_the_hour() -> None:
    with guarded_line() as line:
        _used_up(line)
        line.clock.advance(3600)

        assert TURNED_AWAY not in _call(line, NUMBER)
        assert line.codes[0] == PHONE


def test_wrong_entries_from_one_number_that_is_shown_take_nothing_from_the_withheld() -> None:
    with guarded_line() as line:
        for call in range(2):
            _call(line, f"99{call:04}", caller=STRANGER)

        assert TURNED_AWAY in _call(line, "990002", caller=STRANGER)
        assert TURNED_AWAY not in _call(line, "990003")
