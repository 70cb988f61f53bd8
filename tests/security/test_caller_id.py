"""What the network says of a number proves nothing: it may only take something away."""

from collections.abc import Iterator
from itertools import count, product

import pytest

from ivr.adapters.twilio.webhook_fields import STIR_LEVELS
from ivr.domain.dialogue.events import CallId
from ivr.domain.recovery.factors import level_of
from tests.entrypoints.voice.service import post, usual
from tests.security.line import NUMBER, PHONE, STRANGER, GuardedLine, guarded_line

WITHHELD = "anonymous"
THIS_PHONE = "1"
SAID: tuple[str | None, ...] = (*sorted(STIR_LEVELS), None, "", "TN-Validation-Passed-Z", "passed")


@pytest.fixture(scope="module")
def line() -> Iterator[GuardedLine]:
    with guarded_line() as line:
        yield line


@pytest.fixture(scope="module")
def asked_at(line: GuardedLine) -> str:
    """The path at which an account is asked for."""
    handset = line.handset()
    handset.hang_up()
    return handset.led_to[-1].removeprefix(line.public_url).partition("#")[0]


_CALLS = count(1)
_CLAIMS = list(product((THIS_PHONE, NUMBER), (PHONE, STRANGER, WITHHELD)))


def _identify(line: GuardedLine, path: str, typed: str, caller: str, said: str | None) -> CallId:
    """Type it in a call of its own, with what the network says of the caller's number."""
    line.rehearsed.forget_callers()
    line.settle()
    call = CallId(f"CA{next(_CALLS):032x}")
    attested = {} if said is None else {"StirVerstat": said}
    reply = post(
        line.rehearsed, path, usual(line.rehearsed, CallSid=call, From=caller, Digits=typed, **attested)
    )
    assert b"a code is on its way to the phone on file" in reply.get_data()
    line.settle()
    return call


def test_the_carrier_knows_twenty_one_attestations() -> None:
    assert len(STIR_LEVELS) == 21


@pytest.mark.parametrize(("typed", "caller"), _CLAIMS)
def test_no_attestation_and_no_number_gains_a_level(
    line: GuardedLine, asked_at: str, typed: str, caller: str
) -> None:
    for said in SAID:
        call = _identify(line, asked_at, typed, caller, said)

        case = line.case_of(call)
        assert case is not None
        assert (case.state, case.l2_at) == ("CLAIMED", None)
        assert level_of(line.proved(case)) == 0
        assert {one.to for one in line.received} <= {PHONE}


@pytest.mark.parametrize("typed", [THIS_PHONE, PHONE.removeprefix("+"), PHONE.removeprefix("+1")])
@pytest.mark.parametrize("said", SAID)
def test_a_number_that_the_network_doubts_gets_no_code_where_it_is_all_that_was_claimed(
    line: GuardedLine, asked_at: str, said: str | None, typed: str
) -> None:
    is_doubted = (said or "").startswith("TN-Validation-Failed")

    _identify(line, asked_at, typed, PHONE, said)

    assert [one.to for one in line.received] == ([] if is_doubted else [PHONE])


@pytest.mark.parametrize("caller", [STRANGER, WITHHELD])
def test_a_caller_from_elsewhere_who_claims_this_phone_causes_no_code(
    line: GuardedLine, asked_at: str, caller: str
) -> None:
    _identify(line, asked_at, THIS_PHONE, caller, "TN-Validation-Passed-A")

    assert list(line.received) == []
