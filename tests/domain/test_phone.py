import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.domain.phone import E164, NumberRefused, caller, can_text, destination, own, readings, regions

US = frozenset({"US"})
HALF_THE_WORLD = frozenset({"US", "GB", "DE", "FR"})

PREMIUM = "it is a premium-rate number, which charges whoever calls it"
SHARED = "it is a shared-cost number, which charges whoever calls it"
PERSONAL = "it is a personal (follow-me) number, whose charge nobody can foresee"
SATELLITE = "it is a satellite telephone"
NETWORK = "it belongs to an international network (ships, aircraft, satellites)"
DIRECTORY = "it is directory assistance, which charges whoever calls it"
EMERGENCY = "it is an emergency number"
SHORT = "it is a short code, which only works inside one country or network"
KEYS = "it carries keys to press, and a line can only be rung"
ADDRESS = "it is an internet address"
LETTERS = "it has letters"
BESIDE = "it has something beside a plus and digits"
NOT_PLAIN = "it has characters that are not plain digits"
NO_PLUS = "it does not begin with a plus and the country code"
TOO_SHORT = "it is too short for its country"
TOO_LONG = "it is too long for its country"
NO_SUCH = "its country's numbering plan has no such number"
NO_COUNTRY = "its country code is given to no country"
ABROAD = "it belongs to {}, and the allowed countries are DE, FR, GB, US"

