import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from random import Random
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.audit_chain import FIRST_SEAL, Fields, Sealed, canonical, first_fault, seal, sealed
from ivr.domain.redaction import Secret

KEY = Secret("k" * 32)
LENGTH = 12

names = st.text(min_size=1, max_size=5).filter(lambda name: name != "seq")
fields = st.dictionaries(names, st.none() | st.booleans() | st.integers() | st.text(), max_size=4)


def chain(
    length: int, key: Secret = KEY, *, behind: Sealed | None = None, kind: str = "case"
) -> list[Sealed]:
    records: list[Sealed] = []
    for number in range(length):
        behind = sealed(key, behind, {"kind": kind, "at_us": number, "case": f"{number:032}"})
        records.append(behind)
    return records


def anchors_of(records: list[Sealed]) -> list[tuple[int, str]]:
    return [(record.seq, record.seal) for record in records]


def fault(records: list[Sealed], anchored: list[Sealed]) -> str | None:
    return first_fault(KEY, records, anchors=anchors_of(anchored))


def _flip(records: list[Sealed], chance: Random) -> list[Sealed]:
    at = chance.randrange(len(records))
    part = chance.choice(["body", "seal"])
    text = getattr(records[at], part)
    place = chance.randrange(len(text))
    other = chance.choice([sign for sign in '0123456789abcdef"{},' if sign != text[place]])
    records[at] = replace(records[at], **{part: text[:place] + other + text[place + 1 :]})
    return records


def _delete(records: list[Sealed], chance: Random) -> list[Sealed]:
    at = chance.randrange(len(records))
    del records[at]
    if chance.random() < 0.5:  # and close the gap
        return [replace(record, seq=number) for number, record in enumerate(records, start=1)]
    return records


def _insert(records: list[Sealed], chance: Random) -> list[Sealed]:
    at = chance.randrange(len(records) + 1)
    before = records[at - 1].seal if at else FIRST_SEAL
    body = canonical(at + 1, {"kind": "case", "at_us": 7})
    forger = Secret("another key, of no use to anybody")
    forged = chance.choice(
        [chance.choice(records), Sealed(seq=0, body=body, seal=seal(forger, before, body))]
    )
    records.insert(at, forged)
    return [replace(record, seq=number) for number, record in enumerate(records, start=1)]


def _swap(records: list[Sealed], chance: Random) -> list[Sealed]:
    one, other = chance.sample(range(len(records)), 2)
    records[one], records[other] = records[other], records[one]
    if chance.random() < 0.5:
        return [replace(record, seq=number) for number, record in enumerate(records, start=1)]
    return records


def _truncate(records: list[Sealed], chance: Random) -> list[Sealed]:
    return records[: chance.randrange(len(records))]


TAMPERINGS: list[Callable[[list[Sealed], Random], list[Sealed]]] = [_flip, _delete, _insert, _swap, _truncate]


def test_a_chain_that_nobody_touched_holds() -> None:
    records = chain(LENGTH)

    assert [fault(records[:length], records[:length]) for length in range(LENGTH + 1)] == [None] * (
        LENGTH + 1
    )


def test_each_of_a_thousand_tamperings_is_found() -> None:
    chance = Random(16)  # noqa: S311 -- what is tampered with is no secret
    whole = chain(LENGTH)
    unseen = []
    for number in range(1000):
        tamper = TAMPERINGS[number % len(TAMPERINGS)]
        tampered = tamper(list(whole), chance)
        assert tampered != whole
        if fault(tampered, whole) is None:
            unseen.append((number, tamper.__name__))

    assert unseen == []


def test_a_changed_record_is_named() -> None:
    records = chain(LENGTH)
    records[4] = replace(records[4], body=records[4].body.replace("case", "code"))

    assert fault(records, []) == "record 5 was changed, or does not belong behind record 4"


def test_a_record_that_was_taken_out_is_named() -> None:
    records = chain(LENGTH)

    assert fault(records[:4] + records[5:], []) == "record 5 is missing: 6 stands in its place"


def test_an_end_that_is_cut_off_is_found_by_the_anchor_alone() -> None:
    records = chain(LENGTH)

    assert fault(records[:9], []) is None
    assert fault(records[:9], records) == (
        "the chain ends at record 9, and record 12 was anchored: its end is cut off"
    )


@pytest.mark.parametrize("grown", [0, 1, 2, 3, 9])
def test_a_chain_that_went_on_from_an_older_copy_is_found_however_long_it_grew(grown: int) -> None:
    first = chain(LENGTH)
    kept = first[:9]
    second = chain(grown, behind=kept[-1], kind="other")

    found = first_fault(KEY, [*kept, *second], anchors=anchors_of(first) + anchors_of(second))

    assert found is not None


def test_what_was_stored_and_not_anchored_by_a_dead_process_is_no_fault() -> None:
    records = chain(LENGTH)

    assert fault(records, records[:-1]) is None
    assert fault(records, records[3:5]) is None


def test_another_key_finds_the_first_record() -> None:
    records = chain(LENGTH, Secret("x" * 32))

    assert fault(records, []) == "record 1 was changed, or does not belong behind record 0"


def test_a_seal_of_other_letters_than_seals_have_is_found() -> None:
    records = chain(2)
    records[1] = replace(records[1], seal="ä" * 64)

    assert fault(records, []) == "record 2 was changed, or does not belong behind record 1"


@given(fields, fields)
def test_other_fields_are_another_text(one: Fields, other: Fields) -> None:
    assert (canonical(1, one) == canonical(1, other)) == (_typed(one) == _typed(other))


def _typed(given: Fields) -> dict[str, tuple[str, object]]:
    return {name: (type(value).__name__, value) for name, value in given.items()}


@given(fields)
def test_the_text_of_a_record_is_of_ascii_and_in_one_order(given: Fields) -> None:
    turned = dict(reversed(list(given.items())))

    assert canonical(1, given).isascii()
    assert canonical(1, given) == canonical(1, turned)


def test_a_hundred_thousand_records_are_verified() -> None:
    records = chain(100_000)
    began = perf_counter()

    found = fault(records, records)

    sys.stdout.write(f"100,000 records verified in {perf_counter() - began:.2f} s\n")
    assert found is None
    assert all(after.seq == before.seq + 1 for before, after in pairwise(records))
