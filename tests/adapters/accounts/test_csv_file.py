from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from ivr.adapters.accounts.csv_file import MOST_TOLD, read_accounts
from ivr.adapters.accounts.csv_header import COLUMNS
from ivr.adapters.accounts.imported_account import FiledAccount, FiledContact
from ivr.domain.phone import E164
from ivr.domain.yaml_source.finding import Finding, line_of
from tests.adapters.accounts.filing import RULES, file_of, line_of_cells, on, place_of, read, told

AFTER_HEADER = len(",".join(COLUMNS)) + 2
TESTS = Path(__file__).parents[2] / "data"
NORTHWIND = FiledAccount(
    number="204117",
    company="Northwind Hosting",
    primary_administrator="Ann Lee",
    language="en",
    subaccounts="no",
    tam_name="Sam Ortiz",
    tam_phone=E164("+14155550190"),
    is_closed=False,
    contacts=(
        FiledContact(
            kind="phone",
            address="+14155550123",
            added_at=on(2025, 3, 1),
            can_text=True,
            consented_at=on(2025, 5, 1),
        ),
        FiledContact(
            kind="mailbox",
            address="ann@northwind.example",
            added_at=on(2025, 4, 1),
            can_text=False,
            consented_at=None,
        ),
    ),
)


def test_a_row_that_is_right_is_read_cell_by_cell() -> None:
    assert read(file_of(line_of_cells())) == ([NORTHWIND], [])


def test_the_sample_file_has_four_accounts_and_no_fault() -> None:
    accounts, findings = read((TESTS / "accounts.csv").read_bytes())

    assert [account.number for account in accounts] == ["204117", "204118", "204119", "204120"]
    assert [account.company for account in accounts][1] == "Blue Harbor, Inc."
    assert [len(account.contacts) for account in accounts] == [2, 2, 1, 2]
    assert [account.is_closed for account in accounts] == [False, False, False, True]
    assert findings == []


def test_every_fault_of_a_file_is_told_at_once_with_place_and_remedy() -> None:
    data = (TESTS / "accounts-faults.csv").read_bytes()
    lines = data.decode().splitlines()

    _, findings = read(data)

    remedies = {
        (one.spot.line, lines[one.spot.line - 1][one.spot.column - 1 :]): one.remedy for one in findings
    }
    starts = {(line, rest.partition(",")[0]) for line, rest in remedies}
    assert starts == {
        (2, "1.2E+11"),
        (2, "14155550123"),
        (2, "yes"),
        (3, "204118"),
        (4, '"cy@cedar.example'),
        (4, "+19005551234"),
        (4, ""),
        (4, "english"),
        (4, "perhaps"),
    }
    assert all(remedies.values())


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_may_stand_in_any_order(name: str) -> None:
    order = [name, *(other for other in COLUMNS if other != name)]
    cells = dict(zip(COLUMNS, line_of_cells().split(","), strict=True))

    accounts, findings = read(file_of(",".join(cells[one] for one in order), header=",".join(order)))

    assert (accounts, findings) == ([NORTHWIND], [])


@pytest.mark.parametrize(
    "left_out",
    [["closed"], ["other_mailboxes"], ["closed", "other_mailboxes"]],
    ids=", ".join,
)
def test_the_columns_that_not_every_company_has_may_be_left_out(left_out: list[str]) -> None:
    cells = dict(zip(COLUMNS, line_of_cells().split(","), strict=True))
    kept = [name for name in COLUMNS if name not in left_out]

    found = read(file_of(",".join(cells[name] for name in kept), header=",".join(kept)))

    assert found == ([NORTHWIND], [])


