import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.public_origin import NAME, is_loopback, read_origin


def read(url: str, *, production: bool) -> tuple[str | None, list[str]]:
    variables = Variables({NAME: url}, None)
    origin = read_origin(variables, production=production)
    return origin, [finding.what for finding in variables.findings]


@pytest.mark.parametrize(
    ("url", "fact"),
    [
        ("https://ivr.example.com/", "ends with a slash"),
        ("https://ivr.example.com/voice", "has more than an origin"),
        ("https://ivr.example.com/voice/", "has more than an origin"),
        ("https://ivr.example.com?x=1", "has more than an origin"),
        ("https://ivr.example.com/?x=1", "has more than an origin"),
        ("https://ivr.example.com#x", "has more than an origin"),
        ("https://ivr.example.com#", "has more than an origin"),
        ("https://user:pass@ivr.example.com", "carries a user or a password"),
        ("http://ivr.example.com", "is not encrypted"),
        ("http://127.0.0.1:5000", "is this machine, which Twilio cannot reach"),
        ("https://localhost", "is this machine, which Twilio cannot reach"),
        ("https://ivr.localhost", "is this machine, which Twilio cannot reach"),
        ("https://[::1]", "is this machine, which Twilio cannot reach"),
        ("https://IVR.example.com", "has no host in small letters, digits, dots and hyphens"),
        ("https://", "has no host in small letters, digits, dots and hyphens"),
        ("https://ivr example.com", "has no host in small letters, digits, dots and hyphens"),
        ("https://b\u00fccher.example", "has no host in small letters, digits, dots and hyphens"),
        ("https://ivr.example.com:443", "names a port for nothing"),
        ("https://ivr.example.com:", "has no host in small letters, digits, dots and hyphens"),
        ("https://ivr.example.com:99999", "is no address"),
        ("https://[::1", "is no address"),
        ("ftp://ivr.example.com", "does not begin with https://"),
        ("ivr.example.com", "does not begin with https://"),
    ],
)
def test_the_public_address_is_an_encrypted_origin_and_nothing_more(url: str, fact: str) -> None:
    assert read(url, production=True) == (None, [f"{NAME} {fact}"])


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost:5000", "http://[::1]:5000"])
def test_this_machine_needs_no_encryption_in_development(url: str) -> None:
    assert read(url, production=False) == (url, [])


def test_another_machine_needs_encryption_in_development_too() -> None:
    assert read("http://ivr.example.com", production=False) == (None, [f"{NAME} is not encrypted"])


@pytest.mark.parametrize(
    "url", ["https://ivr.example.com", "https://ivr.example.com:8443", "https://xn--bcher.de"]
)
def test_an_origin_is_taken_as_written(url: str) -> None:
    assert read(url, production=True) == (url, [])


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://127.9.9.9", True),
        ("http://[::1]", True),
        ("http://localhost", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("http://0.0.0.0", False),
    ],
)
def test_only_addresses_of_this_machine_count_as_its_own(url: str, *, is_ours: bool) -> None:
    assert is_loopback(url) == is_ours


@given(st.text(alphabet="htps:/[]@.a1?#-\\ %", max_size=30).map("https://".__add__))
def test_any_address_is_an_origin_or_refused(url: str) -> None:
    origin, told = read(url, production=True)

    assert (origin == url) == (told == [])
