"""What `product_ports.Product` promises, of the product over HTTP and of a representative's hands alike."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import responses

from ivr.adapters.product.manual_product import ProductByHand
from ivr.domain.recovery.case import CaseNumber
from ivr.domain.redaction import Secret
from ivr.services.product_ports import Accepted, Product, Steps, SubaccountCount
from tests.adapters.product.service import ACCOUNT, Service, http_product

CASE = CaseNumber("900000001")
PERMIT = Secret("04711-12345-67890-00042")
ACTS: dict[str, Callable[[Product], Any]] = {
    "subaccounts": lambda product: product.subaccounts(ACCOUNT),
    "reset": lambda product: product.reset(ACCOUNT, case=CASE),
    "change": lambda product: product.change(ACCOUNT, PERMIT, case=CASE),
    "release": lambda product: product.release(ACCOUNT, case=CASE),
}


@pytest.fixture(params=["by hand", "http"])
def product(request: pytest.FixtureRequest) -> Iterator[Product]:
    if request.param == "by hand":
        yield ProductByHand()
        return
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        Service().serve(mock)
        yield http_product()


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_taken_by_the_product_or_told_as_steps_to_take_there(product: Product, act: str) -> None:
    given = ACTS[act](product)

    if isinstance(given, Steps):
        assert len(given.steps) >= 3
        assert all(step.endswith(".") and "{" not in step for step in given.steps)
    elif act == "subaccounts":
        assert isinstance(given, SubaccountCount)
        assert (given.count, given.at.utcoffset() is not None) == (2, True)
    else:
        assert isinstance(given, Accepted)
        assert (given.reference, given.at.utcoffset() is not None) == (f"{act}-{CASE}", True)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_is_asked_for_twice_is_told_in_the_same_words(product: Product, act: str) -> None:
    assert ACTS[act](product) == ACTS[act](product)


@pytest.mark.parametrize("act", ACTS)
def test_nothing_that_is_given_shows_an_account_or_a_password(product: Product, act: str) -> None:
    told = repr(ACTS[act](product))

    assert ACCOUNT not in told
    assert "password is" not in told


def test_the_permit_is_asked_for_by_hand_where_it_must_be_noted_and_nowhere_else() -> None:
    shown = {act for act, ask in ACTS.items() if PERMIT.reveal() in repr(ask(ProductByHand()))}

    assert shown == {"change"}


def test_an_order_over_http_is_kept_once_for_its_case_and_quotes_it() -> None:
    service = Service()
    with responses.RequestsMock() as mock:
        service.serve(mock)
        for act in ("reset", "change", "change", "release"):
            ACTS[act](http_product())
        mock.assert_all_requests_are_fired = False

    assert service.orders == {
        (ACCOUNT, "reset", CASE): {"case": CASE},
        (ACCOUNT, "change", CASE): {"case": CASE, "permit": PERMIT.reveal()},
        (ACCOUNT, "release", CASE): {"case": CASE},
    }
