"""What the people on file are told after each move is true of the case at that moment, and claims no more."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from ivr.adapters.clock import ManualClock
from ivr.adapters.mail.message_templates import Templates, read_template_files, read_templates
from ivr.domain.recovery.case import Case
from ivr.domain.recovery.codes import stop_token
from ivr.services.calls.verification.stop_case import Stopping
from ivr.services.desk.reset_deadlines import Waits
from ivr.services.product_ports import Order
from tests.domain.recovery.ready import AT, TO_CHANGE, TO_RELEASE, TO_RESET
from tests.services.desk.office import KEY, NUMBER, Office
from tests.services.desk.test_outcome import AGENT, pen_of, record, tell

TOLD: Final = "mail:m1 text:p1"
SLOTS: Final = {
    "company": "Heronscan",
    "product": "HeronGuard",
    "privacy": "our web site",
    "phone": "+14155550100",
    "time": "24 November 2026, 18:00 UTC",
    "until": "27 November 2026, 18:00 UTC",
    "case": NUMBER,
    "page": "https://ivr.example.com/case/900000001",
    "stop": "https://ivr.example.com/stop/900000001/x",
}
Claim = tuple[str, Callable[[Office, Case], bool]]


def is_changed(office: Office, case: Case) -> bool:
    permit = office.cases.act(lambda tx: tx.permits.permit(case.id))
    return permit is not None and permit.used_at is not None


def is_released(office: Office, case: Case) -> bool:
    kept = office.cases.act(lambda tx: tx.permits.by_hand(case.id))
    by_product = office.cases.act(lambda tx: tx.permits.told(f"evt-1-{case.number}"))
    return by_product is not None or any(one.act == "release" and one.is_done for one in kept)


CLAIMS: Final[tuple[Claim, ...]] = (
    (r"password[^.:]* (was|has been) (fully )?changed\b", is_changed),
    (r"password[^.:]* was reset\b", lambda _, case: case.reset_done_at is not None),
    (r"(?<!no )\b(link|credentials)[^.:]* (was|were|has been) (sent|released)\b", is_released),
    (r"\breset[^.:]* was released\b", is_released),
    (r"change[^.:]* was allowed\b", lambda _, case: case.changed_at is not None),
    (r"release[^.:]* was allowed\b", lambda _, case: case.released_at is not None),
    (r"passed (the|our) checks", lambda _, case: case.l2_at is not None),
    (r"was asked for|asked for a reset", lambda _, case: bool(case.confirmed_at or case.reset_requested_at)),
    (
        r"has not been (done|made)",
        lambda office, case: not is_changed(office, case) and not case.reset_done_at,
    ),
    (
        r"[Nn]othing changes|[Nn]othing (has been|was) changed",
        lambda office, case: not is_changed(office, case) and not case.reset_done_at,
    ),
    (r"\blapsed\b", lambda _, case: case.state == "LAPSED"),
    (r"was stopped by|to stop what was asked", lambda _, case: case.state == "CANCELLED"),
    (
        r"no colleague[^.]* signed in",
        lambda _, case: bool(case.reset_done_at) and not case.subaccount_login_at,
    ),
)  # fmt: skip -- one claim a line
"""What a text may claim, and what must then be so: read off the words that are sent, not off their names."""


@pytest.fixture(scope="module")
def templates() -> Templates:
    kept, findings = read_templates(read_template_files(Path("prompts")), ["en"])
    assert findings == ()
    return kept


def waits_of(office: Office) -> Waits:
    desk = office.desk
    return Waits(cases=desk.cases, policy=desk.policy, fresh=desk.fresh)


def stop(office: Office) -> None:
    stopping = Stopping(
        cases=office.cases, key=KEY, clock=ManualClock(AT), fresh=office.desk.fresh, hashed=str
    )
    stopping.stop(NUMBER, stop_token(KEY, case=TO_CHANGE.id))


def changing(office: Office) -> Iterator[str]:
    office.put(replace(TO_CHANGE, notify=TOLD))
    office.desk.change(NUMBER, AGENT, at=AT)
    yield "change"


def changed_by_hand(office: Office) -> Iterator[str]:
    yield from changing(office)
    record(office, is_done=False)
    yield "change failed"
    record(office, is_done=True)
    yield "changed"
    pen_of(office).wrap_up(NUMBER, AGENT, disposition="solved", at=AT)
    yield "wrap-up"


def changed_by_the_product(office: Office) -> Iterator[str]:
    yield from changing(office)
    order = Order(case=TO_CHANGE.id, act="change", reference="O-1", at=AT, by=AGENT)
    office.cases.act(lambda tx: tx.permits.keep_order(order, at=AT))
    yield "the product accepted it"
    tell(office, NUMBER, "change_done")
    yield "the product changed it"


def never_changed(office: Office) -> Iterator[str]:
    yield from changing(office)
    record(office, is_done=False)
    pen_of(office).wrap_up(NUMBER, AGENT, disposition="withdrew", at=AT)
    yield "closed, not done"


def changed_after_it_was_closed_as_failed(office: Office) -> Iterator[str]:
    yield from never_changed(office)
    tell(office, NUMBER, "change_done")
    yield "the product changed it after all"


def releasing(office: Office) -> Iterator[str]:
    office.put(replace(TO_RELEASE, notify=TOLD))
    office.desk.release(NUMBER, AGENT, at=AT)
    yield "release"


def released_by_hand(office: Office) -> Iterator[str]:
    yield from releasing(office)
    record(office, is_done=False)
    yield "release failed"
    record(office, is_done=True)
    yield "released"
    tell(office, NUMBER, "released")
    yield "the product says so too"


def released_by_the_product(office: Office) -> Iterator[str]:
    yield from releasing(office)
    tell(office, NUMBER, "released")
    yield "the product released it"
    tell(office, NUMBER, "released", source="evt-2")
    yield "the product says it again"


def resetting(office: Office) -> Iterator[str]:
    office.put(replace(TO_RESET, notify=TOLD))
    office.desk.ask_for_reset(NUMBER, AGENT, at=AT)
    yield "reset"
    office.desk.reset_done(NUMBER, AGENT, done_at=AT, at=AT)
    yield "reset-done"


def waited_for_nothing(office: Office) -> Iterator[str]:
    yield from resetting(office)
    waits_of(office).tend(AT + timedelta(hours=36))
    yield "reminder"
    waits_of(office).tend(AT + timedelta(hours=72))
    yield "lapse"


def stopped(office: Office) -> Iterator[str]:
    office.put(replace(TO_CHANGE, notify=TOLD))
    stop(office)
    yield "stop link"


def stopped_after_the_reset(office: Office) -> Iterator[str]:
    yield from resetting(office)
    stop(office)
    yield "stop link"


WAYS: Final = (
    changed_by_hand,
    changed_by_the_product,
    never_changed,
    changed_after_it_was_closed_as_failed,
    released_by_hand,
    released_by_the_product,
    waited_for_nothing,
    stopped,
    stopped_after_the_reset,
)


def texts_of(templates: Templates, event: str) -> list[str]:
    """Give every sentence that a notice sends, whichever way it goes."""
    filled = [
        templates.template(medium, "en", f"notice-{event}").filled(SLOTS) for medium in ("mail", "text")
    ]
    return [re.sub(r"\s+", " ", f"{subject}: {body}") for subject, body in filled]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_after_each_move_the_notice_claims_nothing_that_the_case_does_not_hold(
    office: Office, templates: Templates, way: Callable[[Office], Iterator[str]]
) -> None:
    told = 0
    for move in way(office):
        sent = [json.loads(details)["event"] for _, _, details in office.notices()][told:]
        told += len(sent)
        case = office.case()
        for text in (text for event in set(sent) for text in texts_of(templates, event)):
            false = [claim for claim, holds in CLAIMS if re.search(claim, text) and not holds(office, case)]
            assert false == [], f"after {move}: {text}"


@pytest.mark.parametrize(
    ("way", "events"),
    [
        (changed_by_hand, ["change_allowed", "changed"]),
        (changed_by_the_product, ["change_allowed", "changed"]),
        (never_changed, ["change_allowed"]),
        (changed_after_it_was_closed_as_failed, ["change_allowed", "changed"]),
        (released_by_hand, ["release_allowed", "released"]),
        (released_by_the_product, ["release_allowed", "released"]),
        (waited_for_nothing, ["requested", "waiting", "reminder", "lapsed"]),
        (stopped, ["stopped"]),
        (stopped_after_the_reset, ["requested", "waiting", "stopped"]),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_each_contact_is_told_once_of_what_was_allowed_and_once_of_what_was_done(
    office: Office, way: Callable[[Office], Iterator[str]], events: list[str]
) -> None:
    list(way(office))

    for channel in ("mail", "text"):
        assert [json.loads(told)["event"] for kind, _, told in office.notices() if kind == channel] == events


def test_every_claim_is_made_by_some_notice(templates: Templates) -> None:
    names = {name.rpartition("notice-")[2] for name in templates.kept if "notice-" in name}
    said = [text for name in sorted(names) for text in texts_of(templates, name)]

    assert [claim for claim, _ in CLAIMS if not any(re.search(claim, text) for text in said)] == []
