"""A company's own sign-in is set whole, or not at all, and asked over no network in clear."""

from collections.abc import Mapping

import pytest

from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.openid_settings import ProviderLink, read_provider
from ivr.domain.redaction import Secret

WHOLE = {
    "IVR_OIDC_ISSUER": "https://login.example.com/tenant",
    "IVR_OIDC_CLIENT_ID": "desk",
    "IVR_OIDC_CLIENT_SECRET": "hush",
}


def read(environ: Mapping[str, str]) -> tuple[ProviderLink | None, list[str]]:
    variables = Variables(environ, None)
    link = read_provider(variables)
    assert all(finding.remedy for finding in variables.findings)
    return link, [finding.what for finding in variables.findings]


def test_all_three_name_a_provider() -> None:
    issuer = WHOLE["IVR_OIDC_ISSUER"]

    assert read(WHOLE) == (ProviderLink(issuer=issuer, client="desk", secret=Secret("hush")), [])


def test_without_any_members_have_passwords_here() -> None:
    assert read({}) == (None, [])


@pytest.mark.parametrize("missing", sorted(WHOLE))
def test_what_is_missing_beside_the_others_is_named(missing: str) -> None:
    link, told = read({name: value for name, value in WHOLE.items() if name != missing})

    assert (link, told) == (None, [f"{missing} is missing beside the others"])


def test_a_provider_is_not_asked_in_clear() -> None:
    link, told = read({**WHOLE, "IVR_OIDC_ISSUER": "http://login.example.com"})

    assert link is None
    assert told
