"""Which passwords may be chosen, and that each is checked at the same cost."""

import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.redaction import Secret
from ivr.services.staff.passwords import LONGEST, SHORTEST, Busy, Passwords, password_lacks

CHEAP = Passwords(hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
WORDS = ("Heronscan", "ana", "Ana", "Lima")
anything = st.text(st.characters())


@pytest.mark.parametrize(
    "password",
    [
        "a heron in the rain",
        "der Zug nach Wien um acht",
        "猫が庭で魚を食べている夢を見た",
        "k7#kPq!x92Lm",
        "heron and lima bean soup",
    ],
)
def test_what_few_would_guess_may_be_chosen(password: str) -> None:
    assert password_lacks(Secret(password), words=WORDS) is None


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "12 characters"),
        ("elevenchars", "12 characters"),
        ("  short  pad   ", "12 characters"),
        ("x" * 257, "256 characters at most"),
        ("aaaabbbbaaaa", "more different"),
        ("PasswordPassword", "list of stolen"),
        ("password 1234", "list of stolen"),
        ("\uff50assword1234", "list of stolen"),
        ("Heronscan-2026!", "names of the company"),
        ("heronscanheronscan1", "names of the company"),
        ("ana.lima.1990", "names of the company"),
    ],
)
def test_what_many_would_guess_is_refused_with_the_reason(password: str, said: str) -> None:
    assert said in (password_lacks(Secret(password), words=WORDS) or "")


@given(anything)
def test_any_text_is_judged_and_what_is_accepted_is_long_enough(text: str) -> None:
    if password_lacks(Secret(text), words=WORDS) is None:
        assert SHORTEST <= len(unicodedata.normalize("NFKC", text).strip()) <= LONGEST


@given(anything)
def test_any_text_is_right_for_its_own_hash_alone(text: str) -> None:
    kept = CHEAP.hashed(Secret(text))

    assert CHEAP.is_right(kept, Secret(text))
    assert not CHEAP.is_right(kept, Secret(text + "x"))
    assert not CHEAP.is_right(None, Secret(text))


def test_what_stands_in_for_a_missing_hash_is_nobodys_password() -> None:
    assert not CHEAP.is_right(None, Secret("nobody's"))


def test_one_password_typed_on_two_keyboards_is_the_same() -> None:
    kept = CHEAP.hashed(Secret("caf\u00e9 on the corner"))

    assert CHEAP.is_right(kept, Secret("cafe\u0301 on the corner"))


def test_where_there_is_no_hash_one_is_computed_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[str] = []
    verify = PasswordHasher.verify

    def counts(hasher: PasswordHasher, kept: str, entry: bytes) -> bool:
        computed.append(kept.rpartition("$")[0].rpartition("$")[0])
        return verify(hasher, kept, entry)

    kept = CHEAP.hashed(Secret("a heron in the rain"))
    monkeypatch.setattr(PasswordHasher, "verify", counts)

    for one in (kept, None):
        CHEAP.is_right(one, Secret("another"))

    assert len(computed) == 2
    assert computed[0] == computed[1]  # with the same figures, and so at the same cost


def test_no_more_are_looked_at_together_than_the_memory_holds() -> None:
    crowded = Passwords(hasher=CHEAP.hasher, most=1, longest_wait_s=0)
    kept = crowded.hashed(Secret("a heron in the rain"))

    with crowded._turn(), pytest.raises(Busy):
        crowded.is_right(kept, Secret("a heron in the rain"))

    assert crowded.is_right(kept, Secret("a heron in the rain"))


@pytest.mark.parametrize("kept", ["", "$argon2id$", "not a hash", "$argon2i$v=19$m=8,t=1,p=1$c2FsdA$AAAA"])
def test_a_hash_that_cannot_be_read_lets_nobody_in(kept: str) -> None:
    assert not CHEAP.is_right(kept, Secret("anything"))


def test_a_hash_of_lower_figures_is_known_as_such() -> None:
    raised = Passwords(hasher=PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    kept = CHEAP.hashed(Secret("a heron in the rain"))

    assert (CHEAP.is_weaker(kept), raised.is_weaker(kept)) == (False, True)


def test_the_figures_are_those_of_argon2id_with_64_mebibytes() -> None:
    assert Passwords().hashed(Secret("x")).startswith("$argon2id$v=19$m=65536,t=3,p=1$")
