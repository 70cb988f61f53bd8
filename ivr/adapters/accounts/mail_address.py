"""Which texts are one plain mail address."""

import re

from ivr.adapters.accounts.csv_faults import Wrong
from ivr.domain.yaml_source.excerpt import code_of

_REMEDY = "write one plain address, such as ann@example.com"
_MOST = 254
_MOST_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321's Dot-string and Domain; no quoted local part and no address in brackets.
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]", re.ASCII)


def plain_address(text: str) -> str | Wrong:
    """Take one address as it is, but for the domain's capitals.

    International domains are refused, in letters and as xn--: one that looks like the customer's would get
    the customer's codes.
    """
    fault = _fault(text)
    if fault:
        return Wrong(what=f"cannot be used: {fault}", remedy=_REMEDY)
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def _fault(text: str) -> str | None:
    odd = next((letter for letter in text if not "!" <= letter <= "~"), None)
    faults = (
        (odd is not None and not odd.isascii(), f"it has the character {code_of(odd or '?')}"),
        (text.count("@") > 1 or any(mark in text for mark in ",;"), "it is more than one address"),
        (any(mark in text for mark in '<>"()'), "it has a name or a quotation beside the address"),
        (odd is not None, "it has a blank or a control character"),
        (len(text) > _MOST, f"it is longer than {_MOST} characters"),
        (len(text.partition("@")[0]) > _MOST_LOCAL, f"more than {_MOST_LOCAL} characters stand before the @"),
        ("@xn--" in text.lower() or ".xn--" in text.lower(), "its domain is written as xn--"),
        (not _PLAIN.fullmatch(text), "it is no mail address"),
    )
    return next((what for holds, what in faults if holds), None)
