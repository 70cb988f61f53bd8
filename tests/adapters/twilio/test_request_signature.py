from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from ivr.adapters.twilio.request_signature import Signatures, sign
from ivr.adapters.twilio.webhook_form import Form
from ivr.domain.redaction import Secret
from tests.adapters.twilio.cut_points import Pair
from tests.adapters.twilio.signed import ACCOUNT, FIELDS, NEXT, ORIGIN, PLACE, TOKEN, ours, validates, verdict

# Published examples of what the carrier signs.
# https://www.twilio.com/docs/usage/security and twilio-python's own tests, read November 2026.
MYAPP: Final = "/myapp.php?foo=1&bar=2"
V1: Final = (
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675310"),
    ("Digits", "1234"),
    ("From", "+14158675310"),
    ("To", "+18005551212"),
)
V2: Final = (*((name, value.replace("5310", "5309")) for name, value in V1),)
V3: Final = (
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
)


@pytest.mark.parametrize(
    ("url", "pairs", "signature"),
    [
        ("https://example.com" + MYAPP, V1, "L/OH5YylLD5NRKLltdqwSvS0BnU="),
        ("https://mycompany.com" + MYAPP, V2, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("https://mycompany.com:443" + MYAPP, V2, "kvajT1Ptam85bY51eRf/AJRuM3w="),
        ("http://mycompany.com:80" + MYAPP, V2, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ("http://mycompany.com:1234" + MYAPP, V2, "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
        ("https://mycompany.com" + MYAPP, V3, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (
            "https://mycompany.com"
            + MYAPP
            + "&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620",
            (),
            "a9nBmqA0ju/hNViExpshrM61xv4=",
        ),
    ],
)
def test_it_signs_as_the_published_examples_do(url: str, pairs: Sequence[Pair], signature: str) -> None:
    assert sign(Secret("12345"), url, pairs) == signature


def test_a_fragment_is_not_signed() -> None:
    assert sign(TOKEN, f"{ORIGIN}{PLACE}#rc=2&rp=ct", FIELDS) == sign(TOKEN, ORIGIN + PLACE, FIELDS)
    assert verdict(f"{PLACE}#rc=2", FIELDS, sign(TOKEN, ORIGIN + PLACE, FIELDS)) == "accepted"


@pytest.mark.parametrize(
    ("configured", "signed"),
    [
        ("https://calls.example.com", "https://calls.example.com"),
        ("https://calls.example.com", "https://calls.example.com:443"),
        ("https://calls.example.com:8443", "https://calls.example.com:8443"),
        ("https://calls.example.com:8443", "https://calls.example.com"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://127.0.0.1:5000", "http://127.0.0.1"),
        ("http://localhost", "http://localhost:80"),
    ],
)
def test_a_port_may_be_signed_or_left_out(configured: str, signed: str) -> None:
    judge = Signatures(public_url=configured, account_sid=ACCOUNT, tokens=(TOKEN,))

    assert verdict(PLACE, FIELDS, sign(TOKEN, signed + PLACE, FIELDS), judge=judge) == "accepted"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://calls.example.com", "https://calls.example.com:80"]
)
def test_a_signature_for_another_origin_is_refused(origin: str) -> None:
    assert verdict(PLACE, FIELDS, sign(TOKEN, origin + PLACE, FIELDS)) == "refused"


def test_both_tokens_count_while_one_replaces_the_other() -> None:
    both = Signatures(public_url=ORIGIN, account_sid=ACCOUNT, tokens=(TOKEN, NEXT))
    by_the_old = sign(TOKEN, ORIGIN + PLACE, FIELDS)
    by_the_new = sign(NEXT, ORIGIN + PLACE, FIELDS)
    by_another = sign(Secret("another"), ORIGIN + PLACE, FIELDS)

    verdicts = [
        verdict(PLACE, FIELDS, signature, judge=both) for signature in (by_the_old, by_the_new, by_another)
    ]

    assert verdicts == ["accepted", "accepted", "refused"]
    assert verdict(PLACE, FIELDS, by_the_new) == "refused"


GOOD: Final = sign(TOKEN, ORIGIN + PLACE, FIELDS)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("",),
        ("é" * 28,),
        ("\udcff" * 28,),
        ("A" * 10_000,),
        (GOOD, GOOD),
        (f"{GOOD},{GOOD}",),
        (GOOD.rstrip("="),),
        (f" {GOOD}",),
        (GOOD.lower(),),
    ],
    ids=[
        "none",
        "empty",
        "not ASCII",
        "half a character",
        "10 kB",
        "two",
        "joined",
        "cut",
        "spaced",
        "other case",
    ],
)
def test_a_header_that_is_no_single_signature_is_refused(headers: tuple[str, ...]) -> None:
    assert verdict(PLACE, FIELDS, GOOD) == "accepted"

    assert verdict(PLACE, FIELDS, *headers) == "refused"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ((), "missing_signature"),
        (("",), "missing_signature"),
        ((GOOD, GOOD), "several_signatures"),
        (("", GOOD), "several_signatures"),
        ((GOOD.lower(),), "bad_signature"),
    ],
    ids=["none", "empty", "two", "an empty one and another", "another"],
)
def test_a_refusal_names_what_is_wrong_with_the_header(headers: tuple[str, ...], reason: str) -> None:
    found = ours.fault(
        path_and_query=PLACE, form=Form.of(FIELDS), signature_headers=headers, shared_key_header=False
    )

    assert found == reason


