"""An accounts file: its rows one by one, and everything that is wrong with them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.adapters.accounts.csv_header import header_faults, separator_fault
from ivr.adapters.accounts.csv_lines import CsvLine, csv_lines
from ivr.adapters.accounts.csv_row import CsvRow, Rules
from ivr.adapters.accounts.imported_account import FiledAccount
from ivr.domain.yaml_source.finding import Finding, Severity
from ivr.domain.yaml_source.location import Spot
from ivr.domain.yaml_source.rejections import too_many_findings

MOST_TOLD: Final = 1000
_EMPTY: Final = Wrong(
    rule="accounts-columns",
    what="the file is empty",
    remedy="write a line of column names, and an account on each line below it",
)
_NO_ROW: Final = Wrong(
    rule="accounts-line", what="no account stands below the column names", remedy="write one on each line"
)
_NO_TEXTS: Final = Wrong(
    rule="no-texts",
    what="phone is no mobile number, so no text message is sent there (no SMS)",
    remedy="leave it if a call will do, or put a mobile number on file",
)


def read_accounts(file: str, stream: BinaryIO, *, rules: Rules) -> Iterator[FiledAccount | Finding]:
    """Read the file line by line, and give its accounts and its faults in the order in which they are met.

    Nothing may be done with the accounts if one of the findings is an error. An account that cannot get text
    messages is given with a warning. What is kept meanwhile is each subscription number, with its line.
    """
    errors = 0
    for found in _Reading(file=file, rules=rules).all_of(stream):
        yield found
        if isinstance(found, Finding) and found.severity == "error":
            errors += 1
            if errors == MOST_TOLD:
                yield too_many_findings(found.spot, MOST_TOLD)
                return


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    line: int
    column: int
    administrator: str


@dataclass(slots=True, kw_only=True)
class _Reading:
    file: str
    rules: Rules
    names: tuple[str, ...] = ()
    seen: dict[str, _Seen] = field(default_factory=dict)

    def all_of(self, stream: BinaryIO) -> Iterator[FiledAccount | Finding]:
        lines = csv_lines(stream)
        header = next(lines, CsvLine(line=1, text="", cells=(), wrong=_EMPTY))
        wrong = header.wrong or separator_fault(header.text)
        if wrong:
            yield self._error(header, header.column, wrong)
            return
        for position, fault in header_faults(header.cells):
            yield self._error(header, header.column_of(position), fault)
        self.names = header.cells
        has_rows = False
        for line in lines:
            has_rows = True
            yield from self._row(line)
        if not has_rows:
            yield self._error(header, 1, _NO_ROW)
        if not self.rules.lengths_differ:
            yield from self._other_lengths()

    def _row(self, line: CsvLine) -> Iterator[FiledAccount | Finding]:
        wrong = line.wrong or self._width_fault(line)
        if wrong:
            yield self._error(line, line.column, wrong)
            return
        # Where a column is named twice the first one is read: that it is, was told.
        cells = dict(reversed([*zip(self.names, line.cells, strict=True)]))
        row = CsvRow(cells=cells, rules=self.rules)
        account = row.account()
        for column, fault in row.wrongs:
            named = Wrong(rule=fault.rule, what=f"{column} {fault.what}", remedy=fault.remedy)
            yield self._error(line, self._column(line, column), named)
        if not any(column == "subscription_number" for column, _ in row.wrongs):
            yield from self._given_twice(line, cells)
        if account is not None:
            if any(contact.kind == "phone" and not contact.can_text for contact in account.contacts):
                yield self._at(line.line, self._column(line, "phone"), _NO_TEXTS, "warning")
            yield account

    def _width_fault(self, line: CsvLine) -> Wrong | None:
        have, due = len(line.cells), len(self.names)
        if have == due:
            return None
        what = f"the line has {have} cells where the first line names {due} columns"
        return Wrong(
            rule="accounts-line", what=what, remedy="put quotation marks around a cell with a comma in it"
        )

    def _given_twice(self, line: CsvLine, cells: Mapping[str, str]) -> Iterator[Finding]:
        number, administrator = cells.get("subscription_number", ""), cells.get("primary_administrator", "")
        if not number:
            return
        here = _Seen(
            line=line.line, column=self._column(line, "subscription_number"), administrator=administrator
        )
        first = self.seen.setdefault(number, here)
        if first is here:
            return
        other = "" if first.administrator == administrator else ", with another primary administrator"
        for one, two in ((first, here), (here, first)):
            what = f"the subscription number is given on this line and on line {two.line}{other}"
            wrong = Wrong(rule="accounts-twice", what=what, remedy="keep one of the two lines")
            yield self._at(one.line, one.column, wrong, "error")

    def _other_lengths(self) -> Iterator[Finding]:
        """Find numbers that a spreadsheet may have taken the leading zeros from."""
        counted = Counter(len(number) for number in self.seen)
        if not counted:
            return
        usual = max(counted, key=lambda length: (counted[length], length))
        for number, seen in self.seen.items():
            if len(number) != usual:
                what = f"subscription_number has {len(number)} digits, and most others have {usual}"
                remedy = "put back what a spreadsheet took, or say --lengths-differ"
                yield self._at(seen.line, seen.column, Wrong(what=what, remedy=remedy), "error")

    def _column(self, line: CsvLine, name: str) -> int:
        return line.column_of(self.names.index(name))

    def _error(self, line: CsvLine, column: int, wrong: Wrong) -> Finding:
        return self._at(line.line, column, wrong, "error")

    def _at(self, line: int, column: int, wrong: Wrong, severity: Severity) -> Finding:
        spot = Spot(file=self.file, line=line, column=column)
        return Finding(rule=wrong.rule, severity=severity, spot=spot, what=wrong.what, remedy=wrong.remedy)