def test_the_sample_is_read_without_a_fault() -> None:
    sample = Path("menus/calls/accounts.csv").read_bytes()

    accounts, findings = read(sample)

    assert [account.number for account in accounts] == ["204117", "204118", "204119", "204120", "204121"]
    assert findings == []


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:  # C1
    assert read(b"\xef\xbb\xbf" + file_of(line_of_cells())) == ([NORTHWIND], [])


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        pytest.param(
            ",".join(COLUMNS[:-1]) + ",phone",
            line_of_cells(),
            [
                (
                    f"1:{AFTER_HEADER - len('other_mailboxes,')} accounts-columns: "
                    "the column phone is named here and as the 4. column"
                )
            ],
            id="named twice",
        ),
        pytest.param(
            ",".join(COLUMNS[1:]),
            line_of_cells().partition(",")[2],
            ["1:1 accounts-columns: there is no column subscription_number"],
            id="missing",
        ),
        pytest.param(
            ",".join(COLUMNS) + ",fax",
            line_of_cells() + ",1",
            [f'1:{AFTER_HEADER} accounts-columns: "fax" is no column of this file'],
            id="one more",
        ),
        pytest.param(
            ",".join(COLUMNS),
            line_of_cells() + ",1",
            ["2:1 accounts-line: the line has 15 cells where the first line names 14 columns"],
            id="a long row",
        ),
        pytest.param(
            ",".join(COLUMNS),
            line_of_cells().rpartition(",")[0],
            ["2:1 accounts-line: the line has 13 cells where the first line names 14 columns"],
            id="a short row",
        ),
    ],
)
def test_columns_that_do_not_fit_are_named_by_place(header: str, row: str, expected: list[str]) -> None:  # C2
    assert told(file_of(row, header=header)) == expected


@pytest.mark.parametrize(("mark", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_another_separator_is_guessed(mark: str, name: str) -> None:  # C3
    data = file_of(line_of_cells().replace(",", mark), header=mark.join(COLUMNS))

    assert told(data) == [f"1:1 accounts-columns: the columns are separated by {name}"]


def test_a_column_with_a_typing_slip_is_recognised() -> None:
    _, findings = read(file_of(header=",".join(COLUMNS).replace("mailbox_added", "mailbox_aded")))

    assert findings[0].remedy == "did you mean mailbox_added?"


@pytest.mark.parametrize("length", [131_073, 300_000])
def test_a_cell_that_never_ends_costs_its_own_line(length: int) -> None:  # C5
    data = file_of(line_of_cells(company="x" * length), line_of_cells())

    accounts, findings = read(data)

    assert accounts == [NORTHWIND]
    assert [(one.spot.line, one.what) for one in findings] == [(2, "a cell has more than 131,072 characters")]


def test_a_quotation_mark_that_nobody_closed_costs_its_own_line() -> None:
    accounts, findings = read(file_of(line_of_cells(closed="no")[:-1], line_of_cells()))

    assert accounts == [NORTHWIND]
    assert [one.what for one in findings] == ["a quotation mark is not closed on this line"]


@pytest.mark.parametrize(
    ("other", "added"),
    [("Ann Lee", ""), ("Eve Fox", ", with another primary administrator")],
)
def test_a_number_that_is_given_twice_is_told_at_both_lines(other: str, added: str) -> None:  # C7
    data = file_of(
        line_of_cells(),
        line_of_cells(subscription_number="204118"),
        line_of_cells(primary_administrator=other),
    )

    assert told(data) == [
        f"2:1 accounts-twice: the subscription number is given on this line and on line 4{added}",
        f"4:1 accounts-twice: the subscription number is given on this line and on line 2{added}",
    ]


@pytest.mark.parametrize("company", ["=cmd|' /C calc'!A0", "+1 Fitness", "-Minus-", "@home"])
def test_a_company_that_looks_like_a_formula_is_kept_as_it_is(company: str) -> None:  # C8
    assert read(file_of(line_of_cells(company=company))) == ([replace(NORTHWIND, company=company)], [])


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("1.2E+11", 'was shortened by a spreadsheet to "1.2E+11"'),
        ("2,04117E+05", 'was shortened by a spreadsheet to "2,04117E+05"'),
        ("204117.0", 'was shortened by a spreadsheet to "204117.0"'),
        ("00123", "begins with 0, which spreadsheets drop and callers leave out"),
        ("A-1", 'is "A-1"'),
        ("123", 'is "123"'),
        ("", 'is ""'),
        ("٢٠٤١١٧", 'is "٢٠٤١١٧"'),
    ],
)
def test_a_subscription_number_is_what_a_caller_can_type(number: str, what: str) -> None:  # C9
    data = file_of(line_of_cells(subscription_number=number))

    assert told(data) == [f"2:1 accounts-cell: subscription_number {what}"]


def test_a_number_that_may_have_lost_its_zeros_is_told() -> None:  # C9
    numbers = ("204117", "4118", "204119")
    data = file_of(*(line_of_cells(subscription_number=number) for number in numbers))

    assert told(data) == ["3:1 accounts-cell: subscription_number has 4 digits, and most others have 6"]
    assert told(data, replace(RULES, lengths_differ=True)) == []


