from dataclasses import replace

import pytest

from ivr.adapters.twilio.reply_document import document_of
from tests.adapters.twilio.verbs import ASKS, PLACE, document, rings


def test_a_document_is_the_same_for_every_turn_of_a_call() -> None:
    at_seven = document(ASKS, rings(0, 1, turn=7))
    at_twenty_three = document(replace(ASKS, place=replace(PLACE, turn=23)), rings(0, 1, turn=23))

    assert at_seven == at_twenty_three
    assert at_seven.at(23).count(b".23#") == 4
    assert at_seven.at(23) == at_seven.at(7).replace(b".07#", b".23#")


@pytest.mark.parametrize(("turn", "fault"), [(-1, ValueError), (100, IndexError)])
def test_a_turn_that_two_digits_cannot_hold_is_refused(turn: int, fault: type[Exception]) -> None:
    kept = document(ASKS)

    with pytest.raises(fault):
        kept.at(turn)


def test_a_document_of_as_much_as_the_carrier_takes_is_written_and_no_byte_more() -> None:
    empty = len(document_of("").at(0))

    largest = document_of("x" * (64_000 - empty)).at(0)

    assert len(largest) == 64_000
    with pytest.raises(ValueError, match="64000"):
        document_of("x" * (64_001 - empty))


def test_the_turn_number_counts_for_the_size() -> None:
    empty = len(document_of("").at(0))

    with pytest.raises(ValueError, match="64000"):
        document_of("\0" + "x" * (63_999 - empty))
