"""The vendor's own product: IVR_PRODUCT_URL, where it is asked; IVR_PRODUCT_SECRET, with which both sign."""

from dataclasses import dataclass
from typing import Final

from ivr.adapters.settings.account_service_settings import URL as DIRECTORY_URL
from ivr.adapters.settings.account_service_settings import read_address
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.redaction import Secret

URL: Final = "IVR_PRODUCT_URL"
SECRET: Final = "IVR_PRODUCT_SECRET"  # noqa: S105 -- the name of a setting
SHORTEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductLink:
    """address: None where the product only tells us what happened, and its acts are done by hand."""

    address: str | None
    secret: Secret


def read_product(variables: Variables) -> ProductLink | None:
    """Read how the product is reached; None where everything there is done by hand."""
    address = read_address(variables, URL, secret=SECRET, example="https://product.example.com/ivr")
    secret = _secret(variables)
    if address is not None and not variables.is_set(DIRECTORY_URL):
        variables.fault(
            URL,
            f"is set without {DIRECTORY_URL}",
            "have the company's own account service name the accounts: our ids mean nothing there",
        )
    if secret is not None:
        return ProductLink(address=address, secret=secret)
    if address is not None and not variables.is_faulty(SECRET):
        variables.fault(SECRET, "is missing beside its other half", f"set it, or do not set {URL}")
    return None


def _secret(variables: Variables) -> Secret | None:
    text = variables.secret(SECRET)
    if text is None:
        return None
    size = len(text.encode())
    if size < SHORTEST_BYTES:
        variables.fault(SECRET, f"has {size} bytes", f"write {SHORTEST_BYTES} random bytes or more")
        return None
    return Secret(text)
