import re
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.recovery.codes import confirming_key, is_code, match_code, one_time_code, stop_token
from ivr.domain.redaction import Secret

KEY = Secret("k" * 32)
NAMES = {"case": "c" * 32, "call": "CA1", "contact": "p1", "salt": "s1"}
texts = st.text(max_size=6)


def code(names: Mapping[str, str] = NAMES, *, key: Secret = KEY) -> str:
    return one_time_code(key, **names).reveal()


def test_the_same_key_and_names_give_the_same_six_digits_again() -> None:
    assert code() == code()
    assert re.fullmatch(r"[0-9]{6}", code())


@pytest.mark.parametrize("name", NAMES)
def test_codes_differ_by_every_name(name: str) -> None:
    # Of a thousand values of one name, two in a row may have one code by chance: 1 in a million each.
    codes = [code({**NAMES, name: f"{number}"}) for number in range(1000)]

    assert len(set(codes)) >= 995


def test_codes_differ_by_the_key() -> None:
    assert len({code(key=Secret(f"{number:032}")) for number in range(1000)}) >= 995


@given(first=texts, second=texts, third=texts)
def test_no_two_lists_of_names_make_one_text(first: str, second: str, third: str) -> None:
    # Joined plainly, "ab" and "c" would give the code of "a" and "bc".
    one = one_time_code(KEY, case=first + second, call=third, contact="p", salt="s")
    other = one_time_code(KEY, case=first, call=second + third, contact="p", salt="s")

    assert (one == other) == (second == "")


def test_codes_keep_their_leading_noughts() -> None:
    lengths = {len(code({**NAMES, "salt": f"{number}"})) for number in range(1000)}
    firsts = Counter(code({**NAMES, "salt": f"{number}"})[0] for number in range(1000))

    assert lengths == {6}
    assert set(firsts) == set("0123456789")


@given(st.text())
def test_only_the_code_itself_is_the_code(entry: str) -> None:
    assert is_code(Secret(entry), Secret("012345")) == (entry == "012345")


def test_the_key_that_confirms_is_never_one_that_means_something_else() -> None:
    keys = {confirming_key(KEY, case="c", call=f"CA{number}") for number in range(1000)}

    assert keys == set("23456789")


def test_the_key_that_confirms_is_the_same_throughout_one_call() -> None:
    assert confirming_key(KEY, case="c", call="CA1") == confirming_key(KEY, case="c", call="CA1")


def test_an_agent_matches_a_call_by_three_digits_that_are_no_part_of_a_code() -> None:
    matches = [match_code(KEY, case="c", call=f"CA{number}") for number in range(1000)]

    assert [match for match in matches if not re.fullmatch(r"[0-9]{3}", match)] == []
    # Of 1,000 draws from 1,000 some 632 differ.
    assert len(set(matches)) > 500


def test_each_case_has_a_stop_link_of_its_own() -> None:
    tokens = {stop_token(KEY, case=f"{number}") for number in range(1000)}

    assert len(tokens) == 1000
    assert [token for token in tokens if not re.fullmatch(r"[0-9a-f]{32}", token)] == []
    assert stop_token(Secret("x" * 32), case="0") not in tokens
