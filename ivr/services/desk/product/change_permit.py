"""The permit of a full change: one number for one case, which serves once, and not for long."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from ivr.domain.recovery.case import Case, CaseId
from ivr.domain.redaction import Secret
from ivr.services.case_ports import CaseWork
from ivr.services.product_ports import Permit

PERMIT_S: Final = 3600
_DIGITS: Final = 20
_GROUP: Final = 5
_USED: Final = "the permit was used before"


def permit_number(key: Secret, *, case: CaseId) -> Secret:
    """Derive the number of a case's permit: 20 digits in four groups, such as "04711-12345-67890-00042".

    Nobody can guess it without the key. It is derived, so that it is stored nowhere, and can still be shown
    where the reply that was to show it was lost.
    """
    number = int.from_bytes(_hmac(key, f"permit number of {case}")) % 10**_DIGITS
    digits = f"{number:0{_DIGITS}}"
    return Secret("-".join(digits[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP)))


def permit_mac(key: Secret, number: Secret) -> str:
    """Give what is stored instead of the number: 64 hexadecimal digits."""
    return _hmac(key, f"permit {number.reveal()}").hex()


def issue(tx: CaseWork, case: Case, *, key: Secret, at: datetime) -> None:
    """Issue the permit of a case that has just been allowed to change, in the transaction that allowed it.

    A case gets one, ever: the database refuses a second, and with it whatever was to be done.
    """
    if case.account is None or case.changed_at is None:
        raise ValueError("a case was to get a permit, and may not change")
    permit = Permit(
        case=case.id,
        account=case.account,
        mac=permit_mac(key, permit_number(key, case=case.id)),
        issued_at=at,
        expires_at=at + timedelta(seconds=PERMIT_S),
    )
    tx.permits.issue(permit)


def live_permit(tx: CaseWork, case: Case, *, key: Secret, at: datetime) -> Secret | None:
    """Give the number of the case's permit while it serves; None before, afterwards and once it is used."""
    permit = tx.permits.permit(case.id)
    if permit is None or permit.used_at is not None or not permit.issued_at <= at <= permit.expires_at:
        return None
    return permit_number(key, case=case.id)


def unusable(tx: CaseWork, case: Case, number: Secret, *, key: Secret, done_at: datetime) -> str:
    """Say why the number is no permit for a change of the case at *done_at*; "" where it is one.

    How early is not asked: nobody could name the number before it was issued, whatever a clock says.
    """
    permit = tx.permits.permit(case.id)
    if permit is None or not hmac.compare_digest(permit.mac, permit_mac(key, number)):
        return "this is not the case's permit"
    if done_at > permit.expires_at:
        return "the permit had run out"
    return _USED if permit.used_at is not None else ""


def use(tx: CaseWork, case: Case, number: Secret, *, key: Secret, done_at: datetime, reference: str) -> str:
    """Use up the case's permit for the change that was made at *done_at*; say why not, "" where it served."""
    why = unusable(tx, case, number, key=key, done_at=done_at)
    if why:
        return why
    return "" if tx.permits.use(permit_mac(key, number), at=done_at, reference=reference) else _USED


def _hmac(key: Secret, text: str) -> bytes:
    return hmac.new(key.reveal().encode(), text.encode(), hashlib.sha256).digest()