@pytest.mark.parametrize(
    ("phone", "what"),
    [
        ("14155550123", "it does not begin with a plus and the country code"),
        ("+1 415 555 0123", "it has something beside a plus and digits"),
        ("+19005551234", "it is a premium-rate number, which charges whoever calls it"),
        ("+447400123456", "it belongs to GB, and the allowed countries are DE, US"),
        ("+1911", "it is an emergency number"),
    ],
)
def test_a_telephone_that_may_not_be_rung_is_told(phone: str, what: str) -> None:  # C10
    data = file_of(line_of_cells(phone=phone, tam_phone=phone))

    assert told(data) == [
        f"{place_of('tam_phone', phone=phone)} accounts-cell: tam_phone cannot be rung: {what}",
        f"{place_of('phone')} accounts-cell: phone cannot be rung: {what}",
    ]


def test_a_telephone_that_a_spreadsheet_shortened_is_told() -> None:  # C9
    assert told(file_of(line_of_cells(phone="1.41556E+10"))) == [
        f'{place_of("phone")} accounts-cell: phone was shortened by a spreadsheet to "1.41556E+10"'
    ]


@pytest.mark.parametrize("phone", ["+4930901820", "+18002255288"])
def test_a_telephone_that_gets_no_texts_is_kept_and_flagged(phone: str) -> None:  # C10
    accounts, findings = read(file_of(line_of_cells(phone=phone)))

    assert [contact.can_text for contact in accounts[0].contacts] == [False, False]
    assert [(one.rule, one.severity, str(one.spot)) for one in findings] == [
        ("no-texts", "warning", f"accounts.csv:{place_of('phone')}")
    ]


@pytest.mark.parametrize(
    ("mailbox", "what"),
    [
        ("ann@a.example, eve@b.example", "it is more than one address"),
        ('"Ann" <ann@a.example>,<eve@b.example>', "it is more than one address"),
        ("Ann <ann@a.example>", "it has a name or a quotation beside the address"),
        ("ann @a.example", "it has a blank or a control character"),
        ("<ann@a.example>", "it has a name or a quotation beside the address"),
        ("ann\u200b@a.example", "it has the character U+200B"),
        ("ann@n\u043erthwind.example", "it has the character U+043E"),  # a Cyrillic o
        ("ann@xn--nrthwind-2lh.example", "its domain is written as xn--"),
        ("ann", "it is no mail address"),
        ("ann@localhost", "it is no mail address"),
        ("ann@[192.0.2.1]", "it is no mail address"),
        (".ann@a.example", "it is no mail address"),
        ("ann@-a.example", "it is no mail address"),
        (f"{'a' * 65}@a.example", "more than 64 characters stand before the @"),
        (f"a@{'a.' * 130}example", "it is longer than 254 characters"),
    ],
)
def test_a_mailbox_is_one_plain_address(mailbox: str, what: str) -> None:  # C11
    assert told(file_of(line_of_cells(mailbox=mailbox))) == [
        f"{place_of('mailbox')} accounts-cell: mailbox cannot be used: {what}"
    ]


def test_a_mailbox_on_two_lines_is_told() -> None:  # C11
    first, second = told(file_of(line_of_cells(mailbox="ann@a.example\nBcc: eve@b.example")))

    assert first == "2:1 accounts-line: a quotation mark is not closed on this line"
    assert second.startswith("3:1 accounts-line: ")


def test_only_the_domain_of_a_mailbox_loses_its_capitals() -> None:
    accounts, _ = read(file_of(line_of_cells(mailbox="Ann.Lee@Northwind.EXAMPLE")))

    assert accounts[0].contacts[1].address == "Ann.Lee@northwind.example"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"204117,Caf\xe9,", "2:11 encoding: byte 0xE9 is not UTF-8"),
        ("204117,Café ".encode() + b"\xe9,", "2:13 encoding: byte 0xE9 is not UTF-8"),
        (b"204117,\0,", "2:8 unspeakable-character: the character U+0000 cannot be spoken or sent"),
    ],
)
def test_a_byte_that_is_no_text_is_told_by_its_column(line: bytes, expected: str) -> None:  # C14
    assert told(file_of() + line + b"\n" + file_of(line_of_cells()).partition(b"\n")[2]) == [expected]


