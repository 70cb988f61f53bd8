from collections.abc import Mapping

import pytest

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.line_numbers import Allowed, read_lines
from ivr.domain.phone import E164
from ivr.domain.yaml_source.finding import line_of

ANA, LUIS, OURS = E164("+14155550120"), E164("+14155550121"), E164("+14155550100")
ALLOWED = Allowed(countries=frozenset({"US"}), own=frozenset({OURS}), fiction=True)


def read(environ: Mapping[str, str], file: bytes = b"") -> tuple[dict[str, tuple[E164, ...]], list[str]]:
    variables = Variables(environ, lambda _: file)
    lines = read_lines(variables, ALLOWED)
    return lines, [line_of(finding) for finding in variables.findings]


def test_a_line_is_known_by_its_id_and_keeps_its_people_in_order() -> None:
    lines, told = read({"IVR_LINE_CUSTOMER_SERVICE": f"{LUIS}, {ANA}", "IVR_LINE_TAM": ANA})

    assert lines == {"customer-service": (LUIS, ANA), "tam": (ANA,)}
    assert told == []


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (f"{ANA},+19005551234", "number 2: it is a premium-rate number, which charges whoever calls it"),
        (f"{ANA},,911", "number 3: it is an emergency number"),
        (f"{ANA},", "number 2: it is empty"),
        (f"{ANA},{ANA}", "number 2: it is in this line already"),
        (f"{OURS}", "number 1: it is our own number, so the call would come back to this line"),
        ("+4930123456", "number 1: it belongs to DE, and the allowed countries are US"),
    ],
)
def test_a_number_that_cannot_be_rung_is_told_by_variable_and_position(value: str, fact: str) -> None:
    _, told = read({"IVR_LINE_SUPPORT": value})

    assert told[-1].startswith(f"environment:1:1  IVR_LINE_SUPPORT, {fact}; ")


@pytest.mark.parametrize(
    "name", ["IVR_LINE_", "IVR_LINE_support", "IVR_LINE__X", "IVR_LINE_X_", "IVR_LINE_1"]
)
def test_a_variable_that_names_no_line_is_a_fault(name: str) -> None:
    lines, told = read({name: ANA})

    assert lines == {}
    assert told[0].startswith(f"environment:1:1  {name} names no line; ")


def test_lines_can_come_from_a_file() -> None:
    file = f'support: ["{ANA}", "{LUIS}"]\ncustomer-service:\n  - "{LUIS}"\n'.encode()

    lines, told = read({"IVR_DESTINATIONS": "d.yaml", "IVR_LINE_TAM": ANA}, file)

    assert lines == {"tam": (ANA,), "support": (ANA, LUIS), "customer-service": (LUIS,)}
    assert told == []


@pytest.mark.parametrize(
    ("file", "place_and_fact"),
    [
        (b'support: ["+19005551234"]\n', "d.yaml:1:11  it is a premium-rate number, "),
        (b"support:\n  - 5\n", "d.yaml:2:5  it is no text that begins with a plus; "),
        (b"support: x\n", "d.yaml:1:1  this is no list of numbers; "),
        (b"support: []\n", "d.yaml:1:1  this is no list of numbers; "),
        (b'Support: ["+14155550120"]\n', "d.yaml:1:1  this is no id of a line; "),
        (b'tam: ["+14155550120"]\n', "d.yaml:1:1  IVR_LINE_TAM gives this line too; "),
        (b'["+14155550120"]\n', "d.yaml:1:1  the file holds a list "),
    ],
)
def test_a_fault_in_the_file_is_told_by_its_place(file: bytes, place_and_fact: str) -> None:
    _, told = read({"IVR_DESTINATIONS": "d.yaml", "IVR_LINE_TAM": ANA}, file)

    assert [line.startswith(place_and_fact) for line in told] == [True], told


def test_a_file_that_cannot_be_read_as_yaml_says_where() -> None:
    lines, told = read({"IVR_DESTINATIONS": "d.yaml"}, b"support: [\n")

    assert lines == {}
    assert told
    assert all(line.startswith("d.yaml:") for line in told)
