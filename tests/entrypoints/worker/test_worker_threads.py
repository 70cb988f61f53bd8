"""The sender's process: it goes on whatever happens, and shows life only while it does."""

from threading import Event, Thread

import pytest

from ivr.entrypoints.worker import worker_threads as running
from ivr.entrypoints.worker.worker_threads import run, send_once
from ivr.services.case_ports import Channel
from ivr.services.delivery import Delivery, Letter
from ivr.services.ports import StoreUnavailable
from tests.entrypoints.worker.desk import AT, Desk, Post

LONG_S = 30


def test_what_is_due_is_sent_at_once_and_the_line_sees_that_the_sender_lives(desk: Desk) -> None:
    desk.open()
    for number in range(20):
        desk.queue(f"m{number}")
    desk.ask_code("t", channel="text")

    count = send_once(desk.sender())

    assert count == 21
    assert len(desk.post.letters) == 20
    assert desk.cases.act(lambda tx: tx.sender_seen_at()) == AT


def test_it_sends_until_it_is_told_to_stop_and_finishes_what_it_has_in_hand(desk: Desk) -> None:
    desk.open()
    stopping, begun, going_on = Event(), Event(), Event()

    class Slow(Post):
        def send(self, letter: Letter) -> Delivery:
            begun.set()
            assert going_on.wait(LONG_S)
            return super().send(letter)

    desk.queue("m")
    process = Thread(target=run, args=(desk.sender(mailer=Slow()), stopping))
    process.start()
    assert begun.wait(LONG_S)
    stopping.set()
    going_on.set()
    process.join(LONG_S)

    assert not process.is_alive()
    assert desk.state("m") == "accepted"
    assert desk.cases.act(lambda tx: tx.sender_seen_at()) == AT


def test_a_database_that_fails_for_a_while_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open()
    desk.queue("m")
    monkeypatch.setattr(running, "_ILL_S", 0.01)
    sender, stopping, sent = desk.sender(), Event(), Event()
    failures = iter(range(3))
    send_due = sender.send_due

    def failing_first(channel: Channel) -> int:
        if next(failures, None) is not None:
            raise StoreUnavailable("it is away")
        count = send_due(channel)
        if count:
            sent.set()
        return count

    class Failing:
        outbox = sender.outbox
        clock = sender.clock
        send_due = staticmethod(failing_first)

    process = Thread(target=run, args=(Failing(), stopping))
    process.start()
    assert sent.wait(LONG_S)
    stopping.set()
    process.join(LONG_S)

    assert desk.state("m") == "accepted"
