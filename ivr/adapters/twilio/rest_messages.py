"""Texts and calls that we place, through Twilio's REST interface.

Its POSTs may not be repeated without harm: where nobody can tell whether one was done, it is in doubt.
Source: https://www.twilio.com/docs/usage/twilios-response and the SDK's own code, read November 2026.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from time import monotonic
from typing import Any, Final

import requests
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from ivr.domain.redaction import Secret
from ivr.services.delivery import Delivery, Fate

LONGEST_S: Final = 5.0
_CONNECT_S: Final = 2.0
_READ_S: Final = 2.5
_LARGEST_REPLY: Final = 65_536
_RING_S: Final = 30
_LONGEST_VALID_S: Final = 36_000
"""Source: https://www.twilio.com/docs/messaging/api/message-resource, read November 2026."""
_SID: Final = re.compile(r"(?:SM|MM|CA)[0-9a-f]{32}", re.ASCII)
_HOST: Final = "api.twilio.com"
_API_URL: Final = f"https://{_HOST}"

# Our own account is at fault, or its funds: the number is not, and an operator can mend it.
_OURS: Final = frozenset({401, 402, 403, 404, 405, 407, 408})
_TOO_MANY: Final = 429
_NOT_NOW: Final = 503
_LONGEST_PAUSE_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioTelephone:
    """user, password: an API key and its secret, or the account and its token. sender: a number of ours.

    messaging_service: what texts are sent by, where there is one; it chooses the number.
    api_url: the origin of a stand-in for Twilio, which then gets every request.
    """

    account: str
    user: str
    password: Secret
    sender: str
    messaging_service: str | None = None
    api_url: str | None = None
    longest_s: float = LONGEST_S

    def text(
        self,
        *,
        to: str,
        body: str,
        name: str,  # noqa: ARG002 -- Twilio names it
        status: str | None = None,
        lasts_s: int | None = None,
    ) -> Delivery:
        service = self.messaging_service
        options: dict[str, Any] = (
            {"from_": self.sender} if service is None else {"messaging_service_sid": service}
        )
        if status is not None:
            options["status_callback"] = status
        if lasts_s is not None:
            options["validity_period"] = min(max(lasts_s, 1), _LONGEST_VALID_S)
        return self._within(lambda client: client.messages.create(to=to, body=body, **options).sid)

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:  # noqa: ARG002 -- as above
        told = {} if status is None else {"status_callback": status, "status_callback_method": "POST"}
        return self._within(
            lambda client: (
                client.calls.create(
                    to=to, from_=self.sender, url=url, method="POST", timeout=_RING_S, **told
                ).sid
            )
        )

    def move(self, *, call: str, url: str, fallback: str) -> Delivery:
        """Have a call that goes on play another document."""
        return self._within(
            lambda client: (
                client.calls(call)
                .update(url=url, method="POST", fallback_url=fallback, fallback_method="POST")
                .sid
            )
        )

    def _within(self, ask: Callable[[Client], str | None]) -> Delivery:
        """Ask in a thread that is left behind where it takes too long: a peer may drip for ever."""
        answer: Queue[Delivery] = Queue()
        Thread(target=lambda: answer.put(self._asked(ask)), daemon=True).start()
        try:
            return answer.get(timeout=self.longest_s)
        except Empty:
            return _told("in_doubt", None, "no answer in time")

    def _asked(self, ask: Callable[[Client], str | None]) -> Delivery:
        http = _Http(until=monotonic() + self.longest_s, api_url=self.api_url or _API_URL)
        client = Client(
            self.user,
            self.password.reveal(),
            self.account,
            http_client=http,
            # Not the process's own: TWILIO_EDGE and TWILIO_REGION would send everything elsewhere.
            environment={"TWILIO_ACCOUNT_SID": self.account},
        )
        try:
            sid = ask(client)
        except (TwilioRestException, TwilioServiceException) as fault:
            return _refused_or_later(fault, http.retry_after_s)
        except requests.RequestException as fault:
            return _told("deferred" if _never_left(fault) else "in_doubt", None, type(fault).__name__)
        except (TwilioException, ValueError, TypeError, AttributeError, KeyError):
            return _told("in_doubt", http.status, "the reply is not what was agreed")
        if not isinstance(sid, str) or not _SID.fullmatch(sid):
            return _told("in_doubt", http.status, "the reply is not what was agreed")
        return _told("accepted", http.status, sid)


class _Http:
    """One request, with an end to what is waited for and to what is read; nothing of it is logged."""

    def __init__(self, *, until: float, api_url: str) -> None:
        self._until = until
        self._api_url = api_url
        self.status: int | None = None
        self.retry_after_s = 0.0

    def request(
        self,
        method: str,
        uri: str,
        *,
        data: dict[str, str],
        headers: dict[str, str],
        auth: tuple[str, str],
        **_: object,
    ) -> Response:
        """Do what the SDK's own client does, which has no end; its other wishes are never used here."""
        with (
            requests.Session() as session,
            session.request(
                method,
                uri.replace(_API_URL, self._api_url, 1),
                data=data,
                headers=headers,
                auth=auth,
                timeout=(_CONNECT_S, _READ_S),
                allow_redirects=False,
                stream=True,
            ) as reply,
        ):
            self.status = reply.status_code
            self.retry_after_s = _seconds_in(reply.headers.get("Retry-After", ""))
            return Response(reply.status_code, self._text_of(reply), reply.headers)

    def _text_of(self, reply: requests.Response) -> str:
        """Read no more than any true reply has: the rest would only be thrown away."""
        read = bytearray()
        for piece in reply.iter_content(chunk_size=4096):
            read += piece
            if len(read) > _LARGEST_REPLY or monotonic() > self._until:
                break
        return read[:_LARGEST_REPLY].decode("utf-8", errors="replace")


def _refused_or_later(fault: TwilioRestException | TwilioServiceException, retry_after_s: float) -> Delivery:
    status = fault.status if isinstance(fault.status, int) else 0
    code = fault.code if isinstance(fault.code, int) else status
    words = f"HTTP {status}, error {code}"  # its message may hold the number
    if status in (_TOO_MANY, _NOT_NOW):
        return _told("deferred", code, words, retry_after_s=retry_after_s)
    if status in _OURS or 300 <= status < 400:  # noqa: PLR2004 -- the class of redirects
        return _told("deferred", code, words)
    return _told("refused" if 400 <= status < 500 else "in_doubt", code, words)  # noqa: PLR2004 -- as above


def _never_left(fault: requests.RequestException) -> bool:
    """Tell whether no connection was made, so that nothing can have been done."""
    if isinstance(fault, ConnectTimeout | SSLError | ProxyError):
        return True
    inner = fault.args[0] if fault.args else None
    return isinstance(inner, MaxRetryError) and isinstance(inner.reason, NewConnectionError)


def _seconds_in(text: str) -> float:
    """Read a Retry-After in seconds; as a date, or in any other way, it is 0 and our own wait holds."""
    return min(float(text), _LONGEST_PAUSE_S) if text.isascii() and text.isdecimal() else 0.0


def _told(fate: Fate, code: int | None, text: str, *, retry_after_s: float = 0) -> Delivery:
    return Delivery(fate=fate, code=code, text=text, host=_HOST, retry_after_s=retry_after_s)
