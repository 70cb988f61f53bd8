"""A real SMTP server in a thread, which misbehaves in one way that is named."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Thread
from typing import Literal

from aiosmtpd.smtp import SMTP, Envelope, Session

Mode = Literal[
    "well",
    "no_banner",
    "drip",
    "busy_banner",
    "no_login",
    "rcpt_450",
    "rcpt_550",
    "mail_552",
    "data_421",
    "drop_in_data",
    "end_451",
    "end_554",
    "end_252",
    "drop_before_250",
    "hang_before_250",
    "drop_after_250",
    "half_a_250",
    "no_tls",
    "broken_tls",
]

REPLIES: dict[Mode, str] = {
    "rcpt_450": "450 mailbox busy",
    "rcpt_550": "550 no such user here",
    "mail_552": "552 too much mail from you",
    "data_421": "421 closing",
    "end_451": "451 try again later",
    "end_554": "554 this looks like spam",
    "end_252": "252 perhaps",
}


@dataclass  # without slots: aiosmtpd looks at every attribute, and Python before 3.11.3 leaves one unreadable
class Relay:
    """port: where it listens, on 127.0.0.1. kept: what it took, and said or meant to say so, oldest first."""

    mode: Mode
    port: int = 0
    kept: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's own name
        self, _: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if self.mode == "mail_552":
            return REPLIES["mail_552"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 -- as above
        self, _: SMTP, _s: Session, envelope: Envelope, address: str, _o: list[str]
    ) -> str:
        if self.mode in ("rcpt_450", "rcpt_550"):
            return REPLIES[self.mode]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        if self.mode == "drop_before_250":
            _close(server)
            return "250 never heard"
        if self.mode == "half_a_250" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.write(b"250 queu")
            _close(server)
            return "250 never heard"
        if self.mode == "hang_before_250":
            await asyncio.Event().wait()
        if self.mode in ("end_451", "end_554", "end_252"):
            return REPLIES[self.mode]
        self.kept.append(envelope.original_content or b"")
        self.recipients.extend(envelope.rcpt_tos)
        if self.mode == "drop_after_250":
            await server.push("250 queued as 4711")
            _close(server)
        return "250 queued as 4711"


def _close(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


class _Server(SMTP):
    """aiosmtpd's server, with the faults that lie outside of what a handler may answer."""

    relay: Relay

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- as above
        if self.relay.mode == "data_421":
            await self.push(REPLIES["data_421"])
        elif self.relay.mode == "drop_in_data":
            await self.push("354 go on")
            _close(self)
        else:
            await super().smtp_DATA(arg)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 -- as above
        if self.relay.mode == "broken_tls":
            await self.push("220 ready")
            await self.push("this is no TLS")
            _close(self)
        else:
            await super().smtp_STARTTLS(arg)


@contextmanager
def relay(mode: Mode, *, context: ssl.SSLContext | None = None) -> Iterator[Relay]:
    """Run a relay; context: the certificate that it shows after STARTTLS."""
    told = Relay(mode=mode)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(_listen(told, context))
    told.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield told
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(told: Relay, context: ssl.SSLContext | None) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if told.mode in ("no_banner", "drip", "busy_banner"):
        return await asyncio.start_server(partial(_banner, told.mode), "127.0.0.1", 0)

    def protocol() -> SMTP:
        server = _Server(
            told,
            hostname="relay.example.com",
            tls_context=context
            or (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if told.mode == "broken_tls" else None),
            loop=loop,
        )
        server.relay = told
        return server

    return await loop.create_server(protocol, "127.0.0.1", 0)


async def _banner(mode: Mode, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, asyncio.CancelledError), closing(writer):
        if mode == "busy_banner":
            writer.write(b"554 no service here\r\n")
        while mode == "drip":
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(0.01)
        await asyncio.Event().wait()


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0)  # transports close one round later
