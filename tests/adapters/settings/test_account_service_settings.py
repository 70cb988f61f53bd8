"""Where accounts are asked for: the token that opens them goes over no network in clear."""

from collections.abc import Mapping

import pytest

from ivr.adapters.accounts.account_service import HttpDirectory
from ivr.adapters.settings.account_service_settings import AccountService, read_account_service
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.redaction import Secret

TOKEN = "x4-T.o_k~e+n/=="


def read(environ: Mapping[str, str]) -> tuple[AccountService | None, list[str]]:
    variables = Variables(environ, None)
    service = read_account_service(variables)
    assert all(finding.remedy for finding in variables.findings)
    return service, [finding.what for finding in variables.findings]


@pytest.mark.parametrize(
    "address",
    [
        "https://accounts.example.com",
        "https://accounts.example.com:8443/ivr/v1",
        "https://[2001:db8::1]/ivr",
        "http://127.0.0.1:8000",
        "http://localhost/ivr",
        "http://[::1]:8000",
    ],
)
def test_an_address_that_is_taken_is_one_that_the_directory_asks(address: str) -> None:
    service, told = read({"IVR_DIRECTORY_URL": address, "IVR_DIRECTORY_TOKEN": TOKEN})

    assert (service, told) == (AccountService(address=address, token=Secret(TOKEN)), [])
    HttpDirectory(address, token=Secret(TOKEN))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://accounts.example.com", "is not encrypted"),
        ("http://hush.localhost", "is not encrypted"),
        ("ftp://accounts.example.com", "does not begin with https://"),
        ("accounts.example.com", "does not begin with https://"),
        ("https://hush:hush@accounts.example.com", "carries a user or a password"),
        ("https://", "has no host in small letters, digits, dots and hyphens"),
        ("https://Accounts.example.com", "has no host in small letters, digits, dots and hyphens"),
        ("https://accounts.example.com:0", "names a port for nothing"),
        ("https://accounts.example.com:x", "is no address"),
        ("https://[hush", "is no address"),
        ("https://accounts.example.com?key=hush", "has more than scheme, host, port and path"),
        ("https://accounts.example.com/#hush", "has more than scheme, host, port and path"),
        ("https://accounts.example.com/ivr/", "ends with a slash"),
        ("", "is set but empty"),
    ],
)
def test_an_address_that_cannot_be_used_is_named_and_not_shown(address: str, told: str) -> None:
    service, lines = read({"IVR_DIRECTORY_URL": address, "IVR_DIRECTORY_TOKEN": TOKEN})

    assert (service, lines) == (None, [f"IVR_DIRECTORY_URL {told}"])


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, []),
        (
            {"IVR_DIRECTORY_URL": "https://accounts.example.com"},
            ["IVR_DIRECTORY_TOKEN is missing beside its other half"],
        ),
        ({"IVR_DIRECTORY_TOKEN": TOKEN}, ["IVR_DIRECTORY_URL is missing beside its other half"]),
    ],
)
def test_address_and_token_are_set_together_or_not_at_all(environ: dict[str, str], told: list[str]) -> None:
    assert read(environ) == (None, told)


@pytest.mark.parametrize("token", ["Bearer hush", "hush\u00e9", "hush=hush", "h:ush"])
def test_a_token_that_no_header_carries_is_refused_and_not_shown(token: str) -> None:
    service, told = read({"IVR_DIRECTORY_URL": "https://accounts.example.com", "IVR_DIRECTORY_TOKEN": token})

    assert (service, told) == (None, ["IVR_DIRECTORY_TOKEN has a sign that no bearer token has"])


def test_the_token_can_come_from_a_file_and_is_shown_by_nothing() -> None:
    environ = {"IVR_DIRECTORY_URL": "https://accounts.example.com", "IVR_DIRECTORY_TOKEN_FILE": "token"}

    service = read_account_service(Variables(environ, lambda _: b"hush\n"))

    assert service == AccountService(address="https://accounts.example.com", token=Secret("hush"))
    assert "hush" not in repr(service)
