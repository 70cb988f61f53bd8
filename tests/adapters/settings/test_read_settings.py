from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.settings.demo_settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, DEMO_LINES, DEMO_NUMBERS
from ivr.adapters.settings.mail_relay import Relay
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings, SettingsFault
from ivr.adapters.settings.twilio_account import ApiKey
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret

TOKEN = "0123456789abcdef0123456789abcdef"
KEY = "8c1f6e02b97d4a35f0c2d8e19b7a4630"
PRODUCTION = {
    "IVR_ENV": "production",
    "TWILIO_ACCOUNT_SID": "AC" + "1f" * 16,
    "TWILIO_AUTH_TOKEN": TOKEN,
    "IVR_PUBLIC_URL": "https://ivr.example.com",
    "IVR_KEY": KEY,
    "IVR_NUMBERS": "+16502531234",
    "IVR_LINE_SUPPORT": "+16502531235,+16502531236",
    "IVR_SMTP_URL": "smtps://mail.example.com",
    "IVR_MAIL_FROM": "line@example.com",
}


def settings(environ: Mapping[str, str]) -> Settings:
    return read_settings(environ, read_bytes=None)


def faults(environ: Mapping[str, str]) -> list[str]:
    """What is wrong, without remedies; each of them must have one."""
    with pytest.raises(SettingsFault) as raised:
        settings(environ)
    assert all(finding.remedy for finding in raised.value.findings)
    return [finding.what for finding in raised.value.findings if finding.severity == "error"]


def test_nothing_set_is_a_demo_on_this_machine() -> None:
    assert read_settings({}, read_bytes=None) == Settings(
        environment="development",
        account_sid=DEMO_ACCOUNT_SID,
        auth_token=DEMO_AUTH_TOKEN,
        next_auth_token=None,
        messaging_service=None,
        api_key=None,
        api_url=None,
        public_url="http://127.0.0.1:5000",
        database_url=Secret("sqlite:///.ivr/ivr.db"),
        home=Path(".ivr"),
        anchor=Path(".ivr/audit.anchor"),
        menus=Path("menus"),
        prompts=Path("prompts"),
        key=None,
        numbers=DEMO_NUMBERS,
        countries=frozenset({"US"}),
        lines=DEMO_LINES,
        relay=None,
        mail_from="support@example.com",
        account_service=None,
        product=None,
        provider=None,
        log_level="info",
        warnings=(),
    )


def test_production_takes_what_is_set_and_nothing_of_the_demo() -> None:
    read = settings(PRODUCTION | {"IVR_HOME": "/var/lib/ivr", "IVR_LOG_LEVEL": "WARNING"})

    assert read == Settings(
        environment="production",
        account_sid="AC" + "1f" * 16,
        auth_token=Secret(TOKEN),
        next_auth_token=None,
        messaging_service=None,
        api_key=None,
        api_url=None,
        public_url="https://ivr.example.com",
        database_url=Secret("sqlite:////var/lib/ivr/ivr.db"),
        home=Path("/var/lib/ivr"),
        anchor=Path("/var/lib/ivr/audit.anchor"),
        menus=Path("menus"),
        prompts=Path("prompts"),
        key=Secret(KEY),
        numbers=(E164("+16502531234"),),
        countries=frozenset({"US"}),
        lines={"support": (E164("+16502531235"), E164("+16502531236"))},
        relay=Relay(host="mail.example.com", port=465, encryption="from_the_start"),
        mail_from="line@example.com",
        account_service=None,
        product=None,
        provider=None,
        log_level="warning",
        warnings=(),
    )
    assert read.is_production
    assert not read.is_demo


@pytest.mark.parametrize(
    "name", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "IVR_PUBLIC_URL", "IVR_KEY", "IVR_NUMBERS"]
)
def test_production_does_not_start_without(name: str) -> None:
    environ = {key: value for key, value in PRODUCTION.items() if key != name}

    assert faults(environ) == [f"{name} is not set"]


def test_production_refuses_what_the_demo_uses() -> None:
    demo = {
        "TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": DEMO_AUTH_TOKEN.reveal(),
        "IVR_NUMBERS": "+14155550100",
        "IVR_LINE_SUPPORT": "+14155550120",
        "IVR_PUBLIC_URL": "http://127.0.0.1:5000",
    }

    assert faults(PRODUCTION | demo) == [
        "IVR_LINE_SUPPORT, number 1: it is a number for fiction, which nobody answers",
        "IVR_NUMBERS, number 1: it is a number for fiction, which nobody can dial",
        "IVR_PUBLIC_URL is this machine, which Twilio cannot reach",
        "TWILIO_ACCOUNT_SID is the demo's",
        "TWILIO_AUTH_TOKEN is the demo's, which anybody can read",
    ]


