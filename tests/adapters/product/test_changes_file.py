import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.adapters.product.changes_file import MOST_TOLD, read_changes
from ivr.adapters.product.reconciliation import ListedChange
from tests.domain.recovery.ready import AT

HEAD = "account,time,reference\n"
LINE = "204117,2026-11-24T18:00:00Z,R-1\n"


def told(text: str | bytes) -> list[tuple[int, str]]:
    changes, findings = read_changes("list.csv", text.encode() if isinstance(text, str) else text)
    assert changes == ()
    assert all(finding.remedy and finding.severity == "error" for finding in findings)
    return [(finding.spot.line, finding.what) for finding in findings]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + LINE,
        "\ufeff" + HEAD + LINE,
        (HEAD + LINE).replace("\n", "\r\n"),
        (HEAD + LINE).removesuffix("\n"),
        "Reference, Account, Time\nR-1,204117,2026-11-24 19:00+01:00\n",
        'account,time,reference\n"204117","2026-11-24T13:00:00.000-05:00","R-1"\n',
        HEAD + "204117,2026-11-24T18:00:00+00:00, R-1\n\n",
    ],
)
def test_a_list_is_read_with_its_columns_in_any_order_and_times_in_any_zone(text: str) -> None:
    change = ListedChange(line=2, number="204117", at=AT, reference="R-1")

    assert read_changes("list.csv", text.encode()) == ((change,), ())


def test_a_list_of_no_change_is_a_list() -> None:
    assert read_changes("list.csv", HEAD.encode()) == ((), ())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", (1, "the file is empty")),
        ("account;time;reference\n", (1, "the columns are not account, time, reference")),
        ("account,time\n", (1, "the columns are not account, time, reference")),
        ("account,time,reference,account\n", (1, "the columns are not account, time, reference")),
        (LINE, (1, "the columns are not account, time, reference")),
        (HEAD + LINE + "204117,2026-11-24T18:00:00Z\n", (3, "2 cells stand here, not 3")),
        (HEAD + "204117,2026-11-24T18:00:00,R-1\n", (2, "time is no time with a zone")),
        (HEAD + "204117,24.11.2026 18:00,R-1\n", (2, "time is no time with a zone")),
        (HEAD + "204117,2026-02-30T18:00:00Z,R-1\n", (2, "time is no time with a zone")),
        (HEAD + "204117,2026-11-24T18:00:00+99:00,R-1\n", (2, "time is no time with a zone")),
        (HEAD + "ann@a.example,2026-11-24T18:00:00Z,R-1\n", (2, "account is no subscription number")),
        (HEAD + "\u0662\u0660,2026-11-24T18:00:00Z,R-1\n", (2, "account is no subscription number")),
        (HEAD + "204117,2026-11-24T18:00:00Z,\x1b[31m\n", (2, "reference is no reference")),
        (HEAD + "204117,2026-11-24T18:00:00Z,=1+1\n", (2, "reference is no reference")),
        (HEAD + '204117,2026-11-24T18:00:00Z,"R-1\n', (2, "quotes do not match here")),
        (HEAD + '204117,2026-11-24T18:00:00Z,"R"-1\n', (2, "quotes do not match here")),
    ],
)
def test_a_list_that_cannot_be_read_whole_is_not_read_at_all(text: str, what: tuple[int, str]) -> None:
    assert told(text) == [what]


def test_a_list_in_another_encoding_names_the_line() -> None:
    assert told((HEAD + LINE).encode() + b"\xe4\n") == [(3, "this is not UTF-8")]


def test_every_wrong_line_is_told_up_to_a_hundred() -> None:
    assert len(told(HEAD + "x\n" * (MOST_TOLD + 1))) == MOST_TOLD


@given(
    st.binary(max_size=300)
    | st.text(alphabet='account,time\n"204117R-Z:+ \r\x00;', max_size=200).map(str.encode)
)
def test_any_file_is_read_or_refused_and_what_is_wrong_shows_nothing_of_it(content: bytes) -> None:
    changes, findings = read_changes("list.csv", (HEAD + "SECRET").encode() + content)

    assert not (changes and findings)
    assert all("SECRET" not in f"{finding.what}{finding.remedy}" for finding in findings)
    assert all(change.at.utcoffset() is not None for change in changes)
