from collections.abc import Mapping

import pytest

from ivr.adapters.settings.demo_settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.twilio_account import ApiKey, TwilioAccount, read_twilio_account
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import line_of

TOKEN = "0123456789abcdef0123456789abcdef"
SID = "AC" + "1f" * 16
KEY_SID = "SK" + "2e" * 16


def read(environ: Mapping[str, str], *, production: bool = False) -> tuple[TwilioAccount, list[str]]:
    variables = Variables(environ, None)
    account = read_twilio_account(variables, production=production)
    return account, [line_of(finding) for finding in variables.findings]


def test_an_account_with_everything_is_read_without_a_word() -> None:
    environ = {
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_AUTH_TOKEN_NEXT": "f" * 32,
        "TWILIO_API_KEY": KEY_SID,
        "TWILIO_API_SECRET": "Zz" * 16,
    }

    assert read(environ, production=True) == (
        TwilioAccount(
            sid=SID,
            auth_token=Secret(TOKEN),
            next_auth_token=Secret("f" * 32),
            messaging_service=None,
            api_key=ApiKey(sid=KEY_SID, secret=Secret("Zz" * 16)),
        ),
        [],
    )


SERVICE = "MG" + "5c" * 16


@pytest.mark.parametrize(
    ("value", "kept"), [(SERVICE, SERVICE), (SERVICE[:-1], None), ("AC" + "5c" * 16, None)]
)
def test_a_messaging_service_is_named_as_twilio_names_it(value: str, kept: str | None) -> None:
    account, findings = read({"TWILIO_MESSAGING_SERVICE_SID": value})

    assert (account.messaging_service, len(findings)) == (kept, 0 if kept else 1)
    assert all("TWILIO_MESSAGING_SERVICE_SID has the wrong shape" in finding for finding in findings)


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_NEXT"])
@pytest.mark.parametrize("value", [TOKEN[:31], TOKEN + "0", TOKEN[:31] + "-", TOKEN[:31] + "\u0660"])
def test_a_token_of_the_wrong_shape_is_named_and_not_shown(name: str, value: str) -> None:
    _, told = read({name: value})

    assert [line.partition(";")[0] for line in told] == [
        f"environment:1:1  {name} has {len(value)} characters or signs that Twilio does not use"
    ]
    assert value not in told[0]


@pytest.mark.parametrize("sid", ["AC123", SID.upper(), "SK" + "1f" * 16, SID + "0", "AC" + "1g" * 16])
def test_an_account_of_the_wrong_shape_is_refused(sid: str) -> None:
    account, told = read({"TWILIO_ACCOUNT_SID": sid})

    assert account.sid is None
    assert told[0].startswith("environment:1:1  TWILIO_ACCOUNT_SID has the wrong shape; ")


def test_what_the_demo_uses_is_refused() -> None:
    _, told = read(
        {"TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID, "TWILIO_AUTH_TOKEN": DEMO_AUTH_TOKEN.reveal()},
        production=True,
    )

    assert [line.partition(";")[0] for line in told] == [
        "environment:1:1  TWILIO_ACCOUNT_SID is the demo's",
        "environment:1:1  TWILIO_AUTH_TOKEN is the demo's, which anybody can read",
    ]


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TWILIO_API_KEY": KEY_SID}, "TWILIO_API_SECRET is missing beside its other half"),
        ({"TWILIO_API_SECRET": TOKEN}, "TWILIO_API_KEY is missing beside its other half"),
        ({"TWILIO_API_KEY": "SK1", "TWILIO_API_SECRET": TOKEN}, "TWILIO_API_KEY has the wrong shape"),
    ],
)
def test_half_of_an_api_key_is_a_fault_of_the_other_half(environ: dict[str, str], told: str) -> None:
    account, lines = read(environ)

    assert account.api_key is None
    assert [line.partition(";")[0] for line in lines] == [f"environment:1:1  {told}"]
