"""`ivr work`."""

import secrets
import signal
from threading import Event

import click

from ivr.adapters.clock import WallClock
from ivr.adapters.database.cases.case_store import SqlCases
from ivr.adapters.database.cases.outbox import SqlOutbox
from ivr.adapters.database.engine import Database
from ivr.adapters.database.staff.staff_store import SqlStaff
from ivr.adapters.logging import log_to_stderr
from ivr.adapters.mail.eml_files import EmlFolder
from ivr.adapters.mail.message_templates import Templates, read_template_files, read_templates
from ivr.adapters.mail.no_relay import NoRelay
from ivr.adapters.mail.smtp import SmtpMailer
from ivr.adapters.settings.settings import Settings
from ivr.bootstrap.last_good_menu import keep_telling, menu_to_serve
from ivr.bootstrap.startup import StartFault, anchor_of, directory_of, menu_faults, telephone_of
from ivr.cli.environment import settings_or_end
from ivr.cli.findings import end_with, shown
from ivr.cli.records.audit import database_of, key_or_end
from ivr.domain.menus.building.loader import Loaded
from ivr.domain.redaction import Secret
from ivr.domain.yaml_source.finding import Finding
from ivr.entrypoints.worker.sender import Sender
from ivr.entrypoints.worker.sender_identity import house_of
from ivr.entrypoints.worker.staff_messages import WithStaff
from ivr.entrypoints.worker.text_files import TextFolder
from ivr.entrypoints.worker.text_lengths import TextLengths
from ivr.entrypoints.worker.worker_threads import run, send_once
from ivr.services.case_ports import AuditUnavailable
from ivr.services.delivery import Mailer, Telephone
from ivr.services.desk.opening_callbacks import Opening, lines_of
from ivr.services.desk.reset_deadlines import Waits
from ivr.services.ports import StoreUnavailable


@click.command("work")
@click.option("--once", is_flag=True, help="Send what is due now, and end.")
def command(*, once: bool) -> None:
    """Send what waits to be sent: texts, calls with a code, and mail. Runs until TERM, beside `ivr serve`.

    It reminds whoever has to have a colleague sign in, ends what waited too long, and calls about cases that
    were kept overnight. Without settings texts and mails are kept as files in IVR_HOME.
    """
    settings = settings_or_end()
    log_to_stderr(settings.log_level)
    key = key_or_end(settings)
    loaded = _loaded_or_end(settings)
    templates = _templates_or_end(settings, loaded)
    database = database_of(settings)
    try:
        sender = sender_of(settings, loaded, templates, database, key)
        waits = waits_of(settings, loaded, database, key)
        opening = opening_of(settings, loaded, database, key)
        if once:
            _send_once(sender, waits, opening)
        else:
            _run(sender, waits, opening)
    finally:
        database.close()


def sender_of(
    settings: Settings, loaded: Loaded, templates: Templates, database: Database, key: Secret
) -> Sender:
    cases = SqlCases(database, key=key, anchor=anchor_of(settings), is_patient=True)
    return Sender(
        outbox=SqlOutbox(
            database,
            key=key,
            anchor=anchor_of(settings),
            domain=settings.mail_from.rpartition("@")[2],
        ),
        directory=WithStaff(directory_of(settings, database), SqlStaff(cases)),
        mailer=_mailer_of(settings),
        telephone=_telephone_of(settings),
        templates=templates,
        house=house_of(loaded, phone=settings.numbers[0], public_url=settings.public_url, key=key),
        clock=WallClock(),
        chance=secrets.SystemRandom().random,
        name=secrets.token_hex(8),
        fresh=lambda: secrets.token_hex(16),
    )


def waits_of(settings: Settings, loaded: Loaded, database: Database, key: Secret) -> Waits | None:
    """Give what waits for a login; None where nobody is verified by phone."""
    policy = None if loaded.tree is None else loaded.tree.verification
    if policy is None:
        return None
    cases = SqlCases(database, key=key, anchor=anchor_of(settings), is_patient=True)
    return Waits(cases=cases, policy=policy, fresh=lambda: secrets.token_hex(16))


def opening_of(settings: Settings, loaded: Loaded, database: Database, key: Secret) -> Opening | None:
    """Give what calls about cases that were kept overnight; None where nobody is verified by phone."""
    tree = loaded.tree
    if tree is None or tree.verification is None:
        return None
    cases = SqlCases(database, key=key, anchor=anchor_of(settings), is_patient=True)
    fresh = secrets.token_hex
    return Opening(cases=cases, policy=tree.verification, lines=lines_of(tree), fresh=lambda: fresh(16))


def _send_once(sender: Sender, waits: Waits | None, opening: Opening | None) -> None:
    try:
        count = send_once(sender, waits=waits, opening=opening)
    except StoreUnavailable as fault:
        raise click.ClickException(f"{fault}; before the first `ivr serve`, run `ivr migrate`") from fault
    except AuditUnavailable as fault:
        raise click.ClickException(f"{fault}; what cannot go on record is not sent") from fault
    click.echo(f"{count} tried")


def _run(sender: Sender, waits: Waits | None, opening: Opening | None) -> None:
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    click.echo("sending what is due, until TERM", err=True)
    run(sender, stopping, waits=waits, opening=opening)


def _loaded_or_end(settings: Settings) -> Loaded:
    try:
        served = menu_to_serve(settings, _faults)
    except StartFault as fault:
        end_with(shown(fault.findings, menus=settings.menus, prompts=settings.prompts), "nothing is sent")
    keep_telling(served, settings)
    return served.loaded


def _faults(settings: Settings, loaded: Loaded) -> tuple[Finding, ...]:
    """Who sends rings nobody of a line, and so needs none of its numbers."""
    return menu_faults(loaded, production=settings.is_production)


def _templates_or_end(settings: Settings, loaded: Loaded) -> Templates:
    languages = () if loaded.tree is None else loaded.tree.languages
    try:
        files = read_template_files(settings.prompts)
    except OSError as fault:
        raise click.ClickException(f"{fault.filename} cannot be read ({fault.strerror})") from fault
    templates, findings = read_templates(files, languages)
    house = house_of(loaded, phone=settings.numbers[0], public_url=settings.public_url, key=Secret("0" * 32))
    lengths = TextLengths(files=files, templates=templates, loaded=loaded, house=house)
    findings = (*findings, *(one for one in lengths.findings() if one.severity == "error"))
    if findings:
        named = shown(findings, menus=settings.menus, prompts=settings.prompts)
        end_with(named, "what is sent is not written as it must be, so nothing is sent")
    return templates


def _mailer_of(settings: Settings) -> Mailer:
    if settings.relay is not None:
        return SmtpMailer(relay=settings.relay, sender=settings.mail_from)
    if settings.is_production:
        return NoRelay()
    return EmlFolder(folder=settings.home / "mail", sender=settings.mail_from)


def _telephone_of(settings: Settings) -> Telephone:
    if settings.is_demo and settings.api_url is None:
        return TextFolder(folder=settings.home / "texts")
    return telephone_of(settings)