def test_a_file_in_utf_16_is_told() -> None:  # C14
    data = file_of(line_of_cells()).decode().encode("utf-16")

    assert told(data) == ["1:1 encoding: the file is saved as UTF-16 or UTF-32"]


@pytest.mark.parametrize(
    "name", ["pin", "PIN", "support_pin", "password", "Passcode", "recovery codes", "otp"]
)
def test_a_column_of_secrets_is_refused(name: str) -> None:  # C15
    data = file_of(line_of_cells() + ",4711", header=f"{','.join(COLUMNS)},{name}")

    found = told(data)

    assert found == [f'1:{AFTER_HEADER} secret-column: the column "{name}" would bring secrets here in clear']
    assert "4711" not in "".join(line_of(one) for one in read(data)[1])


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"company": ""}, "company is empty"),
        ({"company": "x" * 201}, "company has 201 characters"),
        ({"company": "No\u202erthwind"}, "company has the invisible character U+202E"),
        ({"primary_administrator": ""}, "primary_administrator is empty"),
        ({"phone_added": "03/01/2025"}, 'phone_added is "03/01/2025", which is no date'),
        ({"phone_added": "2025-02-30"}, 'phone_added is "2025-02-30", which is no date'),
        (
            {"phone_added": "2026-11-26"},
            "phone_added is 2026-11-26, a day that is still to come",
        ),
        ({"phone_added": ""}, "phone_added is empty, and phone is given"),
        ({"phone": ""}, "phone_added is given, and phone is empty"),
        ({"mailbox": ""}, "mailbox_added is given, and mailbox is empty"),
        ({"texts_consent": "yes"}, 'texts_consent is "yes"'),
        ({"texts_consent": ""}, 'texts_consent is ""'),
        ({"texts_consent": "yes 2027-01-01"}, 'texts_consent is "yes 2027-01-01"'),
        ({"texts_consent": "no 2025-01-01"}, 'texts_consent is "no 2025-01-01"'),
        ({"subaccounts": "FALSE"}, 'subaccounts is "FALSE"'),
        ({"language": "English"}, 'language is "English"'),
        ({"closed": "TRUE"}, 'closed is "TRUE"'),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(changed: dict[str, str], what: str) -> None:
    place = place_of(what.partition(" ")[0], **changed)

    assert told(file_of(line_of_cells(**changed))) == [f"{place} accounts-cell: {what}"]


def test_a_date_of_tomorrow_is_a_date_in_the_east() -> None:
    assert told(file_of(line_of_cells(phone_added="2026-11-25"))) == []


def test_an_account_may_have_no_contact_at_all() -> None:
    row = line_of_cells(
        phone="", phone_added="", mailbox="", mailbox_added="", texts_consent="no", tam_phone=""
    )

    accounts, findings = read(file_of(row))

    assert (accounts[0].contacts, accounts[0].tam_phone, findings) == ((), None, [])


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b",,,\n"])
def test_an_empty_file_is_told(data: bytes) -> None:
    assert told(data) == ["1:1 accounts-columns: the file is empty"]


def test_a_file_of_column_names_alone_is_told() -> None:
    assert told(file_of()) == ["1:1 accounts-line: no account stands below the column names"]


def test_lines_without_any_text_are_passed_over() -> None:
    assert read(file_of("", line_of_cells(), "," * 12)) == ([NORTHWIND], [])


def test_a_file_of_another_kind_ends_after_a_thousand_faults() -> None:
    _, findings = read(file_of(*["nothing"] * (MOST_TOLD + 500)))

    assert len(findings) == MOST_TOLD + 1
    assert findings[-1].what == "1000 faults were found before this place"


def test_a_file_is_read_no_further_than_its_accounts_are_wanted() -> None:
    stream = BytesIO(file_of(*(line_of_cells(subscription_number=str(204117 + n)) for n in range(500))))

    first = next(read_accounts("accounts.csv", stream, rules=RULES))

    assert not isinstance(first, Finding)
    assert stream.tell() == len(file_of(line_of_cells()))


def test_nobodys_address_is_in_a_repr() -> None:
    shown = repr(NORTHWIND)

    assert "204117" in shown
    assert all(private not in shown for private in ("+1415", "ann@", "Ann Lee"))