REFUSED = [
    ("+19005551234", PREMIUM),
    ("+19005550100", PREMIUM),
    ("+12129765555", PREMIUM),
    ("+449098790000", PREMIUM),
    ("+448712345678", PREMIUM),
    ("+33899123456", PREMIUM),
    ("+979123456789", PREMIUM),
    ("+491801123456", SHARED),
    ("+33810123456", SHARED),
    ("+80812345678", SHARED),
    ("+447000000000", PERSONAL),
    ("+447012345678", PERSONAL),
    ("+15005550006", PERSONAL),
    ("+15225551234", PERSONAL),
    ("+15335551234", PERSONAL),
    ("+878101234567890", PERSONAL),
    ("+870773123456", "it is a satellite telephone (Inmarsat)"),
    ("+881612345678", SATELLITE),
    ("+881712345678", SATELLITE),
    ("+88213123456", NETWORK),
    ("+88216123456789", NETWORK),
    ("+883510012345678", NETWORK),
    ("+888123456789", "it belongs to an international service for disaster relief"),
    ("+14155551212", DIRECTORY),
    ("+12125551212", DIRECTORY),
    ("+12129505555", "it is the access number of a telephone company"),
    ("911", EMERGENCY),
    ("+911", EMERGENCY),
    ("+1911", EMERGENCY),
    ("112", EMERGENCY),
    ("+112", EMERGENCY),
    ("999", EMERGENCY),
    ("000", EMERGENCY),
    ("110", EMERGENCY),
    ("411", SHORT),
    ("72727", SHORT),
    ("+72727", SHORT),
    ("+1411", SHORT),
    ("+18765551234", ABROAD.format("JM")),
    ("+18095551234", ABROAD.format("DO")),
    ("+14165550123", ABROAD.format("CA")),
    ("+17875551234", ABROAD.format("PR")),
    ("+390612345678", ABROAD.format("IT")),
    ("+80012345678", ABROAD.format("no single country")),
    ("+41860791234567", "it is a mailbox for voice messages, not a person's telephone"),
    ("+19765551234", NO_SUCH),
    ("+17105551234", NO_SUCH),
    ("+15555550100", NO_SUCH),
    ("+999123456789", NO_COUNTRY),
    ("+210123456", NO_COUNTRY),
    ("+1415555010", TOO_SHORT),
    ("+141555501000", TOO_LONG),
    ("+1415555010000000000", "it is too long: E.164 allows 15 digits"),
    ("+0114155550100", "no country code begins with 0"),
    ("14155550100", NO_PLUS),
    ("4155550100", NO_PLUS),
    ("0014155550100", NO_PLUS),
    ("*67+14155550100", KEYS),
    ("*6714155550100", KEYS),
    ("+14155550100,,123#", KEYS),
    ("+14155550100;ext=5", KEYS),
    ("+14155550100#", KEYS),
    ("+14155550100w123", LETTERS),
    ("+14155550100p1", LETTERS),
    ("+14155550100 x5", LETTERS),
    ("+14155550100 ext. 5", LETTERS),
    ("+1415555O100", LETTERS),
    ("+1800FLOWERS", LETTERS),
    ("tel:+14155550100", LETTERS),
    ("sip:agent@example.com", ADDRESS),
    ("sips:agent@example.com", ADDRESS),
    ("agent@example.com", ADDRESS),
    ("client:ana", ADDRESS),
    ("+1 415 555 0100", BESIDE),
    ("+1-415-555-0100", BESIDE),
    ("(415) 555-0100", BESIDE),
    ("+14155550100 ", BESIDE),
    ("+14155550100\n", BESIDE),
    ("++14155550100", BESIDE),
    ("+", BESIDE),
    ("+1415555010\u0660", NOT_PLAIN),
    ("\uff0b14155550100", NOT_PLAIN),
    ("+1415555010\uff10", NOT_PLAIN),
    ("+1415555\u200b0100", NOT_PLAIN),
    ("", "it is empty"),
    ("  ", "it is empty"),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_a_destination_is_refused_with_what_it_is(text: str, reason: str) -> None:
    assert destination(text, countries=HALF_THE_WORLD) == NumberRefused(reason=reason)


@pytest.mark.parametrize(
    "text",
    [
        "+14155550100",  # 555-01xx is fiction, and what the demo rings
        "+14155550123",
        "+12125550199",
        "+18005550199",
        "+16502531234",
        "+4930123456",
        "+4915123456789",
        "+443001234567",
        "+448001111111",
    ],
)
def test_people_s_telephones_of_allowed_countries_can_be_rung(text: str) -> None:
    assert destination(text, countries=HALF_THE_WORLD) == E164(text)


def test_a_country_has_to_be_allowed_before_its_numbers_can_be_rung() -> None:
    jamaica = "+18765551234"

    assert destination(jamaica, countries=frozenset({"JM"})) == E164(jamaica)
    assert destination(jamaica, countries=US) == NumberRefused(
        reason="it belongs to JM, and the allowed countries are US"
    )


def test_the_emergency_numbers_of_the_allowed_countries_are_known_too() -> None:
    assert destination("17", countries=US) == NumberRefused(reason=SHORT)
    assert destination("17", countries=frozenset({"FR"})) == NumberRefused(reason=EMERGENCY)


@given(st.text())
def test_any_text_is_either_a_number_as_written_or_refused(text: str) -> None:
    decided = destination(text, countries=US)

    assert isinstance(decided, NumberRefused) or decided == text


@given(st.from_regex(r"\+1(900|976)[2-9][0-9]{6}", fullmatch=True))
def test_no_premium_number_of_north_america_can_be_rung(text: str) -> None:
    assert isinstance(destination(text, countries=US), NumberRefused)


@given(st.from_regex(r"\+14155550100[^0-9]{1,5}", fullmatch=True))
def test_nothing_may_follow_a_good_number(text: str) -> None:
    assert isinstance(destination(text, countries=US), NumberRefused)


def test_our_own_number_may_be_of_any_country_and_kind() -> None:
    assert own("+448001111111") == E164("+448001111111")
    assert own("+4930123456") == E164("+4930123456")
    assert own("+19765551234") == NumberRefused(reason=NO_SUCH)
    assert own("4155550100") == NumberRefused(reason=NO_PLUS)


@pytest.mark.parametrize("text", ["+14155550123", "+4915123456789", "+18765551234", "+881612345678"])
def test_a_caller_s_number_is_read_wherever_it_is_from(text: str) -> None:
    assert caller(text) == E164(text)


@pytest.mark.parametrize(
    "text",
    [
        "anonymous",
        "Anonymous",
        "unknown",
        "Restricted",
        "",
        "+",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "client:ana",
        "client:+14155550123",
        "sip:a@b",
        "ABCDEFG",
        "+1415555CALL",
        "14155550123",
        "+14155550123\n",
        "+1415555012\u0663",
        "+999123456789",
        "+1415555",
        "911",
    ],
)
def test_a_withheld_or_strange_caller_has_no_number(text: str) -> None:
    assert caller(text) is None


@given(st.text())
def test_any_caller_field_is_read_without_an_error(text: str) -> None:
    assert caller(text) in (None, text)


def test_countries_are_known_by_two_letters() -> None:
    assert {"US", "GB", "DE", "JM"} <= regions()
    assert all(len(region) == 2 for region in regions())


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+14155550123", True),  # one plan for landlines and mobiles
        ("+491711234567", True),
        ("+4930901820", False),
        ("+18002255288", False),
        ("+445600123456", False),
    ],
)
def test_a_text_goes_where_a_mobile_may_be(number: str, *, expected: bool) -> None:
    assert can_text(E164(number)) is expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("+14155550123", ("+14155550123",)),
        ("4155550123", ("+494155550123", "+14155550123")),  # a landline near Hamburg, too
        ("14155550123", ("+14155550123",)),
        ("030901820", ("+4930901820",)),
        ("4930901820", ("+4930901820",)),
        ("+266696687", ()),
        ("", ()),
        ("999999", ()),
        ("4155550123#", ()),
        ("٤١٥٥٥٥٠١٢٣", ()),
        ("9" * 21, ()),
    ],
)
def test_digits_are_read_as_a_caller_dials_them_at_home(typed: str, expected: tuple[str, ...]) -> None:
    assert readings(typed, frozenset({"US", "DE"})) == expected
