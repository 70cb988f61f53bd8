"""Handing one letter to the relay, and telling what became of it from the relay's own last reply."""

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import BinaryIO, Final

from ivr.adapters.mail.mail_message import BadAddress, message_of
from ivr.adapters.settings.mail_relay import Relay
from ivr.services.delivery import Delivery, Fate, Letter

STEP_S: Final = 5.0
"""How long one reply of the relay is waited for."""
WHOLE_S: Final = 20.0
"""How long a whole attempt may take: a relay may send one letter of its replies at a time."""

_READY: Final = 220
_OK: Final = 250
_WILL_FORWARD: Final = 251
_TEMPORARY: Final = range(400, 500)
_PERMANENT: Final = range(500, 600)
_LONGEST_REPLY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """sender: the address in From, and in the envelope, so that bounces go there.

    context: what the relay's certificate is checked with.
    """

    relay: Relay
    sender: str
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    step_s: float = STEP_S
    whole_s: float = WHOLE_S

    def send(self, letter: Letter) -> Delivery:
        try:
            data = message_of(
                sender=self.sender,
                to=letter.to,
                subject=letter.subject,
                body=letter.body,
                message_id=letter.message_id,
                at=letter.at,
            ).as_bytes()
        except BadAddress as fault:
            return Delivery(fate="refused", text=str(fault))
        name = self.sender.rpartition("@")[2]
        attempt = _Attempt(self.relay, self.context, self.step_s, name=name)
        # A peer that says one letter now and then satisfies every timeout of a socket.
        alarm = Timer(self.whole_s, attempt.cut)
        alarm.daemon = True
        alarm.start()
        try:
            return attempt.run(self.sender, letter.to, data)
        finally:
            alarm.cancel()


class _WholeLines:
    """A reply whose line ends with the connection is none: "250" may be the beginning of anything."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        return line if line.endswith(b"\n") or len(line) == limit else b""

    def close(self) -> None:
        self._file.close()


class _Connection(smtplib.SMTP):
    """An SMTP connection that can be cut from another thread at any moment, TLS handshakes included."""

    def __init__(self, relay: Relay, context: ssl.SSLContext, step_s: float, *, name: str) -> None:
        """name: what we greet with. Without one the library asks a name server, for as long as that takes."""
        super().__init__(timeout=step_s, local_hostname=name)
        self._host = relay.host  # smtplib checks the certificate against it
        self._relay = relay
        self._context = context
        self.wire: socket.socket | None = None

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self.wire = socket.create_connection((host, port), timeout)
        if self._relay.encryption == "from_the_start":
            wrapped = self._context.wrap_socket(
                self.wire, server_hostname=host, do_handshake_on_connect=False
            )
            self.wire = wrapped
            wrapped.do_handshake()
        return self.wire

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()

    def secure(self) -> None:
        self.starttls(context=self._context)
        self.wire = self.sock

    @property
    def tls(self) -> str | None:
        return self.sock.version() if isinstance(self.sock, ssl.SSLSocket) else None


class _Attempt:
    """One attempt. It knows how far it came, for that decides what a broken connection means."""

    def __init__(self, relay: Relay, context: ssl.SSLContext, step_s: float, *, name: str) -> None:
        self._relay = relay
        self._connection = _Connection(relay, context, step_s, name=name)
        self._is_cut = False
        self._tls: str | None = None

    def cut(self) -> None:
        self._is_cut = True
        if self._connection.wire is not None:
            with suppress(OSError):
                self._connection.wire.shutdown(socket.SHUT_RDWR)

    def run(self, sender: str, to: str, data: bytes) -> Delivery:
        try:
            self._open()
        except smtplib.SMTPResponseException as fault:
            return self._told("deferred", fault.smtp_code, fault.smtp_error)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            return self._told("deferred", None, _name_of(fault))
        delivery = self._hand_over(sender, to, data)
        # The letter's fate is known: a relay that is slow to say goodbye changes nothing.
        self._connection.close()
        return delivery

    def _open(self) -> None:
        """Connect, make the line safe and log in. A fault here is ours or the relay's, not the address's."""
        try:
            self._greet()
            self._connection.ehlo_or_helo_if_needed()
            if self._relay.encryption == "starttls":
                self._connection.secure()
                self._connection.ehlo_or_helo_if_needed()
            self._tls = self._connection.tls
            if self._relay.user is not None and self._relay.password is not None:
                self._connection.login(self._relay.user, self._relay.password.reveal())
        except BaseException:
            self._connection.close()
            raise

    def _greet(self) -> None:
        code, text = self._connection.connect(self._relay.host, self._relay.port)
        if code != _READY:
            raise smtplib.SMTPConnectError(code, text)

    def _hand_over(self, sender: str, to: str, data: bytes) -> Delivery:
        try:
            code, text = self._connection.mail(sender)
            if code == _OK:
                code, text = self._connection.rcpt(to)
            if code not in (_OK, _WILL_FORWARD):
                return self._told(_fate_of(code), code, text)
        except (OSError, smtplib.SMTPException) as fault:
            return self._told("deferred", None, _name_of(fault))
        if self._is_cut:
            return self._told("deferred", None, "the relay took too long")
        try:
            code, text = self._connection.data(data)
        except smtplib.SMTPDataError as fault:  # the answer to the word DATA: nothing was sent yet
            return self._told(_fate_of(fault.smtp_code), fault.smtp_code, fault.smtp_error)
        except (OSError, smtplib.SMTPException) as fault:
            return self._told("in_doubt", None, _name_of(fault))
        return self._told(_final_fate_of(code), code, text)

    def _told(self, fate: Fate, code: int | None, text: bytes | str) -> Delivery:
        words = text.decode("ascii", errors="replace") if isinstance(text, bytes) else text
        printable = " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())
        return Delivery(
            fate=fate,
            code=code,
            text=printable[:_LONGEST_REPLY],
            host=self._relay.host,
            tls=self._tls,
        )


def _fate_of(code: int) -> Fate:
    """Judge a reply that came before the letter was sent; what is no reply at all is tried again."""
    return "refused" if code in _PERMANENT else "deferred"


def _final_fate_of(code: int) -> Fate:
    """Judge the reply to the end of the letter. Only 250 says that the relay has it."""
    if code == _OK:
        return "accepted"
    if code in _TEMPORARY or code in _PERMANENT:
        return _fate_of(code)
    return "in_doubt"


def _name_of(fault: Exception) -> str:
    """Name a fault by its kind: its own words may hold what was sent."""
    if isinstance(fault, ssl.SSLError):
        return f"TLS: {fault.reason or type(fault).__name__}"
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return "the relay offers no encryption, or no login"
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
        return "no answer in time"
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        return "the connection broke"
    if isinstance(fault, OSError):
        return fault.strerror or type(fault).__name__
    return type(fault).__name__
