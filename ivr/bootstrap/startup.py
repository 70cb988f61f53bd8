"""What must hold before a line answers: settings and menus that fit each other, and a key."""

import os
import secrets
from contextlib import suppress
from errno import EACCES, ENOTDIR
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from ivr.adapters.database.accounts.account_store import SqlDirectory
from ivr.adapters.database.audit.audit_store import Anchor
from ivr.adapters.database.audit.key_check import is_own_key
from ivr.adapters.database.circuit_breaker import Breaker
from ivr.adapters.database.engine import Database
from ivr.adapters.database.menus.menu_folder import read_folders
from ivr.adapters.settings.environment.variable_names import SECRETS
from ivr.adapters.settings.openid_settings import ISSUER
from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.settings.settings import Settings
from ivr.domain.menus.building.loader import Loaded, load
from ivr.domain.menus.tree import MenuTree
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding, line_of
from ivr.domain.yaml_source.location import Spot
from ivr.services.calls.account_manager import RingableTams
from ivr.services.case_ports import AuditUnavailable, Directory
from ivr.services.live_calls import LiveCalls
from ivr.services.ports import Clock, StoreUnavailable
from ivr.services.product_ports import Product

if TYPE_CHECKING:
    # A line that answers calls signs nobody in and sends nothing, and needs nothing of what that takes.
    from ivr.adapters.twilio.rest_messages import TwilioTelephone
    from ivr.services.staff.company_sign_in import Provider

_KEY_BYTES = 32
_CHANGED_KEY = (
    "set the first one again: with another no PIN, saved code, app, sign-in of staff or link that was sent "
    "is known any more, no caller's number is found again, and the audit does not verify; to change it on "
    "purpose, see Key in docs/hosting.md"
)
_ENVIRONMENT = Spot(file="environment", line=1, column=1)


class StartFault(Exception):  # noqa: N818 -- a room's base is named after its faults
    """The line cannot start. findings: every reason, at once."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(line_of(finding) for finding in findings))
        self.findings = findings


def load_folders(menus: Path, prompts: Path) -> tuple[Loaded, dict[str, bytes]]:
    """Load both folders. Raises StartFault where they cannot be read at all."""
    try:
        for folder in (menus, prompts):
            next(folder.iterdir(), None)  # a folder that may not be read would look like an empty one
        files = read_folders(menus, prompts)
    except OSError as fault:
        spot = Spot(file=str(fault.filename or menus), line=1, column=1)
        what = f"this cannot be read ({fault.strerror})"
        raise StartFault(
            (_finding("unreadable-file", spot, what, "see that it exists and may be read"),)
        ) from fault
    return load(files), files


def menu_faults(loaded: Loaded, *, production: bool) -> tuple[Finding, ...]:
    """Give what keeps a menu from being served, whatever the other settings are."""
    refused = ("example-value", "missing-notice") if production else ()
    return loaded.errors or tuple(one for one in loaded.findings if one.rule in refused)


def serving_faults(settings: Settings, loaded: Loaded) -> tuple[Finding, ...]:
    """Give what keeps a menu from being served with these settings."""
    faults = menu_faults(loaded, production=settings.is_production)
    return faults if loaded.tree is None else (*_mismatches(settings, loaded.tree), *faults)


def tree_to_serve(settings: Settings) -> MenuTree:
    """Load the menu and hold it against the settings. Raises StartFault with every fault."""
    loaded, _ = load_folders(settings.menus, settings.prompts)
    faults = serving_faults(settings, loaded)
    if loaded.tree is None or faults:
        raise StartFault(faults)
    return loaded.tree


def prepare_home(home: Path) -> None:
    """See that files can be kept in *home*, where the spool of a failing database is. Raises StartFault.

    Where it is made here, nobody but its owner reads it: contacts and cases are in it. A disk that is full
    does not count: it may be emptied, and meanwhile callers are answered.
    """
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        why = None if os.access(home, os.W_OK | os.X_OK) else os.strerror(EACCES)
    except OSError as fault:
        why = fault.strerror
    if why is not None:
        what = f"IVR_HOME is {home}, where no file can be kept ({why})"
        raise StartFault((_finding("bad-setting", _ENVIRONMENT, what, "name a folder that may be written"),))


def anchor_of(settings: Settings) -> Anchor:
    """Give the file that the audit is anchored in."""
    return Anchor(settings.anchor)


def prepare_anchor(settings: Settings) -> None:
    """See that the audit can be anchored: else every act would be refused later. Raises StartFault.

    A disk that is full does not count, as for `prepare_home`.
    """
    try:
        anchor_of(settings).check()
    except AuditUnavailable as fault:
        # A file where its folder should be reads so, since the folder was to be made there.
        is_file = isinstance(fault.__cause__, FileExistsError)
        why = os.strerror(ENOTDIR) if is_file else getattr(fault.__cause__, "strerror", None)
        what = f"IVR_AUDIT_ANCHOR is {settings.anchor}, which cannot be written ({why})"
        remedy = "name a file on a disk that is there and may be written"
        raise StartFault((_finding("bad-setting", _ENVIRONMENT, what, remedy),)) from fault


def directory_of(settings: Settings, database: Database) -> Directory:
    """Give the accounts: the company's own service where the settings name one, else those in *database*."""
    kept: Directory = SqlDirectory(database, countries=settings.countries)
    service = settings.account_service
    if service is not None:
        from ivr.adapters.accounts.account_service import HttpDirectory  # noqa: PLC0415 -- a line without it needs no HTTP client

        kept = HttpDirectory(service.address, token=service.token)
    return RingableTams(directory=kept, countries=settings.countries, ours=frozenset(settings.numbers))


