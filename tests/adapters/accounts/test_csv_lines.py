from io import BytesIO

import pytest

from ivr.adapters.accounts.csv_lines import MOST_BYTES_OF_LINE, csv_lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_cells_are_read_by_line_without_the_blanks_around_them(end: str) -> None:
    data = f'a,b{end}{end} 1 ,"x, ""y"""{end},{end}3'.encode()

    assert [(found.line, found.cells) for found in csv_lines(BytesIO(data))] == [
        (1, ("a", "b")),
        (3, ("1", 'x, "y"')),
        (5, ("3",)),
    ]


def test_a_cell_begins_after_the_comma_before_it() -> None:
    (line,) = csv_lines(BytesIO(b'a,"b,""c""",d'))

    assert [line.text[line.column_of(position) - 1 :][:1] for position in range(3)] == ["a", '"', "d"]
    assert line.column_of(3) == 1


@pytest.mark.parametrize("data", [b'a,"b"c\n', b'"a" ,b\n', b"a\rb\n"])
def test_a_line_that_is_not_cells_says_why_and_the_next_one_is_read(data: bytes) -> None:
    first, second = csv_lines(BytesIO(data + b"1,2"))

    assert first.wrong is not None
    assert first.wrong.rule == "accounts-line"
    assert second.cells == ("1", "2")


def test_nothing_of_a_file_in_utf_16_is_read() -> None:
    found = list(csv_lines(BytesIO("a,b\n1,2\n".encode("utf-16"))))

    assert [(line.cells, line.wrong and line.wrong.rule) for line in found] == [((), "encoding")]


def test_a_line_without_an_end_is_never_held_whole() -> None:
    class Watched(BytesIO):
        most = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            data = super().readline(size)
            self.most = max(self.most, len(data))
            return data

    stream = Watched(b"x" * (10 * MOST_BYTES_OF_LINE) + b"\n1,2\n")

    first, second = csv_lines(stream)

    assert first.wrong is not None
    assert (second.line, second.cells) == (2, ("1", "2"))
    assert stream.most <= MOST_BYTES_OF_LINE + 1
