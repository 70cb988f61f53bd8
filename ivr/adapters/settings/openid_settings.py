"""A company's own sign-in for staff: IVR_OIDC_ISSUER, IVR_OIDC_CLIENT_ID and IVR_OIDC_CLIENT_SECRET."""

from dataclasses import dataclass
from typing import Final

from ivr.adapters.settings.account_service_settings import read_address
from ivr.adapters.settings.environment.variables import Variables
from ivr.domain.redaction import Secret

ISSUER: Final = "IVR_OIDC_ISSUER"
CLIENT: Final = "IVR_OIDC_CLIENT_ID"
SECRET: Final = "IVR_OIDC_CLIENT_SECRET"  # noqa: S105 -- the name of a setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLink:
    """issuer: as the provider writes itself into what it signs."""

    issuer: str
    client: str
    secret: Secret


def read_provider(variables: Variables) -> ProviderLink | None:
    """Read who else may say who a member is; None where members have passwords here alone."""
    issuer = read_address(variables, ISSUER, secret=SECRET, example="https://login.example.com")
    client, secret = variables.text(CLIENT), variables.secret(SECRET)
    if issuer and client and secret:
        return ProviderLink(issuer=issuer, client=client, secret=Secret(secret))
    given = {ISSUER: issuer, CLIENT: client, SECRET: secret}
    if any(given.values()):
        for name, value in given.items():
            if not value and not variables.is_faulty(name):
                variables.fault(name, "is missing beside the others", "set all three, or none")
    return None