def product_of(settings: Settings, clock: Clock) -> Product | None:
    """Give the vendor's own product, where it is asked; None where its acts are done by hand."""
    link = settings.product
    if link is None or link.address is None:
        return None
    from ivr.adapters.product.product_service import HttpProduct  # noqa: PLC0415 -- who does not ask it needs no HTTP client

    return HttpProduct(link.address, secret=link.secret, clock=clock)


def calls_of(settings: Settings) -> LiveCalls | None:
    """Reach the calls that go on; None for a demo's, unless a stand-in for the carrier has them."""
    if settings.is_demo and settings.api_url is None:
        return None
    from ivr.adapters.twilio.rest_redirect import TwilioCalls  # noqa: PLC0415 -- who moves no call needs no HTTP client
    from ivr.adapters.twilio.urls import Urls  # noqa: PLC0415 -- as above

    return TwilioCalls(telephone=telephone_of(settings), urls=Urls(public_url=settings.public_url))


def settings_of_process() -> Settings:
    """Read the settings of this process, and take the secrets out of its environment.

    A server copies the environment into every request, where a log or a traceback could show it.
    """
    settings = read_settings(os.environ, read_bytes=lambda path: Path(path).read_bytes())
    for name in (*SECRETS, "IVR_DATABASE_URL"):
        os.environ.pop(name, None)
    return settings


def telephone_of(settings: Settings) -> "TwilioTelephone":
    """Give what sends texts, and places and moves calls, at the carrier."""
    from ivr.adapters.twilio.rest_messages import TwilioTelephone  # noqa: PLC0415 -- most processes need no HTTP client

    api_key = settings.api_key
    return TwilioTelephone(
        account=settings.account_sid,
        user=settings.account_sid if api_key is None else api_key.sid,
        password=settings.auth_token if api_key is None else api_key.secret,
        sender=settings.numbers[0],
        messaging_service=settings.messaging_service,
        api_url=settings.api_url,
    )


def provider_of(settings: Settings) -> "Provider | None":
    """Give the company's own sign-in; None without. Raises StartFault where its extra is not there."""
    link = settings.provider
    if link is None:
        return None
    if find_spec("authlib") is None:
        what = f"{ISSUER} is set, and the extra oidc is not installed"
        remedy = "run: pip install 'answer-line[oidc]'"
        raise StartFault((_finding("missing-extra", _ENVIRONMENT, what, remedy),))
    from ivr.adapters.openid.oidc import OidcProvider  # noqa: PLC0415 -- the extra is there for who uses it

    return OidcProvider(link.issuer, client=link.client, secret=link.secret)


def line_key(settings: Settings) -> Secret:
    """Give the key that numbers are hashed with; development makes one and keeps it in IVR_HOME.

    Raises StartFault where the key that is kept there cannot be used.
    """
    if settings.key is not None:
        return settings.key
    path = settings.home / "key"
    try:
        if not path.exists():
            prepare_home(settings.home)
            _keep_new_key(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError):
        text = ""
    if len(text) < _KEY_BYTES:
        spot = Spot(file=str(path), line=1, column=1)
        what = f"this is no key of {_KEY_BYTES} characters or more"
        remedy = "put back the one that was there; for a database that is new, remove it, and another is made"
        raise StartFault((_finding("bad-setting", spot, what, remedy),))
    return Secret(text)


def check_key(settings: Settings, key: Secret, database: Database | None = None) -> None:
    """Hold the key against the database, which was begun with one. Raises StartFault where it is another.

    A database that cannot be asked keeps nobody from starting: what needs it says so itself.
    """
    asked = database or Database(
        settings.database_url.reveal(), breaker=Breaker(), durability="survives_power_loss"
    )
    try:
        is_own = asked.try_now(lambda connection: is_own_key(connection, key))
    except StoreUnavailable:
        return
    finally:
        if database is None:
            asked.close()
    if not is_own:
        named = "IVR_KEY" if settings.key is not None else str(settings.home / "key")
        what = f"{named} is not the key that this database was begun with"
        raise StartFault((_finding("changed-key", _ENVIRONMENT, what, _CHANGED_KEY),))


def _keep_new_key(path: Path) -> None:
    """Put a whole key there at once: another server that starts now reads this one, or keeps its own."""
    with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        with suppress(FileExistsError):
            os.link(file.name, path)


def _mismatches(settings: Settings, tree: MenuTree) -> list[Finding]:
    faults = []
    for line in tree.lines.values():
        have = len(settings.lines.get(line.id, ()))
        if have != len(line.people):
            variable = "IVR_LINE_" + line.id.upper().replace("-", "_")
            what = f"{variable} holds {have} numbers, and menus/lines.yaml names {len(line.people)} people"
            remedy = f"give one number for each of {', '.join(line.people)}, in this order"
            faults.append(_finding("missing-number", _ENVIRONMENT, what, remedy))
    return faults


def _finding(rule: str, spot: Spot, what: str, remedy: str) -> Finding:
    return Finding(rule=rule, severity="error", spot=spot, what=what, remedy=remedy)
