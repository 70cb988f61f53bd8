"""Of several things that are wrong with a chain the first is named."""

from dataclasses import replace

from ivr.domain.recovery.audit_chain import Sealed, first_fault, sealed
from ivr.domain.redaction import Secret

KEY = Secret("k" * 32)


def chain(length: int) -> list[Sealed]:
    records: list[Sealed] = []
    for number in range(length):
        records.append(sealed(KEY, records[-1] if records else None, {"kind": "case", "at_us": number}))
    return records


def test_a_changed_record_is_named_before_an_end_that_was_cut_off() -> None:
    records = chain(5)
    anchors = [(one.seq, one.seal) for one in records]
    records[1] = replace(records[1], body=records[1].body.replace("case", "call"))

    found = first_fault(KEY, records[:4], anchors=anchors)

    assert found == "record 2 was changed, or does not belong behind record 1"


def test_the_first_of_two_changed_records_is_named() -> None:
    records = chain(5)
    for at in (3, 1):
        records[at] = replace(records[at], body=records[at].body.replace("case", "call"))

    assert first_fault(KEY, records) == "record 2 was changed, or does not belong behind record 1"


def test_the_first_of_two_that_are_missing_is_named() -> None:
    records = chain(6)

    assert (
        first_fault(KEY, [records[0], records[2], records[5]]) == "record 2 is missing: 3 stands in its place"
    )
