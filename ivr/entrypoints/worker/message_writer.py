"""One message in words, ready to be sent."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ivr.adapters.database.cases.outbox import Leased
from ivr.adapters.mail.message_templates import Medium, Template, Templates
from ivr.domain.recovery.codes import SentCode, one_time_code
from ivr.domain.redaction import Secret
from ivr.entrypoints.worker.sender_identity import House, moment_in

_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMessage:
    subject: str
    body: str
    template: Template


def write(leased: Leased, templates: Templates, house: House) -> WrittenMessage:
    """Fill the template. The digits of a code are derived here, and live in the message alone.

    Raises TemplateMissing, also for a language that the line does not have.
    """
    medium: Medium = "mail" if leased.channel == "mail" else "text"
    template = templates.template(medium, leased.language, _name_of(leased))
    slots = house.slots(leased.language, case=leased.case, number=leased.number, at=leased.created_at)
    if leased.purpose in ("invite", "renew"):
        slots["link"] = house.enrol_link(leased.case)
    if leased.purpose == "not_reached":
        slots["hours"] = leased.details.get("hours", "")
    if "until" in leased.details:
        slots["until"] = moment_in(leased.language, datetime.fromisoformat(leased.details["until"]))
    if leased.code is not None:
        slots["code"] = digits_of(leased.code, house.key).reveal()
        slots["minutes"] = str(max(1, (leased.code.expires_at - leased.created_at) // _MINUTE))
    subject, body = template.filled(slots)
    return WrittenMessage(subject=subject, body=body, template=template)


def digits_of(code: SentCode, key: Secret) -> Secret:
    return one_time_code(key, case=code.case, call=code.call, contact=code.contact, salt=code.salt)


def _name_of(leased: Leased) -> str:
    if leased.purpose == "code" and leased.details.get("of") == "enrolment":
        return "enrol_code"
    if leased.purpose == "notice":
        return f"notice-{leased.details.get('event', '')}"
    return leased.purpose
