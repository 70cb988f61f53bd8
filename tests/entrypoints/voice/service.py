"""A line in memory that tests post to, signed as the carrier signs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from ivr.adapters.settings.read_settings import read_settings
from ivr.adapters.twilio.request_signature import sign
from ivr.bootstrap.line_parts import LineStores, line_of
from ivr.bootstrap.rehearsal import RehearsalLine, line_for_tests, rehearsal_numbers
from ivr.domain.menus.tree import MenuTree
from ivr.domain.redaction import Secret
from ivr.services.ports import Clock

MORNING = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CALL = "CA" + "a" * 32
LEG = "CA" + "b" * 32
RECORDING = "RE" + "c" * 32
FORM = "application/x-www-form-urlencoded"


def fresh_line() -> RehearsalLine:
    return line_for_tests(menus="menus", prompts="prompts", at=MORNING)


def line_on(kept: LineStores, *, tree: MenuTree | None = None, clock: Clock | None = None) -> RehearsalLine:
    """The same line, but for where it keeps what it must not forget, and what else is given."""
    line = fresh_line()
    settings = replace(
        read_settings({}, read_bytes=None),
        lines={str(name): people for name, people in rehearsal_numbers(line.tree).items()},
    )
    wsgi = line_of(
        settings,
        tree or line.tree,
        kept,
        clock=clock or line.clock,
        key=Secret("k" * 32),
        degraded=lambda: ("store",),
    )
    return replace(line, wsgi=wsgi)


def usual(line: RehearsalLine, **fields: str) -> dict[str, str]:
    return {
        "AccountSid": line.account_sid,
        "CallSid": CALL,
        "CallStatus": "in-progress",
        "From": "+14155550199",
        "To": "+14155550100",
        "ToZip": "",
        **fields,
    }


def post(
    line: RehearsalLine,
    path: str,
    pairs: Mapping[str, str] | Iterable[tuple[str, str]],
    *,
    headers: Mapping[str, str] | None = None,
    content_type: str = FORM,
    method: str = "POST",
) -> TestResponse:
    """Send the fields as a signed request; *headers* stand in for the signature where they are given."""
    listed = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
    signature = {"X-Twilio-Signature": sign(line.token, line.public_url + path, listed)}
    return Client(line.wsgi, use_cookies=False).open(
        path,
        method=method,
        data=urlencode(listed),
        content_type=content_type,
        headers=signature if headers is None else headers,
    )


def place(
    line: RehearsalLine, node: str = "main", *, counters: str = "00", rest: str = "-.-.-.0", turn: str = "01"
) -> str:
    return f"{line.tree.version}.en.{counters}.{node}.{rest}.{turn}"


def is_untouched(line: RehearsalLine) -> bool:
    store = line.store
    return not (store.rows or store.begun or store.ended or store.kept or store.replies)
