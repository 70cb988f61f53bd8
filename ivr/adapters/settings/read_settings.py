"""From the environment to settings, or to every fault at once."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from ivr.adapters.settings.account_service_settings import read_account_service
from ivr.adapters.settings.demo_settings import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    DEMO_LINES,
    DEMO_NUMBERS,
    DEMO_PUBLIC_URL,
)
from ivr.adapters.settings.environment.process_environment import check_process
from ivr.adapters.settings.environment.values import (
    HOW_TO_MAKE_A_KEY,
    is_production,
    read_count,
    read_countries,
    read_database_url,
    read_key,
    read_log_level,
    read_own_numbers,
)
from ivr.adapters.settings.environment.variable_names import report_unknown_names
from ivr.adapters.settings.environment.variables import ReadBytes, Variables
from ivr.adapters.settings.line_numbers import Allowed, read_lines
from ivr.adapters.settings.mail_relay import read_mail_from, read_relay
from ivr.adapters.settings.openid_settings import read_provider
from ivr.adapters.settings.product_settings import read_product
from ivr.adapters.settings.public_origin import is_loopback, read_origin
from ivr.adapters.settings.settings import Settings, SettingsFault
from ivr.adapters.settings.twilio_account import read_twilio_account
from ivr.adapters.settings.twilio_api_url import read_api_url
from ivr.domain.yaml_source.finding import in_order

# What a line needs that others can reach; production needs a key of its own as well.
_NEEDED = {
    "TWILIO_ACCOUNT_SID": "copy it from Twilio's console",
    "TWILIO_AUTH_TOKEN": "copy it from Twilio's console: without it anybody could forge a call",
    "IVR_NUMBERS": "write the number that callers dial, such as +14155550123",
}
_NEEDED_IN_PRODUCTION = {
    **_NEEDED,
    "IVR_PUBLIC_URL": "write the origin that Twilio calls, such as https://ivr.example.com",
    "IVR_KEY": f"make one with: {HOW_TO_MAKE_A_KEY}; it is kept as long as the database is",
}


def read_settings(environ: Mapping[str, str], *, read_bytes: ReadBytes | None) -> Settings:
    """Read every setting; *read_bytes* opens the files that some of them name.

    In development the demo's value stands for what is not set, if the public address is this machine's.
    Elsewhere a token that everybody knows would guard what others can reach.
    Raises SettingsFault, which the command line prints before it ends with status 2.
    """
    variables = Variables(environ, read_bytes)
    production = is_production(variables)
    check_process(variables, production=production)
    report_unknown_names(variables)
    settings = _gathered(variables, production=production)
    findings = tuple(in_order(variables.findings))
    if any(finding.severity == "error" for finding in findings):
        raise SettingsFault(findings)
    return replace(settings, warnings=findings)


def _gathered(variables: Variables, *, production: bool) -> Settings:
    """Read the variables; where one has a fault the result means nothing, and is not given to anybody."""
    public_url = read_origin(variables, production=production) or DEMO_PUBLIC_URL
    account = read_twilio_account(variables, production=production)
    countries = read_countries(variables)
    numbers = read_own_numbers(variables, production=production)
    allowed = Allowed(countries=countries, own=frozenset(numbers), fiction=not production)
    lines = read_lines(variables, allowed)
    is_demo = not production and is_loopback(public_url)
    if not is_demo:
        _require(variables, production=production)
    home = variables.text("IVR_HOME") or ".ivr"
    relay = read_relay(variables, production=production)
    return Settings(
        environment="production" if production else "development",
        account_sid=account.sid or DEMO_ACCOUNT_SID,
        auth_token=account.auth_token or DEMO_AUTH_TOKEN,
        next_auth_token=account.next_auth_token,
        api_key=account.api_key,
        messaging_service=account.messaging_service,
        api_url=read_api_url(variables, production=production),
        public_url=public_url,
        database_url=read_database_url(variables, home),
        home=Path(home),
        anchor=Path(variables.text("IVR_AUDIT_ANCHOR") or f"{home}/audit.anchor"),
        menus=Path(variables.text("IVR_MENUS") or "menus"),
        prompts=Path(variables.text("IVR_PROMPTS") or "prompts"),
        key=read_key(variables, is_demo=is_demo),
        numbers=numbers or DEMO_NUMBERS,
        countries=countries,
        lines=MappingProxyType({**DEMO_LINES, **lines} if is_demo else lines),
        relay=relay,
        mail_from=read_mail_from(variables, relay),
        account_service=read_account_service(variables),
        product=read_product(variables),
        provider=read_provider(variables),
        calls_per_number=read_count(variables, "IVR_CALLS_PER_NUMBER", usual=5),
        calls_withheld=read_count(variables, "IVR_CALLS_WITHHELD", usual=20),
        log_level=read_log_level(variables),
        warnings=(),
    )


def _require(variables: Variables, *, production: bool) -> None:
    for name, remedy in (_NEEDED_IN_PRODUCTION if production else _NEEDED).items():
        if not variables.is_set(name):
            variables.fault(name, "is not set", remedy, rule="missing-setting")
