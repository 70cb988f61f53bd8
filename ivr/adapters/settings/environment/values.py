"""Settings that are one value each."""

from typing import get_args

from ivr.adapters.settings.demo_settings import is_fiction
from ivr.adapters.settings.environment.variables import Variables
from ivr.adapters.settings.guessable_key import is_guessable
from ivr.adapters.settings.settings import Environment, LogLevel
from ivr.domain.phone import E164, NumberRefused, own, regions
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.suggestions import did_you_mean

SHORTEST_KEY_BYTES = 32
_MOST = 1000
HOW_TO_MAKE_A_KEY = "openssl rand -hex 32"
LOG_LEVELS: dict[str, LogLevel] = {level: level for level in get_args(LogLevel)}
_OWN_REMEDY = "write a number of ours with its plus and country code"
_DATABASES = ("sqlite", "postgresql", "postgresql+psycopg")


def is_production(variables: Variables) -> bool:
    """Tell which rules hold; for a word that is neither, the strict ones do."""
    text = variables.text("IVR_ENV")
    if text is not None and text not in get_args(Environment):
        variables.fault("IVR_ENV", "is neither of its two words", "write development or production")
    return variables.is_faulty("IVR_ENV") or text == "production"


def read_key(variables: Variables, *, is_demo: bool = False) -> Secret | None:
    """Read the key. is_demo: only this machine reaches the line, and it may be any."""
    text = variables.secret("IVR_KEY")
    if text is None:
        return None
    size = len(text.encode())
    if size < SHORTEST_KEY_BYTES:
        variables.fault("IVR_KEY", f"has {size} bytes", f"make one with: {HOW_TO_MAKE_A_KEY}")
        return None
    if not is_demo and is_guessable(text):
        what = "could be guessed: it is an example, a phrase, a row of keys, or repeats itself"
        variables.fault("IVR_KEY", what, f"make one with: {HOW_TO_MAKE_A_KEY}")
    return Secret(text)


def read_count(variables: Variables, name: str, *, usual: int) -> int:
    """Read a whole number from 1 to 1000; *usual* where it is not set."""
    text = variables.text(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST)) and 1 <= int(text) <= _MOST):
        variables.fault(name, f"is no whole number from 1 to {_MOST}", f"write one, such as {usual}")
        return usual
    return int(text)


def read_countries(variables: Variables) -> frozenset[str]:
    """Read the countries that a line may ring, by their two letters; the United States unless told."""
    codes = variables.entries("IVR_COUNTRIES")
    if codes is None:
        return frozenset({"US"})
    known = regions()
    for position, code in codes:
        if code not in known:
            near = did_you_mean(code, known)
            remedy = f"did you mean {near}?" if near else "write two capitals, such as US"
            variables.entry_fault("IVR_COUNTRIES", position, f'"{code}" is no country', remedy)
    return frozenset(code for _, code in codes)


def read_own_numbers(variables: Variables, *, production: bool) -> tuple[E164, ...]:
    numbers: list[E164] = []
    for position, text in variables.entries("IVR_NUMBERS") or ():
        number = own(text)
        if not isinstance(number, NumberRefused) and production and is_fiction(number):
            number = NumberRefused(reason="it is a number for fiction, which nobody can dial")
        if isinstance(number, NumberRefused):
            variables.entry_fault("IVR_NUMBERS", position, number.reason, _OWN_REMEDY)
        else:
            numbers.append(number)
    return tuple(numbers)


def read_database_url(variables: Variables, home: str) -> Secret:
    """Read where the store is; it is a secret, since it may carry a password."""
    text = variables.text("IVR_DATABASE_URL")
    if text is None:
        return Secret(f"sqlite:///{home}/ivr.db")
    scheme, separator, _ = text.partition("://")
    if not separator or scheme not in _DATABASES:
        hint = "postgresql://" if scheme == "postgres" else "sqlite:/// or postgresql://"
        variables.fault("IVR_DATABASE_URL", "is no database that we know", f"begin it with {hint}")
    return Secret(text)


def read_log_level(variables: Variables) -> LogLevel:
    text = variables.text("IVR_LOG_LEVEL")
    if text is None:
        return "info"
    if text.lower() not in LOG_LEVELS:
        near = did_you_mean(text, LOG_LEVELS)
        remedy = f"did you mean {near}?" if near else f"write one of {', '.join(LOG_LEVELS)}"
        variables.fault("IVR_LOG_LEVEL", "is no level", remedy)
    return LOG_LEVELS.get(text.lower(), "info")
