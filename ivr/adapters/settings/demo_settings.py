"""What stands in for real settings while nobody outside this machine can reach the line.

The numbers lie in the block 555-0100 to 555-0199, which North America's plan keeps for fiction.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from ivr.domain.phone import E164
from ivr.domain.redaction import Secret

DEMO_PUBLIC_URL = "http://127.0.0.1:5000"
DEMO_ACCOUNT_SID = "AC" + "0" * 32
DEMO_AUTH_TOKEN = Secret("demo-token-that-anybody-can-read")
DEMO_NUMBERS = (E164("+14155550100"),)
DEMO_LINES: Mapping[str, tuple[E164, ...]] = MappingProxyType(
    {
        "customer-service": (E164("+14155550110"), E164("+14155550111")),
        "support": (E164("+14155550120"), E164("+14155550121")),
        "tam": (E164("+14155550130"),),
    }
)

_FICTION = re.compile(r"\+1[2-9][0-9]{2}55501[0-9]{2}", re.ASCII)


def is_fiction(number: E164) -> bool:
    return _FICTION.fullmatch(number) is not None
