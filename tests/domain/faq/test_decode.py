import pytest

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.structure.faq_document import Paragraph


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b" \n\t\xc2\xa0\r\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\xa0\n", "the file is empty"),
        (b"How?\x00\x01\x02 no", "the file is binary, not text"),
        (bytes(range(1, 32)) * 20 + b"words", "the file is binary, not text"),
        (b"%PDF-1.7\nHow do I pay?\n", "the file is a PDF, not text"),
        (b"PK\x03\x04\x14\x00", "the file is a packed file (Word, OpenDocument or ZIP), not text"),
        (b"{\\rtf1 How?}", "the file is a rich-text document, not text"),
        (b"\xff\xfeH", "the file begins as UTF-16 but is broken"),
        (b"---\n?!\n", "the file holds no word"),
        (b"Why?\nSo.\n" * 120_000, "the file has 1,080,000 bytes, more than 1,048,576"),
    ],
)
def test_f1_a_file_that_is_no_text_is_an_error_that_names_the_file(data: bytes, what: str) -> None:
    faq = read_faq("faq.txt", data)

    assert [(str(one.spot), one.severity, one.rule, one.what) for one in faq.findings] == [
        ("faq.txt:1:1", "error", "faq-unreadable", what)
    ]
    assert faq.sections == ()


def test_f1_bytes_that_are_not_utf_8_are_read_with_a_warning_at_their_place() -> None:
    data = "How do I pay?\n\nYou can’t pay twice.\n".encode("cp1252")  # noqa: RUF001 -- the apostrophe that the document has

    faq = read_faq("faq.txt", data)

    assert [(str(one.spot), one.severity, one.rule) for one in faq.findings] == [
        ("faq.txt:3:8", "warning", "faq-encoding")
    ]
    assert faq.questions[0].answer == (Paragraph(text="You can’t pay twice."),)  # noqa: RUF001 -- the apostrophe that the document has


def test_utf_16_with_its_mark_is_read() -> None:
    faq = read_faq("faq.txt", "Wie geht es?\n\nGut.\n".encode("utf-16"))

    assert [question.text for question in faq.questions] == ["Wie geht es?"]
