import pytest

from ivr.adapters.settings.environment.variable_names import report_unknown_names
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.yaml_source.finding import line_of


def told(name: str) -> list[str]:
    variables = Variables({name: "x"}, None)
    report_unknown_names(variables)
    return [line_of(finding) for finding in variables.findings]


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("IVR_PUBLIK_URL", "did you mean IVR_PUBLIC_URL?"),
        ("IVR_COUNTRY", "did you mean IVR_COUNTRIES?"),
        ("IVR_QQQQ", "do not set it"),
        ("TWILIO_AUTH_TOKN", "did you mean TWILIO_AUTH_TOKEN?"),
        ("TWILLIO_ACCOUNT_SID", "did you mean TWILIO_ACCOUNT_SID?"),
        ("twilio_auth_token", "did you mean TWILIO_AUTH_TOKEN?"),
    ],
)
def test_a_misspelt_name_is_warned_about_with_the_nearest(name: str, remedy: str) -> None:
    assert told(name) == [f"environment:1:1  warning: {name} is no setting; {remedy}  [unknown-setting]"]


@pytest.mark.parametrize(
    "name",
    ["TWILIO_REGION", "TWILIO_PHONE_NUMBER", "PATH", "IVR_LINE_ANY", "IVR_KEY_FILE", "IVR_DESTINATIONS"],
)
def test_names_of_ours_and_of_others_are_left_alone(name: str) -> None:
    assert told(name) == []


def test_the_clock_that_serve_gives_its_processes_is_no_setting_to_be_warned_of() -> None:
    assert told("IVR_SERVE_CLOCK") == []


def test_there_is_no_switch_that_turns_signatures_off() -> None:
    assert [line.partition(";")[0] for line in told("IVR_SKIP_SIGNATURE_CHECK")] == [
        "environment:1:1  IVR_SKIP_SIGNATURE_CHECK is no setting: signatures are always checked"
    ]
