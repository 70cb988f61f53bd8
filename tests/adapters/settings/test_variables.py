import pytest

from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.yaml_source.finding import line_of

TOKEN = "0123456789abcdef0123456789abcdef"
FILES = {
    "token": TOKEN.encode() + b"\n",
    "token-crlf": TOKEN.encode() + b"\r\n",
    "two-lines": TOKEN.encode() + b"\n\n",
    "latin": b"\xff\xfe",
    "empty": b"",
}


def read_file(path: str) -> bytes:
    if path not in FILES:
        raise FileNotFoundError(2, "No such file or directory")
    return FILES[path]


def whats(variables: Variables) -> list[str]:
    return [finding.what for finding in variables.findings]


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        ("", "is set but empty"),
        ("   ", "is set but empty"),
        (f" {TOKEN}", "has white space or a line break around it"),
        (f"{TOKEN}\n", "has white space or a line break around it"),
        (f'"{TOKEN}"', "has quotes around it"),
        (f"'{TOKEN}", "has quotes around it"),
        (f"{TOKEN[:16]}\n{TOKEN[16:]}", "has a line break or another control character in it"),
        (f"{TOKEN}\x00", "has a line break or another control character in it"),
    ],
)
def test_what_copying_leaves_behind_is_named_and_the_value_is_not_shown(value: str, fact: str) -> None:
    variables = Variables({"IVR_KEY": value}, None)

    assert variables.text("IVR_KEY") is None
    assert whats(variables) == [f"IVR_KEY {fact}"]
    assert variables.is_faulty("IVR_KEY")
    assert not any(TOKEN[:16] in line_of(finding) for finding in variables.findings)


def test_what_is_not_set_is_no_fault() -> None:
    variables = Variables({}, None)

    assert variables.text("IVR_KEY") is None
    assert variables.secret("IVR_KEY") is None
    assert variables.entries("IVR_NUMBERS") is None
    assert variables.findings == []
    assert not variables.is_faulty("IVR_KEY")
    assert not variables.is_set("IVR_KEY")


def test_a_list_keeps_the_positions_of_its_entries_around_an_empty_one() -> None:
    variables = Variables({"IVR_NUMBERS": "a, b,,c"}, None)

    assert variables.entries("IVR_NUMBERS") == [(1, "a"), (2, "b"), (4, "c")]
    assert whats(variables) == ["IVR_NUMBERS, number 3: it is empty"]


@pytest.mark.parametrize("file", ["token", "token-crlf"])
def test_a_secret_can_come_from_a_file_that_ends_with_a_line_break(file: str) -> None:
    variables = Variables({"IVR_KEY_FILE": file}, read_file)

    assert variables.secret("IVR_KEY") == TOKEN
    assert variables.is_set("IVR_KEY")
    assert variables.findings == []


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        (
            {"IVR_KEY_FILE": "none"},
            "IVR_KEY_FILE names a file that cannot be read (No such file or directory)",
        ),
        ({"IVR_KEY_FILE": "latin"}, "IVR_KEY_FILE names a file that is not text"),
        ({"IVR_KEY_FILE": "empty"}, "IVR_KEY is set but empty"),
        ({"IVR_KEY_FILE": "two-lines"}, "IVR_KEY has white space or a line break around it"),
        ({"IVR_KEY_FILE": ""}, "IVR_KEY_FILE is set but empty"),
        ({"IVR_KEY": TOKEN, "IVR_KEY_FILE": "token"}, "IVR_KEY and IVR_KEY_FILE are both set"),
    ],
)
def test_a_secret_s_file_that_cannot_be_used_is_a_fault(environ: dict[str, str], told: str) -> None:
    variables = Variables(environ, read_file)

    assert variables.secret("IVR_KEY") is None
    assert whats(variables) == [told]
    assert variables.is_faulty("IVR_KEY")


def test_a_file_is_a_fault_where_files_are_not_read() -> None:
    variables = Variables({"IVR_KEY_FILE": "token"}, None)

    assert variables.secret("IVR_KEY") is None
    assert whats(variables) == ["IVR_KEY_FILE names a file, and files are not read here"]
