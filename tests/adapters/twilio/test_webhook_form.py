from io import BytesIO
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.formparser import FormDataParser

from ivr.adapters.twilio.webhook_form import MAX_BYTES, MAX_FIELDS, Form, MalformedForm, parse_form


def read(body: bytes) -> Form:
    form = parse_form(body)
    assert isinstance(form, Form)
    return form


def as_werkzeug_reads(body: bytes) -> dict[str, list[str]]:
    mimetype = "application/x-www-form-urlencoded"
    _, form, _ = FormDataParser().parse(BytesIO(body), mimetype, len(body))
    return dict(form.lists())


def in_lists(form: Form) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for name, value in form.pairs:
        lists.setdefault(name, []).append(value)
    return lists


def test_fields_keep_their_order_and_their_blanks() -> None:
    form = read(b"To=%2B13231234567&ToZip=&CallerCity=LOS+ANGELES&flag")

    assert form.pairs == (
        ("To", "+13231234567"),
        ("ToZip", ""),
        ("CallerCity", "LOS ANGELES"),
        ("flag", ""),
    )
    assert form.repeated == frozenset()


def test_a_field_not_sent_is_none_and_a_blank_one_is_blank() -> None:
    form = read(b"Digits=")

    assert form.get("Digits") == ""
    assert form.get("SpeechResult") is None


def test_a_repeated_field_is_named_and_gives_its_first_value() -> None:
    form = read(b"Digits=1&CallSid=CA1&Digits=2")

    assert form.repeated == {"Digits"}
    assert form.get("Digits") == "1"
    assert form.pairs == (("Digits", "1"), ("CallSid", "CA1"), ("Digits", "2"))


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"x=%FF%FE", "%FF%FE"),
        (b"x=a%C3b", "a%C3b"),
        (b"x=%ED%A0%80", "%ED%A0%80"),
        (b"x=%zz%", "%zz%"),
        (b"x=%252B", "%2B"),
        (b"x=%2%2B5", "%2+5"),
        (b"x=%2b1", "+1"),
        (b"x=1%2B2+3", "1+2 3"),
        (b"x=%00", "\0"),
        ("x=é%C3%A9".encode(), "éé"),
    ],
)
def test_escapes_are_read_and_broken_ones_stay_as_they_are(body: bytes, value: str) -> None:
    assert read(body).get("x") == value
    assert as_werkzeug_reads(body) == {"x": [value]}


def test_semicolons_separate_nothing() -> None:
    assert read(b"a=1;b=2").pairs == (("a", "1;b=2"),)


def test_a_hundred_fields_are_read_and_one_more_is_not() -> None:
    at_the_limit = b"&".join(b"f%d=1" % number for number in range(MAX_FIELDS))

    assert len(read(at_the_limit).pairs) == MAX_FIELDS
    assert parse_form(at_the_limit + b"&") == parse_form(at_the_limit)
    assert parse_form(at_the_limit + b"&one=more") == MalformedForm(reason="too_many_fields")


def test_64_kib_are_read_and_one_byte_more_is_not() -> None:
    at_the_limit = b"x=".ljust(MAX_BYTES, b"y")

    assert len(read(at_the_limit).pairs) == 1
    assert parse_form(at_the_limit + b"y") == MalformedForm(reason="too_long")


def test_raw_bytes_that_are_not_utf8_are_refused() -> None:
    assert parse_form(b"Digits=1&x=\xff") == MalformedForm(reason="not_utf8")
    assert as_werkzeug_reads(b"Digits=1&x=\xff") == {}


def test_half_a_character_is_not_written_by_the_rule_for_reading() -> None:
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode(errors="ivr.keep-escaped")


def test_a_printed_form_shows_no_value() -> None:
    assert "555" not in repr(read(b"From=%2B14155550123&Digits=555"))


tokens = st.text(max_size=8) | st.sampled_from(["%", "%2B", "+", "%FF", "=", "&", "é", "%c3%A9"])
bodies = st.lists(tokens | st.sampled_from(["&", "=", "&a="]), max_size=40).map("".join)


@given(bodies.map(lambda text: text.encode(errors="replace")) | st.binary(max_size=200))
def test_it_reads_what_werkzeug_reads(body: bytes) -> None:
    form = parse_form(body)

    assert (in_lists(form) if isinstance(form, Form) else {}) == as_werkzeug_reads(body)


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=MAX_FIELDS))
def test_what_was_written_is_read_back(pairs: list[tuple[str, str]]) -> None:
    spoken = [
        (name.encode(errors="replace").decode(), value.encode(errors="replace").decode())
        for name, value in pairs
    ]

    assert read(urlencode(spoken, quote_via=quote_plus).encode()).pairs == tuple(spoken)
