import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.faq.reading.faq_reader import read_faq
from ivr.domain.faq.reading.html_page import page_pieces
from ivr.domain.faq.structure.blocks import AnswerBlock, Heading, Piece, QuestionBlock, Stray
from ivr.domain.faq.structure.faq_document import Address, Bullets, Item, LineRange, Paragraph, texts_of


def at(first: int, last: int | None = None) -> LineRange:
    return LineRange(first=first, last=last or first)


def test_a_page_that_no_parser_accepts_is_one_stray() -> None:
    assert page_pieces("<p>Is it free?\n<![x[ y ]]>") == (
        Stray(text="<p>Is it free? <![x[ y ]]>", why="broken HTML", lines=at(1, 2)),
    )
    assert [one.rule for one in read_faq("a.html", b"<p>a</p><p>b<![x[ y ]]>").findings] == [
        "faq-no-question"
    ]


def test_a_bold_first_line_is_a_question_and_the_rest_its_answer() -> None:
    assert page_pieces(
        "<p><b>Is it free?</b><br>Yes,\nit is.</p>\n<p><strong>Hours</strong></p><p>All day.</p>"
    ) == (
        QuestionBlock(text="Is it free?", lines=at(1, 2)),
        AnswerBlock(block=Paragraph(text="Yes, it is."), lines=at(1, 2)),
        Heading(text="Hours", level=7, is_sure=False, lines=at(3)),
        AnswerBlock(block=Paragraph(text="All day."), lines=at(3)),
    )


def test_lists_of_links_to_the_page_itself_are_contents() -> None:
    html = (
        '<ul><li><a href="#a">Fees</a></li><li><a href="#b">Hours</a></li></ul>'
        '<ul><li><a href="/c">More</a></li></ul>'
    )

    assert page_pieces(html) == (
        Stray(text="Fees Hours", why="table of contents", lines=at(1)),
        AnswerBlock(block=Bullets(items=(Item(text="More"),)), lines=at(1)),
        Stray(text="/c", why='target of the link "More"', lines=at(1)),
    )


def test_lists_inside_lists_and_stray_texts_in_them_become_points() -> None:
    html = (
        "<ol>zero<!-- x --><li>one<ul><li>deep<!-- y --></li></ul></li>"
        "<ul><li>two</li></ul><script>x</script></ol>"
    )

    assert page_pieces(html) == (
        AnswerBlock(
            block=Bullets(
                items=(Item(text="zero"), Item(text="one", items=(Item(text="deep"),)), Item(text="two")),
                is_numbered=True,
            ),
            lines=at(1),
        ),
    )


def test_tables_addresses_pictures_and_comments_are_read_for_what_they_are() -> None:
    html = (
        "<h2>Is it near?<!-- z --></h2>\n"
        "<table><tr><td><ul><li>a</li></ul></td></tr></table>\n"
        "<address>One line only</address><address> </address>\n"
        '<p>See <img alt="the map"> here</p>\n<!-- ask Ana -->\n<p>***</p>\n'
        "<p>© 2024 Acme</p><h3>-</h3><table></table>"
    )

    assert page_pieces(html) == (
        Heading(text="Is it near?", level=2, is_sure=True, lines=at(1)),
        AnswerBlock(block=Bullets(items=(Item(text="a"),)), lines=at(2)),
        AnswerBlock(block=Paragraph(text="One line only"), lines=at(3)),
        AnswerBlock(block=Paragraph(text="See the map here"), lines=at(4)),
        Stray(text="ask Ana", why="comment", lines=at(5)),
        Stray(text="***", why="no words", lines=at(6)),
        Stray(text="© 2024 Acme", why="page furniture", lines=at(7)),
        Stray(text="-", why="no words", lines=at(7)),
    )


def test_an_address_with_breaks_is_an_address() -> None:
    pieces = page_pieces("<p>Acme<br>1200 Mill Road<br>Boulder, CO 80301</p>")

    assert pieces == (
        AnswerBlock(block=Address(lines=("Acme", "1200 Mill Road", "Boulder, CO 80301")), lines=at(1)),
    )


def test_links_and_names_outside_a_question_of_the_microdata_are_only_text() -> None:
    html = (
        '<p itemprop="name">Shop</p>'
        '<div itemscope itemtype="https://schema.org/Store"><p itemprop="name">Acme</p></div>'
        '<div role="navigation">Home</div>'
        '<p><a href="mailto:a@b.example">a@b.example</a> <a href="javascript:x()">go</a></p>'
        '<h2><a href="/x">Hours</a></h2>'
    )

    assert page_pieces(html) == (
        AnswerBlock(block=Paragraph(text="Shop"), lines=at(1)),
        AnswerBlock(block=Paragraph(text="Acme"), lines=at(1)),
        Stray(text="Home", why="page furniture", lines=at(1)),
        AnswerBlock(block=Paragraph(text="a@b.example go"), lines=at(1)),
        Heading(text="Hours", level=2, is_sure=True, lines=at(1)),
        Stray(text="/x", why='target of the link "Hours"', lines=at(1)),
    )


def test_lists_nested_without_end_are_flattened_at_some_depth() -> None:
    depth = 12
    html = "<ul><li>a" * depth + "</li></ul>" * depth

    (piece,) = page_pieces(html)

    assert isinstance(piece, AnswerBlock)
    assert Counter(re.findall(r"\w", " ".join(texts_of(piece.block)))) == Counter(a=depth)
    assert page_pieces("<ul>" * 9 + "a") == (
        AnswerBlock(block=Bullets(items=(Item(text="a"),)), lines=at(1)),
    )


TAGS = [
    "h2",
    "p",
    "b",
    "ul",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "tr",
    "td",
    "details",
    "summary",
    "nav",
    "address",
    "a",
    "button",
]
PARTS = st.lists(
    st.one_of(
        st.sampled_from([f"<{mark}{tag}>" for tag in TAGS for mark in ("", "/")]),
        st.sampled_from(["w", "<br>", "\n"]),
    ),
    max_size=30,
)


@given(parts=PARTS)
def test_every_visible_word_is_in_exactly_one_piece(parts: list[str]) -> None:
    counter = iter(range(100))
    html = " ".join(f"word{next(counter)}" if part == "w" else part for part in parts)

    found = Counter(word for piece in page_pieces(html) for word in re.findall(r"word\d+", shown(piece)))

    assert found == Counter(re.findall(r"word\d+", html))


def shown(piece: Piece) -> str:
    return " ".join(texts_of(piece.block)) if isinstance(piece, AnswerBlock) else piece.text
