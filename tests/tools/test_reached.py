from dataclasses import replace

from tools.reached import Reached

KNOWN = Reached(
    lines={
        "ivr/a.py": {
            1: [""],
            5: ["tests/one.py::test_slow", "tests/one.py::test_quick", "tests/two.py::test_other"],
            6: ["tests/three.py::test_third"],
        },
        "ivr/figures.py": {1: [""]},
    },
    seconds={"tests/one.py::test_slow": 9, "tests/one.py::test_quick": 1, "tests/two.py::test_other": 2},
)


def test_the_quickest_come_first_and_those_of_a_file_together() -> None:
    assert KNOWN.tests("ivr/a.py", 5, 5, most_s=60) == (
        "tests/one.py::test_quick",
        "tests/one.py::test_slow",
        "tests/two.py::test_other",
    )


def test_what_takes_too_long_in_all_is_left_out_and_never_everything() -> None:
    assert KNOWN.tests("ivr/a.py", 5, 5, most_s=3) == ("tests/one.py::test_quick", "tests/two.py::test_other")
    assert KNOWN.tests("ivr/a.py", 5, 5, most_s=0) == ("tests/one.py::test_quick",)


def test_of_a_statement_that_no_test_runs_every_test_of_the_file_may_tell() -> None:
    assert len(KNOWN.tests("ivr/a.py", 1, 1, most_s=60)) == 4


def test_of_a_file_that_only_declares_the_room_s_own_tests_may_tell_also_those_that_run_no_line() -> None:
    own = replace(KNOWN, own="tests/one", every=("tests/one.py::test_quick", "tests/one.py::test_figures"))

    assert own.tests("ivr/figures.py", 1, 1, most_s=60) == (
        "tests/one.py::test_figures",
        "tests/one.py::test_quick",
    )


def test_a_line_that_nothing_runs_is_reached_by_nothing() -> None:
    assert KNOWN.tests("ivr/a.py", 9, 9, most_s=60) == ()
    assert KNOWN.tests("ivr/b.py", 1, 1, most_s=60) == ()


def test_the_room_s_own_tests_come_before_those_of_others() -> None:
    own = replace(KNOWN, own="tests/two")

    assert own.tests("ivr/a.py", 5, 5, most_s=2) == ("tests/two.py::test_other",)
