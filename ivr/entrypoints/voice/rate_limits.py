"""How often an address may ask for what is not there, in this process."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

from flask import Request

MOST: Final = 20
WITHIN: Final = timedelta(minutes=10)
MOST_ADDRESSES: Final = 10_000
_IPV6_NET: Final = 64


class Attempts:
    """Counts in vain; what an address asked for that is there costs it nothing.

    At most MOST_ADDRESSES are kept, and of more the one that was longest silent is forgotten.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()

    def are_used_up(self, address: str, *, at: datetime) -> bool:
        with self._lock:
            return len(self._recent(address, at)) >= MOST

    def count(self, address: str, *, at: datetime) -> None:
        with self._lock:
            moments = self._recent(address, at)
            moments.append(at)
            self._moments[address] = moments
            self._moments.move_to_end(address)
            if len(self._moments) > MOST_ADDRESSES:
                self._moments.popitem(last=False)

    def _recent(self, address: str, at: datetime) -> deque[datetime]:
        moments = self._moments.get(address, deque(maxlen=MOST))
        while moments and moments[0] <= at - WITHIN:
            moments.popleft()
        return moments


def address_of(request: Request) -> str:
    """Name who asks: a network of 64 bits where the address is of IPv6, which one household has whole.

    Behind a proxy on this machine it is what that proxy wrote last; nobody else's word is taken for it.
    """
    peer = _read(request.remote_addr or "")
    if peer is None or not peer.is_loopback:
        return _network(peer)
    written = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return _network(_read(written) or peer)


def _read(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _network(address: IPv4Address | IPv6Address | None) -> str:
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address.packed, _IPV6_NET), strict=False))
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)
