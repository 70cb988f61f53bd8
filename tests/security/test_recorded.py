"""What is put on record of a verification: by what, where, in which version, and what may still be tried."""

import json
from typing import Any

import pytest

from ivr import __version__
from tests.security.line import NUMBER, PHONE, WRONG, GuardedLine, guarded_line


def recorded(line: GuardedLine, kind: str) -> list[dict[str, Any]]:
    records = [json.loads(body) for body in line.audited()]
    return [one for one in records if one["kind"] == kind]


def test_each_entry_is_on_record_with_its_contact_and_a_bucket_of_what_may_still_be_tried() -> None:
    with guarded_line() as line:
        handset = line.handset()
        handset.type(NUMBER)
        for _ in range(3):
            handset.type(WRONG)
        case = line.case(handset)

        found = recorded(line, "factor")

    assert case is not None
    assert [one["attempts_left"] for one in found] == ["2 or more", "1", "0"]
    assert {one["contact"] for one in found} <= {case.phone, case.mailbox}
    assert found[0]["contact"] == case.phone
    assert WRONG not in json.dumps([{**one, "at_us": 0} for one in found])


def test_each_step_is_on_record_with_its_place_in_the_menu_and_our_version() -> None:
    with guarded_line() as line:
        handset = line.handset()
        handset.type(NUMBER)
        handset.type(WRONG)
        steps = recorded(line, "case") + recorded(line, "factor")
        tree = line.rehearsed.tree

    assert {one["menu_version"] for one in steps} == {tree.version}
    assert {one["node"] for one in steps} <= set(tree.nodes)
    assert {one["app_version"] for one in steps} == {__version__}


@pytest.mark.parametrize(("typed", "is_own"), [("1", True), (NUMBER, False)])
def test_a_case_is_on_record_with_whether_the_caller_claims_the_number_that_calls(
    typed: str, *, is_own: bool
) -> None:
    with guarded_line() as line:
        line.handset(caller=PHONE).type(typed)
        opened = [one for one in recorded(line, "case") if one["outcome"] == "OPENED"]

    assert [one["ani_match"] for one in opened] == [is_own]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({"StirVerstat": "TN-Validation-Passed-A"}, "TN-Validation-Passed-A"),
        ({"StirVerstat": "TN-Validation-Passed-C-Diverted"}, "TN-Validation-Passed-C-Diverted"),
        ({"StirVerstat": "TN-Validation-Failed-B"}, "TN-Validation-Failed-B"),
        ({"StirVerstat": "No-TN-Validation"}, "No-TN-Validation"),
        ({"StirVerstat": "TN-Validation-Failed-Z"}, "failed"),
        ({"StirVerstat": "<b>4711</b>"}, "not said"),
        ({}, "not said"),
    ],
    ids=str,
)
def test_a_case_is_on_record_with_the_level_that_the_network_gives_the_number(
    told: dict[str, str], kept: str
) -> None:
    with guarded_line() as line:
        line.told.update(told)
        handset = line.handset(caller=PHONE)
        handset.type(NUMBER)
        case = line.case(handset)
        assert case is not None
        handset.hang_up()
        line.handset().type(case.number)
        steps = [one for one in recorded(line, "case") if one["outcome"] in ("OPENED", "taken_up")]

    assert [(one["outcome"], one["stir"]) for one in steps] == [("OPENED", kept), ("taken_up", kept)]
