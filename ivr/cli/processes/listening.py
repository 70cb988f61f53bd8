"""Listening at an address: what must hold before, and the server that does it."""

import os
import signal
import socket
from ipaddress import ip_address
from typing import Final, Literal

import click

Interface = Literal["rsgi", "asgi"]

_KILL_AFTER_S: Final = 20
_HEADERS_WITHIN_MS: Final = 10_000


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_reach(host: str, port: int, *, is_https: bool, bare: str) -> None:
    """End where others reach HOST without https, or nothing can listen. bare: what would be in clear."""
    if not is_https and not is_loopback(host):
        raise click.UsageError(
            f"--host {host} is reached by others, and {bare} would cross the network in clear: "
            "listen on 127.0.0.1, or put a proxy with https in front and add --behind-https"
        )
    check_free(host, port)


def check_free(host: str, port: int) -> None:
    """End with what to do where nothing can listen there."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        why = str(error.strerror).partition(" (while")[0]  # the library adds the address, as a tuple
        raise click.UsageError(
            f"{host}:{port} cannot be used ({why}): stop what holds it, or choose another --port"
        ) from error


def run_server(target: str, *, host: str, port: int, workers: int, interface: Interface) -> None:
    """Serve the application that the factory *target* ("module:name") makes, until TERM.

    interface: "rsgi" for a Front, which has threads of its own; "asgi" for what has an event loop.
    """
    from granian.constants import Interfaces  # noqa: PLC0415 -- only what serves needs the server
    from granian.http import HTTP1Settings  # noqa: PLC0415 -- as above
    from granian.log import LogLevels  # noqa: PLC0415 -- as above
    from granian.server import Server  # noqa: PLC0415 -- as above

    # A forked worker has the handler of its parent until it is ready, and would let a TERM pass unheard.
    os.register_at_fork(after_in_child=lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL))
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces(interface),
        workers=workers,
        factory=True,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_AFTER_S,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN_MS),
        log_level=LogLevels.warning,
    ).serve()