def test_what_is_signed_as_usual_is_plainly_signed_and_what_is_cut_short_is_not() -> None:
    form = Form.of(FIELDS)

    assert ours.is_plainly_signed(PLACE, form, GOOD)
    assert not ours.is_plainly_signed(PLACE, form, GOOD[:-1])
    assert not ours.is_plainly_signed(PLACE + "0", form, GOOD)
    assert not ours.is_plainly_signed(PLACE, Form.of(FIELDS[1:]), sign(TOKEN, ORIGIN + PLACE, FIELDS[1:]))


def test_a_shared_key_header_is_refused_whatever_is_signed() -> None:
    assert verdict(PLACE, FIELDS, GOOD, shared_key=True) == "refused"


@pytest.mark.parametrize("mark", list("/?&=# \t\n\x0b\u00a0\u2028"))
def test_a_name_that_could_be_a_piece_of_a_url_is_refused(mark: str) -> None:
    fields = (*FIELDS, (f"a{mark}b", "1"))
    signature = sign(TOKEN, ORIGIN + PLACE, fields)
    assert validates(ORIGIN + PLACE, fields, signature)

    assert verdict(PLACE, fields, signature) == "refused"


def test_a_field_without_a_name_is_refused() -> None:
    signature = sign(TOKEN, ORIGIN + PLACE, FIELDS)
    moved = (("", PLACE.removeprefix("/voice")), *FIELDS)
    assert validates(ORIGIN + "/voice", moved, signature)

    assert verdict("/voice", moved, signature) == "refused"


@pytest.mark.parametrize(
    "account",
    [
        (),
        (("AccountSid", ""),),
        (("AccountSid", "AC" + "f" * 32),),
        (("AccountSid", ACCOUNT.upper()),),
        (("AccountSid", ACCOUNT + " "),),
        (("accountsid", ACCOUNT),),
        (("AccountSid", ACCOUNT), ("AccountSid", ACCOUNT)),
        (("AccountSid", ACCOUNT), ("AccountSid", "AC" + "f" * 32)),
    ],
    ids=["missing", "blank", "another", "upper case", "longer", "other name", "twice", "two"],
)
def test_an_account_that_is_not_exactly_ours_is_refused(account: tuple[Pair, ...]) -> None:
    fields = (*account, *FIELDS[1:])
    signature = sign(TOKEN, ORIGIN + PLACE, fields)
    assert validates(ORIGIN + PLACE, fields, signature)

    assert verdict(PLACE, fields, signature) == "refused"


@pytest.mark.parametrize(
    "path", ["", "voice", "@evil.example/voice", "/voice turn", "/voice\n", "/voïce", "/\ud800"]
)
def test_a_path_that_no_client_could_send_is_refused(path: str) -> None:
    signature = sign(TOKEN, ORIGIN + path.encode(errors="replace").decode(), FIELDS)

    assert verdict(path, FIELDS, signature) == "refused"


@pytest.mark.parametrize("tokens", [(), ("",), (" \t",), ("good", ""), ("\n",)])
def test_it_does_not_start_with_a_token_that_anyone_can_guess(tokens: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="TWILIO_AUTH_TOKEN"):
        Signatures(public_url=ORIGIN, account_sid=ACCOUNT, tokens=tuple(map(Secret, tokens)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "calls.example.com",
        ORIGIN + "/",
        ORIGIN + "/v",
        "https://u:p@h",
        "ftp://h",
        "https://h?a",
        "https://h:x",
    ],
)
def test_it_does_not_start_with_more_or_less_than_an_origin(url: str) -> None:
    with pytest.raises(ValueError, match="IVR_PUBLIC_URL"):
        Signatures(public_url=url, account_sid=ACCOUNT, tokens=(TOKEN,))


def test_it_does_not_start_without_an_account() -> None:
    with pytest.raises(ValueError, match="TWILIO_ACCOUNT_SID"):
        Signatures(public_url=ORIGIN, account_sid=" ", tokens=(TOKEN,))


def test_a_printed_judge_shows_no_token() -> None:
    assert TOKEN.reveal() not in repr(ours)


@pytest.mark.parametrize(
    "path",
    [f"{PLACE};v=1", f"{PLACE}?a=1;b=2", f"{PLACE}?name=a@b", f"{PLACE}?a=%20!"],
)
@pytest.mark.parametrize("fields", [FIELDS, (*FIELDS, FIELDS[-1])], ids=["each once", "one repeated"])
def test_the_token_to_come_counts_on_every_address_and_for_every_form(
    path: str, fields: Sequence[Pair]
) -> None:
    both = replace(ours, tokens=(TOKEN, NEXT))
    by_the_new = sign(NEXT, ORIGIN + path, fields)
    by_another = sign(Secret("another"), ORIGIN + path, fields)

    assert verdict(path, fields, by_the_new, judge=both) == "accepted"
    assert verdict(path, fields, by_another, judge=both) == "refused"
    assert verdict(path, fields, by_the_new) == "refused"


@pytest.mark.parametrize("path", [f"{PLACE}?", "/voice?#", f"{PLACE};", f"{PLACE}?;", "/voice?a=1?"])
def test_an_address_that_the_vendor_reads_otherwise_is_judged_by_the_vendor(path: str) -> None:
    signature = sign(TOKEN, ORIGIN + path, FIELDS)
    is_right = validates(ORIGIN + path.partition("#")[0], FIELDS, signature)

    assert verdict(path, FIELDS, signature) == ("accepted" if is_right else "refused")
