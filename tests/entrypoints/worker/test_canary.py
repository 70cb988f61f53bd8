"""A code stands in the one message that carries it, and nowhere else."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ivr.services.case_ports import Channel
from ivr.services.delivery import Delivery, Fate, Letter
from tests.entrypoints.worker.desk import ADDRESSES, MAILBOX, PHONE, Desk, Post

ROUNDS = 40
FATES: tuple[Fate, ...] = ("accepted", "in_doubt", "refused")


class Echoing(Post):
    """A peer that repeats what it was given, and breaks down with it now and then."""

    def send(self, letter: Letter) -> Delivery:
        super().send(letter)
        return self._echo(letter.body, letter.to)

    def text(
        self, *, to: str, body: str, name: str, status: str | None = None, lasts_s: int | None = None
    ) -> Delivery:
        super().text(to=to, body=body, name=name, status=status, lasts_s=lasts_s)
        return self._echo("", to)

    def _echo(self, body: str, to: str) -> Delivery:
        number = len(self.letters) + len(self.texts)
        if number % 4 == 0:
            raise RuntimeError(body)
        return Delivery(fate=FATES[number % 3], code=250, text=f"I got: {body} for {to}"[:200])


@pytest.mark.parametrize("channel", ["mail", "text"])
def test_no_code_and_no_address_is_in_the_database_or_in_a_log(
    desk: Desk, database_path: Path, channel: Channel
) -> None:
    desk.open()
    peer = Echoing()
    sender = desk.sender(mailer=peer, telephone=peer)
    codes: list[str] = []

    with capture_logs() as logs:
        for number in range(ROUNDS):
            codes.append(desk.ask_code(f"n{number}", channel=channel, salt=f"salt {number}"))
            sender.send_due(channel)
            desk.clock.advance(600)
        desk.outbox.end_old(desk.clock.now())
    desk.database.close()

    sent = [letter.body for letter in peer.letters] + [body for _, body in peer.texts]
    kept = b"".join(path.read_bytes() for path in database_path.parent.iterdir() if path.is_file())
    logged = repr(logs)
    assert [code in body for code, body in zip(codes, sent, strict=True)] == [True] * ROUNDS
    assert {entry["message"] for entry in logs} == {f"n{number}" for number in range(ROUNDS)}
    # Six digits may also stand in a time or a hash by chance: what counts is the code as it is written.
    hits = [code for code in codes if any(_stands_alone(code, text) for text in (kept, logged.encode()))]
    assert f"salt {ROUNDS - 1}".encode() in kept
    assert hits == []
    for address in (ADDRESSES[MAILBOX].address, ADDRESSES[PHONE].address):
        assert address.encode() not in kept
        assert address not in logged


def _stands_alone(code: str, text: bytes) -> bool:
    at = text.find(code.encode())
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + 6 : at + 7]
        if not any(sign in b"0123456789abcdef" for sign in around):
            return True
        at = text.find(code.encode(), at + 1)
    return False
