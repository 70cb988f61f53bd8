"""How the product is reached: by one secret, over no network in clear, with ids that it knows."""

from collections.abc import Mapping

import pytest

from ivr.adapters.clock import ManualClock
from ivr.adapters.product.product_service import HttpProduct
from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.product_settings import ProductLink, read_product
from ivr.adapters.settings.read_settings import read_settings
from ivr.bootstrap.startup import product_of
from ivr.domain.redaction import Secret
from tests.domain.recovery.ready import AT

SECRET = "hush" * 8
ADDRESS = "https://product.example.com/ivr"
ACCOUNTS = {"IVR_DIRECTORY_URL": "https://accounts.example.com"}


def read(environ: Mapping[str, str]) -> tuple[ProductLink | None, list[str]]:
    variables = Variables(environ, None)
    link = read_product(variables)
    assert all(finding.remedy for finding in variables.findings)
    return link, [finding.what for finding in variables.findings]


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_product_with_an_address_is_asked_and_one_without_only_tells(*, is_asked: bool) -> None:
    directory = {**ACCOUNTS, "IVR_DIRECTORY_TOKEN": "t" * 32}
    environ = {
        **directory,
        "IVR_PRODUCT_SECRET": SECRET,
        **({"IVR_PRODUCT_URL": ADDRESS} if is_asked else {}),
    }

    product = product_of(read_settings(environ, read_bytes=None), ManualClock(AT))

    assert isinstance(product, HttpProduct) is is_asked
    assert (product is None) is not is_asked


@pytest.mark.parametrize("address", [ADDRESS, "http://127.0.0.1:8000", "https://[2001:db8::1]:8443"])
def test_an_address_that_is_taken_is_one_that_the_product_is_asked_at(address: str) -> None:
    link, told = read(ACCOUNTS | {"IVR_PRODUCT_URL": address, "IVR_PRODUCT_SECRET": SECRET})

    assert (link, told) == (ProductLink(address=address, secret=Secret(SECRET)), [])
    HttpProduct(address, secret=Secret(SECRET), clock=ManualClock(AT))


def test_a_secret_alone_lets_the_product_tell_and_everything_there_is_done_by_hand() -> None:
    assert read({"IVR_PRODUCT_SECRET": SECRET}) == (ProductLink(address=None, secret=Secret(SECRET)), [])


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({}, []),
        (ACCOUNTS | {"IVR_PRODUCT_URL": ADDRESS}, ["IVR_PRODUCT_SECRET is missing beside its other half"]),
        ({"IVR_PRODUCT_SECRET": "hush"}, ["IVR_PRODUCT_SECRET has 4 bytes"]),
        (
            ACCOUNTS | {"IVR_PRODUCT_URL": "http://hush.example.com", "IVR_PRODUCT_SECRET": "hush"},
            ["IVR_PRODUCT_URL is not encrypted", "IVR_PRODUCT_SECRET has 4 bytes"],
        ),
        (
            ACCOUNTS | {"IVR_PRODUCT_URL": "https://u:hush@product.example.com"},
            ["IVR_PRODUCT_URL carries a user or a password"],
        ),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(environ: dict[str, str], told: list[str]) -> None:
    assert read(environ) == (None, told)


def test_the_product_is_not_asked_by_ids_that_only_we_know() -> None:
    _, told = read({"IVR_PRODUCT_URL": ADDRESS, "IVR_PRODUCT_SECRET": SECRET})

    assert told == ["IVR_PRODUCT_URL is set without IVR_DIRECTORY_URL"]
