import copy
import hashlib
import hmac
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.redaction import Secret, masked_digit_runs, masked_email, masked_number, number_hmac


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+14155550123", "+1•••••••123"),
        ("+4930123456", "+49•••••456"),
        ("+74951234567", "+7•••••••567"),
        ("anonymous", "•••"),
        ("client:ana", "•••"),
        ("4155550123", "•••"),
        ("+14155550123\n", "•••"),
        ("", "•••"),
    ],
)
def test_a_number_shows_its_country_and_its_last_three_digits(number: str, shown: str) -> None:
    assert masked_number(number) == shown


@given(st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True))
def test_a_masked_number_keeps_its_length_and_hides_two_digits_or_more(number: str) -> None:
    shown = masked_number(number)

    assert len(shown) == len(number)
    assert shown.count("•") >= 2


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("jo@acme.com", "j•••@•••.com"),
        ("j@mail.acme.co.uk", "j•••@•••.uk"),
        ("a@b@acme.com", "a•••@•••.com"),
        ("@acme.com", "•••"),
        ("jo@", "•••"),
        ("jo@localhost", "•••"),
        ("nobody", "•••"),
        ("", "•••"),
    ],
)
def test_an_address_shows_its_first_letter_and_its_last_label(address: str, shown: str) -> None:
    assert masked_email(address) == shown


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("my pin is 4711", "my pin is ••••"),
        ("it is 4 7 1 1", "it is • • • •"),
        ("47-11, and 12", "••-••, and 12"),
        ("4, 7, 1, 1 please", "•, •, •, • please"),
        ("press 123", "press 123"),
        ("١٢٣٤", "••••"),
        ("\uff11\uff12\uff13\uff14", "••••"),
        ("option 3, line 2", "option 3, line 2"),
        ("", ""),
    ],
)
def test_digits_that_could_be_a_code_are_hidden(said: str, logged: str) -> None:
    assert masked_digit_runs(said) == logged


@given(st.text(), st.from_regex(r"\d{4,12}", fullmatch=True), st.text())
def test_no_run_of_four_digits_survives(before: str, code: str, after: str) -> None:
    shown = masked_digit_runs(before + code + after)

    assert code not in shown
    assert len(shown) == len(before + code + after)


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hunter2-hunter2")

    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", "%s" % secret, f"{[secret]}"]  # noqa: UP031 -- each way of showing is tried

    assert secret.reveal() == "hunter2-hunter2"
    assert not any("hunter2" in text for text in shown)


def test_a_secret_cannot_be_pickled_or_copied_by_way_of_pickle() -> None:
    secret = Secret("hunter2")

    with pytest.raises(TypeError, match="not written into a pickle"):
        pickle.dumps(secret)
    with pytest.raises(TypeError, match="not written into a pickle"):
        copy.copy(secret)


def test_secrets_compare_by_value_and_with_nothing_else() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("ä") != Secret("a")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2


def test_a_number_stands_in_the_journal_as_half_of_its_hmac() -> None:
    key = b"k" * 32

    token = number_hmac(key, "+14155550123")

    assert token == hmac.new(key, b"+14155550123", hashlib.sha256).hexdigest()[:32]
    assert token != number_hmac(b"j" * 32, "+14155550123")
    assert token != number_hmac(key, "+14155550124")
