import pytest

from ivr.adapters.accounts.spreadsheet_cells import harmless


@pytest.mark.parametrize("text", ["=1+1", "+1•••••••123", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_is_shown_and_not_run(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["Northwind", "a=b", "", "204117", "'=1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
