"""A text goes to whom texts are welcome; who never said so is called, and presses a key to hear the code."""

import pytest
from sqlalchemy import update

from ivr.adapters.database.cases import case_tables
from tests.security.line import NUMBER, PHONE, GuardedLine, guarded_line


def _consent(line: GuardedLine, at_us: int | None) -> None:
    contact = case_tables.contact.c
    with line.cases.database.engine.begin() as connection:
        connection.execute(
            update(case_tables.contact).where(contact.address == PHONE).values(consented_at_us=at_us)
        )


@pytest.mark.parametrize("asked", [[], ["1"], ["2"]])
@pytest.mark.parametrize("consented_at_us", [None, 1_740_787_200_000_000])
def test_a_code_is_texted_only_to_whom_texts_are_welcome(
    asked: list[str], consented_at_us: int | None
) -> None:
    with guarded_line() as line:
        _consent(line, consented_at_us)
        handset = line.handset()
        handset.type(NUMBER)
        for key in asked:
            handset.listen(61)
            handset.type(key)
        ways = [one.kind for one in line.received]

    may_text = consented_at_us is not None
    first = "text" if may_text else "call"
    assert ways == [first, *("text" if may_text and key == "1" else "call" for key in asked)]


def test_without_consent_no_number_of_a_case_is_texted_either() -> None:
    with guarded_line() as line:
        _consent(line, None)
        handset = line.handset()
        handset.type(NUMBER)
        handset.press("0")
        handset.press("#")

        assert "text" not in {one.kind for one in line.received}