def test_the_demo_s_token_never_guards_a_line_that_others_can_reach() -> None:
    tunnel = {"IVR_PUBLIC_URL": "https://tunnel.example.com"}

    assert settings({}).is_demo
    assert faults(tunnel) == [
        "IVR_NUMBERS is not set",
        "TWILIO_ACCOUNT_SID is not set",
        "TWILIO_AUTH_TOKEN is not set",
    ]


def test_a_line_set_in_development_stands_beside_the_demo_s_others() -> None:
    read = settings({"IVR_LINE_SUPPORT": "+16502531235"})

    assert read.lines == {**DEMO_LINES, "support": (E164("+16502531235"),)}


def test_every_fault_is_told_at_once() -> None:
    environ = {
        "IVR_ENV": "staging",
        "IVR_PUBLIC_URL": "https://ivr.example.com/",
        "IVR_KEY": "short",
        "IVR_COUNTRIES": "US,USA",
        "IVR_LOG_LEVEL": "verbose",
        "IVR_DATABASE_URL": "mysql://u:hunter2@db/ivr",
        "TWILIO_ACCOUNT_SID": "AC123",
        "DEBUG": "1",
        "TZ": "Mars/Olympus_Mons",
    }

    assert faults(environ) == [
        "DEBUG is on, and would show our inside to strangers",
        'IVR_COUNTRIES, number 2: "USA" is no country',
        "IVR_DATABASE_URL is no database that we know",
        "IVR_ENV is neither of its two words",
        "IVR_KEY has 5 bytes",
        "IVR_LOG_LEVEL is no level",
        "IVR_PUBLIC_URL ends with a slash",
        "TWILIO_ACCOUNT_SID has the wrong shape",
        "TZ is no time zone",
        "IVR_NUMBERS is not set",
        "TWILIO_AUTH_TOKEN is not set",
    ]


@pytest.mark.parametrize(
    "name",
    [
        *PRODUCTION,
        "IVR_COUNTRIES",
        "IVR_DATABASE_URL",
        "IVR_DESTINATIONS",
        "IVR_HOME",
        "IVR_LOG_LEVEL",
        "IVR_MENUS",
        "IVR_PROMPTS",
        "TWILIO_API_KEY",
        "TWILIO_API_SECRET",
        "TWILIO_AUTH_TOKEN_NEXT",
    ],
)
@pytest.mark.parametrize("value", ["", "x\n", '"x"'])
def test_every_value_is_checked_for_what_copying_leaves_behind(name: str, value: str) -> None:
    told = [fault for fault in faults(PRODUCTION | {name: value}) if fault.startswith(f"{name} ")]

    assert len(told) == 1


def test_no_repr_and_no_fault_shows_a_secret() -> None:
    secrets = {
        "TWILIO_AUTH_TOKEN": "a1" * 16,
        "TWILIO_AUTH_TOKEN_NEXT": "b2" * 16,
        "TWILIO_API_KEY": "SK" + "0" * 32,
        "TWILIO_API_SECRET": "c3" * 16,
        "IVR_KEY": "d41c8e7092f3ab65d0477be19fa8c256",
        "IVR_SMTP_URL": "smtps://ivr:f6f6f6@mail.example.com",
        "IVR_DIRECTORY_TOKEN": "a7a7a7",
        "IVR_PRODUCT_SECRET": "b8" * 16,
        "IVR_DATABASE_URL": "postgresql://ivr:e5e5e5@db/ivr",
    }
    values = [value for name, value in secrets.items() if name != "TWILIO_API_KEY"]

    read = settings(PRODUCTION | secrets | {"IVR_DIRECTORY_URL": "https://accounts.example.com"})
    with pytest.raises(SettingsFault) as raised:
        settings(PRODUCTION | {name: f"{value} " for name, value in secrets.items()})

    assert read.api_key == ApiKey(sid="SK" + "0" * 32, secret=Secret("c3" * 16))
    assert read.next_auth_token == Secret("b2" * 16)
    for shown in (repr(read), str(raised.value), repr(raised.value)):
        assert not any(value in shown for value in values)
        assert "+1650253" not in shown


@given(
    st.dictionaries(
        st.sampled_from([*PRODUCTION, "IVR_LINE_", "IVR_LINE_X", "IVR_COUNTRIES", "TZ", "IVR_KEY_FILE"]),
        st.text(max_size=40),
    )
)
def test_any_environment_is_read_or_refused(environ: dict[str, str]) -> None:
    try:
        read = settings(environ)
    except SettingsFault:
        return

    # Whatever got through without a fault stayed on this machine, since no whole token is drawn here.
    assert read.is_demo
