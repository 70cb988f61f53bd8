"""A relay's own replies decide: only its 250 to the end of the letter means that it has it."""

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from ivr.adapters.mail.smtp import SmtpMailer
from ivr.adapters.settings.mail_relay import Encryption
from ivr.adapters.settings.mail_relay import Relay as Address
from ivr.domain.redaction import Secret
from ivr.services.delivery import Delivery, Fate, Letter
from tests.adapters.mail.relay import Mode, relay

LETTER = Letter(
    to="jo@example.com",
    subject="Password change",
    body="It has not been done.\n",
    message_id="<1@example.com>",
    at=datetime(2026, 11, 24, 18, tzinfo=UTC),
)
CERTIFICATE = Path(__file__).parent / "data" / "localhost.pem"


def mailer(port: int, *, encryption: Encryption = "none", host: str = "127.0.0.1") -> SmtpMailer:
    return SmtpMailer(
        relay=Address(host=host, port=port, encryption=encryption),
        sender="support@example.com",
        step_s=0.5,
        whole_s=5,
    )


def tried(mode: Mode) -> tuple[Delivery, int]:
    """Try to send one letter; give what became of it, and how many the relay has."""
    encryption: Encryption = "starttls" if mode in ("no_tls", "broken_tls") else "none"
    with relay(mode) as server:
        delivery = mailer(server.port, encryption=encryption).send(LETTER)
        return delivery, len(server.kept)


@pytest.mark.parametrize(
    ("mode", "fate", "code", "text"),
    [
        ("no_banner", "deferred", None, "no answer in time"),
        ("rcpt_450", "deferred", 450, "mailbox busy"),
        ("rcpt_550", "refused", 550, "no such user here"),
        ("drop_in_data", "in_doubt", None, "the connection broke"),
        ("end_451", "deferred", 451, "try again later"),
        ("end_554", "refused", 554, "this looks like spam"),
        ("drop_before_250", "in_doubt", None, "the connection broke"),
        ("hang_before_250", "in_doubt", None, "no answer in time"),
        ("half_a_250", "in_doubt", None, "the connection broke"),
        ("drop_after_250", "accepted", 250, "queued as 4711"),
        ("broken_tls", "deferred", None, ""),
        ("busy_banner", "deferred", 554, "no service here"),
        ("mail_552", "refused", 552, "too much mail from you"),
        ("data_421", "deferred", 421, "closing"),
        ("end_252", "in_doubt", 252, "perhaps"),
        ("no_tls", "deferred", None, "the relay offers no encryption, or no login"),
    ],
)
def test_each_way_to_fail_is_told_from_the_others(
    mode: Mode, fate: Fate, code: int | None, text: str
) -> None:
    delivery, kept = tried(mode)

    assert replace(delivery, text="") == Delivery(fate=fate, code=code, host="127.0.0.1")
    assert delivery.text.startswith(text)  # what a broken handshake says depends on who was first
    assert kept == (fate == "accepted")


def test_an_accepted_letter_keeps_the_relay_s_last_words() -> None:
    with relay("well") as server:
        delivery = mailer(server.port).send(LETTER)

    message = message_from_bytes(server.kept[0])
    assert delivery == Delivery(fate="accepted", code=250, text="queued as 4711", host="127.0.0.1")
    assert server.recipients == ["jo@example.com"]
    assert {name: message[name] for name in ("From", "To", "Subject", "Message-ID")} == {
        "From": "support@example.com",
        "To": "jo@example.com",
        "Subject": "Password change",
        "Message-ID": "<1@example.com>",
    }


def test_no_name_server_is_asked_what_this_machine_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(name: str = "") -> str:
        raise OSError(f"no name server knows {name}")

    monkeypatch.setattr(socket, "getfqdn", ask)

    with relay("well") as server:
        delivery = mailer(server.port).send(LETTER)

    assert delivery.fate == "accepted"


def test_a_relay_that_is_not_there_is_tried_again_later() -> None:
    with relay("well") as server:
        port = server.port

    delivery = mailer(port).send(LETTER)

    assert (delivery.fate, delivery.code, delivery.text) == ("deferred", None, "Connection refused")


def test_a_relay_that_says_one_letter_now_and_then_is_cut_off() -> None:
    with relay("drip") as server:
        delivery = replace(mailer(server.port), whole_s=0.3).send(LETTER)

    assert (delivery.fate, delivery.text) == ("deferred", "the connection broke")


def test_with_starttls_the_version_is_kept_and_without_the_right_name_nothing_is_sent() -> None:
    shown = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    shown.load_cert_chain(CERTIFICATE)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    with relay("well", context=shown) as server:
        good = replace(mailer(server.port, encryption="starttls", host="localhost"), context=trusting)
        known = good.send(LETTER)
        unknown = mailer(server.port, encryption="starttls", host="localhost").send(LETTER)
        misnamed = replace(good, relay=replace(good.relay, host="127.0.0.1")).send(LETTER)

    assert (known.fate, known.tls) == ("accepted", "TLSv1.3")
    assert {(other.fate, other.text) for other in (unknown, misnamed)} == {
        ("deferred", "TLS: CERTIFICATE_VERIFY_FAILED")
    }
    assert len(server.kept) == 1


def test_a_login_that_the_relay_does_not_offer_is_no_fault_of_the_address() -> None:
    with relay("well") as server:
        plain = mailer(server.port)
        address = replace(plain.relay, user="ivr", password=Secret("hush"))
        delivery = replace(plain, relay=address).send(LETTER)

    assert (delivery.fate, server.kept) == ("deferred", [])


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com, b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "nobody",
        "\u00e4@example.com",
        "Jo <a@example.com>",
    ],
)
def test_what_is_not_one_address_is_refused_before_the_relay_is_asked(address: str) -> None:
    with relay("well") as server:
        delivery = mailer(server.port).send(replace(LETTER, to=address))

    assert delivery.fate == "refused"
    assert address not in delivery.text
    assert server.kept == []
