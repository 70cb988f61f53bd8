"""The app's codes, by the examples of their standard, and what is sealed."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp import TOTP

from ivr.domain.redaction import Secret
from ivr.services.encryption import opened, sealed
from ivr.services.staff.authenticator import app_address, seed_of, typed_step
from ivr.services.staff.member import MemberId

KEY, OTHER = Secret("k" * 32), Secret("o" * 32)
AT = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
RFC_SEED = Secret(b32encode(b"12345678901234567890").decode())


@pytest.mark.parametrize(
    ("seconds", "code"),
    # The last six of the eight digits of RFC 6238, appendix B, SHA1.
    [(1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_examples_of_the_standard_are_right_a_step_early_and_late_and_no_further(
    seconds: int, code: str
) -> None:
    at, step = datetime.fromtimestamp(seconds, UTC), seconds // 30

    found = [
        typed_step(RFC_SEED, Secret(code), at=at + timedelta(seconds=30 * drift))
        for drift in (-2, -1, 0, 1, 2)
    ]

    assert found == [None, step, step, step, None]


def test_a_code_may_be_typed_in_two_groups() -> None:
    code = TOTP(RFC_SEED.reveal()).at(AT)

    assert typed_step(RFC_SEED, Secret(f" {code[:3]} {code[3:]}-"), at=AT) is not None


@given(st.text(st.characters()))
def test_any_other_text_is_no_code(text: str) -> None:
    right = {TOTP(RFC_SEED.reveal()).at(AT + timedelta(seconds=30 * drift)) for drift in (-1, 0, 1)}

    digits = "".join(text.split()).replace("-", "")

    assert (typed_step(RFC_SEED, Secret(text), at=AT) is None) == (digits not in right)


def test_a_link_offers_one_seed_and_each_link_another() -> None:
    links = [Secret("1" * 64), Secret("2" * 64)]

    assert seed_of(KEY, links[0]) == seed_of(KEY, links[0])
    assert len({seed_of(key, link) for key in (KEY, OTHER) for link in links}) == 4


def test_an_app_reads_whose_codes_it_shows() -> None:
    address = app_address(RFC_SEED, member=MemberId("ana"), company="Heron & Sons")

    url = urlsplit(address.reveal())
    assert (url.scheme, url.netloc) == ("otpauth", "totp")
    assert parse_qs(url.query) == {"secret": [RFC_SEED.reveal()], "issuer": ["Heron & Sons desk"]}
    assert url.path.endswith(":ana")


@given(st.text())
def test_what_is_sealed_is_read_with_the_same_key_and_for_the_same_purpose_alone(text: str) -> None:
    kept = sealed(KEY, text, purpose="seed", at=AT)

    assert opened(KEY, kept, purpose="seed", at=AT) == text
    assert opened(OTHER, kept, purpose="seed", at=AT) is None
    assert opened(KEY, kept, purpose="typed text", at=AT) is None


@pytest.mark.parametrize(("after_s", "is_read"), [(0, True), (3600, True), (3601, False)])
def test_what_is_sealed_may_be_too_old(after_s: int, *, is_read: bool) -> None:
    kept, at = sealed(KEY, "typed", purpose="x", at=AT), AT + timedelta(seconds=after_s)

    assert (opened(KEY, kept, purpose="x", at=at, within=timedelta(hours=1)) == "typed") == is_read


@given(st.text())
def test_what_was_never_sealed_is_nothing(text: str) -> None:
    assert opened(KEY, text, purpose="seed", at=AT) is None
    assert opened(KEY, text, purpose="seed", at=AT, within=timedelta(hours=1)) is None
