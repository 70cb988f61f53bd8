"""What may be sent to a telephone number."""

import phonenumbers
from phonenumbers import PhoneNumberType

from ivr.phone import E164

_TEXTS = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def can_text(number: E164) -> bool:
    """Tell whether a text message may get there: to a mobile, or to what nobody can tell from a mobile."""
    return phonenumbers.number_type(phonenumbers.parse(number)) in _TEXTS
