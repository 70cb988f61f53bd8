"""OpenID Connect, as a client: authorization code with PKCE, state and nonce; the token is verified here.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 8176 for the names of factors.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from ivr.domain.redaction import Secret
from ivr.services.staff.company_sign_in import Identity, ProviderRefused, ProviderRequest, ProviderUnavailable
from ivr.services.timeout import Crowded, InTime, Late

Result = TypeVar("Result")

LONGEST_WAIT_S: Final = 4.5
_CONNECT_S: Final = 1.5
_READ_S: Final = 3.0
_LEEWAY_S: Final = 60
_ALGORITHMS: Final = ["RS256", "ES256"]
_STRONG: Final = frozenset({"mfa", "otp", "hwk"})
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_BYTES: Final = 256 * 1024


class OidcProvider:
    """What `staff.company.Provider` promises. What the provider says of itself is read anew each time."""

    def __init__(
        self, issuer: str, *, client: str, secret: Secret, longest_wait_s: float = LONGEST_WAIT_S
    ) -> None:
        self._issuer = issuer
        self._client = client
        self._secret = secret
        self._in_time = InTime(name="sign-in provider", longest_s=longest_wait_s, most_at_once=8)

    def address(self, asked: ProviderRequest, *, back_to: str) -> str:
        def work() -> str:
            with self._session(back_to) as session:
                url, _ = session.create_authorization_url(
                    _address(self._about(session), "authorization_endpoint"),
                    state=asked.state.reveal(),
                    nonce=asked.nonce.reveal(),
                    code_verifier=asked.verifier.reveal(),
                )
            return str(url)

        return self._asked(work)

    def identity(self, asked: ProviderRequest, code: Secret, *, back_to: str, at: datetime) -> Identity:
        def work() -> Identity:
            with self._session(back_to) as session:
                about = self._about(session)
                token = session.fetch_token(
                    _address(about, "token_endpoint"),
                    code=code.reveal(),
                    grant_type="authorization_code",
                    code_verifier=asked.verifier.reveal(),
                )
                keys = _json(session, _address(about, "jwks_uri"))
            return self._judged(token, keys, nonce=asked.nonce, at=at)

        return self._asked(work)

    def _judged(
        self, token: Mapping[str, Any], keys: Mapping[str, Any], *, nonce: Secret, at: datetime
    ) -> Identity:
        decoded = jwt.decode(str(token["id_token"]), KeySet.import_key_set(keys), algorithms=_ALGORITHMS)  # type: ignore[arg-type]  # judged by the library
        claims = decoded.claims
        registry = jwt.JWTClaimsRegistry(
            now=int(at.timestamp()),
            leeway=_LEEWAY_S,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce.reveal()},
        )
        registry.validate(claims)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client) != self._client:
            raise ProviderRefused("the token was made for another client")
        if claims.get("email_verified") is not True or not isinstance(claims.get("email"), str):
            raise ProviderRefused("the provider has verified no address")
        factors = claims.get("amr")
        proved = {str(one) for one in factors} if isinstance(factors, list) else set()
        return Identity(mail=claims["email"], is_strong=not proved.isdisjoint(_STRONG))

    def _about(self, session: OAuth2Session) -> Mapping[str, Any]:
        found = _json(session, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            raise ProviderUnavailable("the provider calls itself otherwise than IVR_OIDC_ISSUER does")
        return found

    def _session(self, back_to: str) -> OAuth2Session:
        session = OAuth2Session(
            self._client,
            self._secret.reveal(),
            scope="openid email",
            redirect_uri=back_to,
            code_challenge_method="S256",
            default_timeout=(_CONNECT_S, _READ_S),
        )
        session.trust_env = False
        session.max_redirects = 0
        return session

    def _asked(self, work: Callable[[], Result]) -> Result:
        try:
            return self._in_time.run(work)
        except (Crowded, Late, requests.RequestException) as fault:
            raise ProviderUnavailable(f"the provider does not answer ({type(fault).__name__})") from fault
        except (OAuthError, JoseError, KeyError, TypeError, ValueError) as fault:
            raise ProviderRefused(f"what came back proves nobody ({type(fault).__name__})") from fault


def _json(session: OAuth2Session, address: str) -> Mapping[str, Any]:
    # Without the client's own credentials, which are for the token's address alone.
    with session.get(address, withhold_token=True, stream=True) as reply:
        reply.raise_for_status()
        body = reply.raw.read(_MOST_BYTES + 1, decode_content=True)
        if len(body) > _MOST_BYTES:
            raise ProviderUnavailable("the provider says too much")
        reply._content = body  # noqa: SLF001 -- requests has no way to read so much and no more
        found = reply.json()
    if not isinstance(found, dict):
        raise ProviderUnavailable("the provider answers with something else")
    return found


def _address(about: Mapping[str, Any], name: str) -> str:
    """Give an address that the provider names, where the way to it is not in clear."""
    text = about.get(name)
    parts = urlsplit(text) if isinstance(text, str) else None
    here = parts is not None and parts.scheme == "http" and parts.hostname in _LOCAL
    if parts is None or not (here or parts.scheme == "https"):
        raise ProviderUnavailable(f"the provider names no {name} that is reached by https")
    return str(text)
