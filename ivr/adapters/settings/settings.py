"""Everything that the environment decides, checked as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ivr.adapters.settings.account_service_settings import AccountService
from ivr.adapters.settings.demo_settings import DEMO_AUTH_TOKEN
from ivr.adapters.settings.mail_relay import Relay
from ivr.adapters.settings.openid_settings import ProviderLink
from ivr.adapters.settings.product_settings import ProductLink
from ivr.adapters.settings.twilio_account import ApiKey
from ivr.domain.phone import E164
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding, line_of

Environment = Literal["development", "production"]
LogLevel = Literal["debug", "info", "warning", "error", "critical"]


class SettingsFault(Exception):  # noqa: N818 -- a room's base is named after its faults
    """The environment cannot be used. findings: every fault and warning, none with a secret's value."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(line_of(finding) for finding in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that hold together; a repr shows no secret and nobody's number.

    public_url: an origin, without a slash at its end.
    messaging_service: what texts are sent by, instead of our first number.
    api_url: the origin of a stand-in for Twilio's REST interface, in development only.
    key: None only in development, where one is made.
    numbers: ours; whom we ring sees the first.
    anchor: the file that the audit is anchored in.
    lines: by id, such as "customer-service"; people in their order.
    relay: None where mail is kept as files. mail_from: one plain address.
    account_service: None where accounts are kept in our own database.
    product: None where everything in the product is done by hand.
    provider: None where staff sign in by their passwords here alone.
    calls_per_number, calls_withheld: so many ring people at a time without proof, of one number and of all
    that are withheld.
    """

    environment: Environment
    account_sid: str
    auth_token: Secret
    next_auth_token: Secret | None
    api_key: ApiKey | None
    messaging_service: str | None
    api_url: str | None
    public_url: str
    database_url: Secret
    home: Path
    anchor: Path
    menus: Path
    prompts: Path
    key: Secret | None
    numbers: tuple[E164, ...] = field(repr=False)
    countries: frozenset[str]
    lines: Mapping[str, tuple[E164, ...]] = field(repr=False)
    relay: Relay | None
    mail_from: str
    account_service: AccountService | None
    product: ProductLink | None
    provider: ProviderLink | None
    log_level: LogLevel
    warnings: tuple[Finding, ...]
    calls_per_number: int = 5
    calls_withheld: int = 20

    @property
    def is_demo(self) -> bool:
        """Tell whether anybody could sign a call: then only this machine may reach the line."""
        return self.auth_token == DEMO_AUTH_TOKEN

    @property
    def is_production(self) -> bool:
        return self.environment == "production"
