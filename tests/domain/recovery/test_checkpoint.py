"""A chain whose start was let go holds from its checkpoint on, and whoever shortens it otherwise is found."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.audit_chain import (
    FIRST_SEAL,
    SHORTENED,
    Checkpoint,
    Fields,
    Sealed,
    checkpoint_at,
    first_fault,
    last_to_go,
    seal,
    sealed,
)
from tests.domain.recovery.test_audit_chain import KEY, anchors_of, chain

LENGTH = 12
NOW_US = 10**9


def shortened(records: list[Sealed], up_to: int) -> tuple[list[Sealed], Checkpoint]:
    """Let the records up to *up_to* go as the purge does: with a record of it at the end."""
    told: Fields = {"kind": SHORTENED, "at_us": NOW_US, "up_to": up_to}
    (last,) = (record for record in records if record.seq == up_to)
    whole = [*records, sealed(KEY, records[-1], told)]
    return [record for record in whole if record.seq > up_to], checkpoint_at(KEY, last, at_us=NOW_US)


def fault(
    records: Iterable[Sealed], checkpoint: Checkpoint | None, anchored: Iterable[Sealed] = ()
) -> str | None:
    return first_fault(KEY, records, anchors=anchors_of(list(anchored)), checkpoint=checkpoint)


@given(cuts=st.lists(st.integers(1, 8), min_size=1, max_size=5), grown=st.integers(1, 6))
def test_a_chain_holds_however_often_it_was_shortened(cuts: list[int], grown: int) -> None:
    whole = chain(LENGTH)
    left, checkpoint = whole, None
    for cut in cuts:
        up_to = left[min(cut, len(left)) - 1].seq
        gone = len(left)
        left, checkpoint = shortened(left, up_to)
        whole = [*whole, left[-1]]
        more = chain(grown, behind=left[-1])
        left, whole = [*left, *more], [*whole, *more]
        assert len(left) <= gone + grown

    assert fault(left, checkpoint, whole) is None


@given(up_to=st.integers(1, LENGTH), missing=st.integers(1, LENGTH))
def test_more_that_was_cut_off_behind_the_checkpoint_is_found(up_to: int, missing: int) -> None:
    left, checkpoint = shortened(chain(LENGTH), up_to)

    found = fault(left[missing:], checkpoint)

    assert found is not None


def test_a_start_that_was_cut_off_without_a_checkpoint_is_found() -> None:
    assert fault(chain(LENGTH)[4:], None) == "record 1 is missing: 5 stands in its place"


@given(up_to=st.integers(2, LENGTH), older=st.integers(1, LENGTH - 1))
def test_a_checkpoint_that_was_put_back_with_its_records_is_found(up_to: int, older: int) -> None:
    whole = chain(LENGTH)
    older = min(older, up_to - 1)
    _, before = shortened(whole, older)
    left, _ = shortened(whole, up_to)
    all_of_it = [*whole, left[-1]]

    found = fault(all_of_it[older:], before, all_of_it)

    assert found == (
        f"it is on record that the records up to {up_to} were let go, and the checkpoint stands at {older}"
    )


def test_a_checkpoint_that_was_taken_away_with_its_records_put_back_is_found() -> None:
    whole = chain(LENGTH)
    left, _ = shortened(whole, 5)

    assert fault([*whole, left[-1]], None) == (
        "it is on record that the records up to 5 were let go, and there is no checkpoint"
    )


@pytest.mark.parametrize("up_to", [1, 5, LENGTH])
def test_a_checkpoint_that_nobody_put_on_record_is_found(up_to: int) -> None:
    whole = chain(LENGTH)
    checkpoint = checkpoint_at(KEY, whole[up_to - 1], at_us=NOW_US)

    assert fault(whole[up_to:], checkpoint, whole) == (
        f"nobody put on record that the records up to {up_to} were let go"
    )


@pytest.mark.parametrize(
    "forged",
    [
        {"seq": 6},
        {"seal": "0" * 64},
        {"at_us": NOW_US + 1},
        {"proof": "0" * 64},
        {"proof": "ä" * 64},
    ],
)
def test_a_checkpoint_that_was_changed_in_any_part_is_found(forged: dict[str, int | str]) -> None:
    left, checkpoint = shortened(chain(LENGTH), 5)
    changed = replace(checkpoint, **forged)  # type: ignore[arg-type]  # of the field's own kind

    assert fault(left, changed) == f"the checkpoint at record {changed.seq} was changed, or was never ours"
    assert fault([], changed) == f"the checkpoint at record {changed.seq} was changed, or was never ours"


def test_no_seal_of_a_record_passes_for_the_proof_of_a_checkpoint() -> None:
    left, checkpoint = shortened(chain(LENGTH), 5)
    body = f"{checkpoint.seq}\n{checkpoint.seal}\n{checkpoint.at_us}"

    for before in (FIRST_SEAL, checkpoint.seal):
        assert fault(left, replace(checkpoint, proof=seal(KEY, before, body))) is not None


def test_anchors_of_records_that_went_are_passed_over_but_for_the_checkpoints_own() -> None:
    whole = chain(LENGTH)
    left, checkpoint = shortened(whole, 5)
    other = [replace(record, seal="1" * 64) for record in whole]

    assert fault(left, checkpoint, [*other[:4], whole[4]]) is None
    assert fault(left, checkpoint, [other[4]]) == (
        "record 5, where the checkpoint stands, is not the one that was anchored"
    )
    assert fault(left, checkpoint, [other[5]]) == "record 6 is not the one that was anchored"


def test_an_end_that_was_cut_off_behind_a_checkpoint_is_found_by_the_anchor() -> None:
    left, checkpoint = shortened(chain(LENGTH), 5)

    assert fault(left[:-1], checkpoint, left) == (
        "the chain ends at record 12, and record 13 was anchored: its end is cut off"
    )


def test_words_in_a_record_that_read_like_the_shortening_of_a_chain_are_none() -> None:
    records = chain(2)
    quoting = sealed(KEY, records[-1], {"kind": "case", "at_us": 3, "why": f'"kind":"{SHORTENED}"'})

    assert fault([*records, quoting], None) is None


def about(cases: list[str | None]) -> list[Sealed]:
    """Make one record a microsecond, each about a case or none."""
    records: list[Sealed] = []
    for number, case in enumerate(cases):
        fields: Fields = {"kind": "case", "at_us": number, "case": case}
        records.append(sealed(KEY, records[-1] if records else None, fields))
    return records


@given(
    cases=st.lists(st.sampled_from([None, "a", "b"]), max_size=10),
    until_us=st.integers(-1, 11),
    needed=st.sets(st.sampled_from(["a", "b"])),
)
def test_what_goes_is_old_and_about_no_case_that_is_needed_and_so_is_all_before_it(
    cases: list[str | None], until_us: int, needed: set[str]
) -> None:
    last = last_to_go(about(cases), until_us=until_us, needed=needed)

    gone = 0 if last is None else last.seq
    assert all(at <= until_us and case not in needed for at, case in enumerate(cases[:gone]))
    assert gone == len(cases) or gone > until_us or cases[gone] in needed
