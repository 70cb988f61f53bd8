"""Where mail is handed in: nothing leaves this machine in clear, and no password is shown."""

from collections.abc import Mapping

import pytest

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.mail_relay import Relay, read_mail_from, read_relay
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import line_of

HERE = Relay(host="127.0.0.1", port=25, encryption="none")


def read(environ: Mapping[str, str], *, production: bool = False) -> tuple[Relay | None, list[str]]:
    variables = Variables(environ, None)
    relay = read_relay(variables, production=production)
    return relay, [line_of(finding) for finding in variables.findings]


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        (
            "smtps://ivr:p%40ss@mail.example.com",
            Relay(
                host="mail.example.com",
                port=465,
                encryption="from_the_start",
                user="ivr",
                password=Secret("p@ss"),
            ),
        ),
        (
            "smtps://mail.example.com:4650",
            Relay(host="mail.example.com", port=4650, encryption="from_the_start"),
        ),
        ("smtp://mail.example.com", Relay(host="mail.example.com", port=587, encryption="starttls")),
        ("smtp://mail.example.com:25", Relay(host="mail.example.com", port=25, encryption="starttls")),
        ("smtp://127.0.0.1", Relay(host="127.0.0.1", port=25, encryption="none")),
        ("smtp://localhost:2525", Relay(host="localhost", port=2525, encryption="none")),
        ("smtp://[::1]", Relay(host="::1", port=25, encryption="none")),
    ],
)
def test_a_relay_that_is_elsewhere_is_never_spoken_to_in_clear(url: str, relay: Relay) -> None:
    assert read({"IVR_SMTP_URL": url}, production=True) == (relay, [])


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://mail.example.com", "does not begin with smtps:// or smtp://"),
        ("mail.example.com", "does not begin with smtps:// or smtp://"),
        ("smtps://", "has no host in small letters, digits, dots and hyphens"),
        ("smtps://mail_example.com", "has no host in small letters, digits, dots and hyphens"),
        ("smtps://mail.example.com:0", "names a port for nothing"),
        ("smtps://mail.example.com:x", "is no address"),
        ("smtps://mail.example.com/hush", "has more than user, password, host and port"),
        ("smtps://mail.example.com?hush", "has more than user, password, host and port"),
        ("smtps://ivr@mail.example.com", "has a user or a password without the other"),
    ],
)
def test_an_address_that_cannot_be_used_is_named_and_not_shown(url: str, told: str) -> None:
    relay, lines = read({"IVR_SMTP_URL": url})

    assert relay is None
    assert [line.partition(";")[0] for line in lines] == [f"environment:1:1  IVR_SMTP_URL {told}"]
    assert "hush" not in lines[0]


def test_a_password_is_shown_by_nothing() -> None:
    relay, _ = read({"IVR_SMTP_URL": "smtps://secretive:hush@mail.example.com"})

    assert "hush" not in repr(relay)
    assert "secretive" not in repr(relay)


def test_the_address_can_come_from_a_file() -> None:
    variables = Variables({"IVR_SMTP_URL_FILE": "relay"}, lambda _: b"smtp://127.0.0.1\n")

    assert read_relay(variables, production=True) == HERE
    assert variables.findings == []


def test_production_without_a_relay_starts_and_says_what_is_closed() -> None:
    assert read({}) == (None, [])
    assert read({}, production=True) == (
        None,
        [
            (
                "environment:1:1  warning: IVR_SMTP_URL is not set, so no warning can be mailed: the full "
                "password change (path b) is closed; write smtps://user:password@mail.example.com, or smtp:"
                "// for a relay with STARTTLS  [missing-setting]"
            )
        ],
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("support@example.com", []),
        ("o'neil+ivr@mail.example.co.uk", []),
        ("Support <support@example.com>", ["IVR_MAIL_FROM is not one plain mail address"]),
        ("a@example.com,b@example.com", ["IVR_MAIL_FROM is not one plain mail address"]),
        ("support@localhost", ["IVR_MAIL_FROM is not one plain mail address"]),
        ("support", ["IVR_MAIL_FROM is not one plain mail address"]),
        ("", ["IVR_MAIL_FROM is set but empty"]),
    ],
)
def test_mail_is_from_one_plain_address(text: str, told: list[str]) -> None:
    variables = Variables({"IVR_MAIL_FROM": text}, None)

    sender = read_mail_from(variables, HERE)

    assert [finding.what for finding in variables.findings] == told
    assert sender == (text if not told else "support@example.com")


def test_whom_mail_is_from_is_needed_with_a_relay_alone() -> None:
    with_relay, without = Variables({}, None), Variables({}, None)

    read_mail_from(with_relay, HERE)
    read_mail_from(without, None)

    assert [finding.what for finding in with_relay.findings] == ["IVR_MAIL_FROM is not set"]
    assert without.findings == []
