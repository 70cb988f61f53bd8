"""The numbers of the identity policy, as operators set them within what the law of the house allows."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most *count* within *seconds*, counted back from now."""

    count: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """After *failures* within a day, nothing is tried for *seconds* since the last of them."""

    failures: int
    seconds: int


Approval = Literal["none", "second_agent"]
CallBackBy = Literal["by_agent", "at_opening"]
"""Who has a held case's phone called: an agent, by a button; or the house, once the line is open, too."""
Offered = Literal["phone", "mailbox", "app", "saved_codes", "pin"]
"""What callers are told that they may type: codes that we send, those of an enrolment, a PIN of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All durations in seconds.

    factors: always with the phone and the mailbox, which nobody has to enrol.
    verified_s: how long level 2 lasts. change_s: from the confirming key to the change. mail_s: how long an
    accepted disclaimer counts, and mail_wait_s how long it must have been accepted. held_s: overnight.
    chain_s: how long a call may be taken up, and its evidence counts. checked_s: how old the look for a
    subaccount may be. login_wait_s: how long a reset waits for a subaccount's login. contact_age_s: how long
    a contact must have been on file. worker_s: how old the sender's last sign of life may be.
    """

    approval: Approval = "none"
    is_pci: bool = False
    """Whether the carrier keeps what is typed to itself; then it puts nothing that is said into text."""
    factors: tuple[Offered, ...] = ("phone", "mailbox")
    call_back: CallBackBy = "at_opening"
    wrong_per_call: int = 3
    sends_per_contact: int = 2
    code_s: int = 600
    code_checks: int = 3
    waits_for_code_s: int = 300
    verified_s: int = 900
    change_s: int = 14_400
    mail_wait_s: int = 0
    mail_s: int = 86_400
    held_s: int = 57_600
    chain_s: int = 1800
    checked_s: int = 900
    contact_age_s: int = 604_800
    lapses_s: int = 86_400
    bare_lapses_s: int = 2700
    """How long after its last call a case lapses for which nothing was proved, and nobody does anything."""
    login_wait_s: int = 259_200
    worker_s: int = 60
    account_failures: tuple[Limit, ...] = (Limit(count=5, seconds=3600), Limit(count=10, seconds=86_400))
    account_waits: tuple[Wait, ...] = (
        Wait(failures=3, seconds=60),
        Wait(failures=5, seconds=300),
        Wait(failures=7, seconds=900),
        Wait(failures=10, seconds=3600),
    )
    account_in_a_row: int = 20
    caller_failures: Limit = Limit(count=5, seconds=3600)
    caller_accounts: Limit = Limit(count=3, seconds=86_400)
    withheld_failures: Limit = Limit(count=30, seconds=3600)
    line_failures: Limit = Limit(count=50, seconds=600)
    surge_times: int = 5
    """So many times the usual failures of this hour of the day close verification on the whole line."""
    surge_floor: int = 50
    """So many failures in an hour never do, however quiet the line was before."""
    contact_sends: tuple[Limit, ...] = (
        Limit(count=1, seconds=60),
        Limit(count=3, seconds=1800),
        Limit(count=5, seconds=86_400),
    )
    new_code_s: int = 60
    """So long after one code was asked for, the same call may ask for the next."""
    kept_for_proved: int = 2
    """Of a contact's sends within a day, so many only follow another proved factor."""
    caller_sends: tuple[Limit, ...] = (Limit(count=6, seconds=3600), Limit(count=12, seconds=86_400))
    """Codes that one telephone may ask for, and withheld_sends those of all that are withheld, before a call
    has proved a factor."""
    withheld_sends: Limit = Limit(count=10, seconds=3600)
    prefix_sends: Limit = Limit(count=20, seconds=3600)
    prefix_kept: int = 10
    """So many more to one range of numbers, and day_kept in a day, follow another proved factor."""
    day_sends: Limit = Limit(count=500, seconds=86_400)
    """Texts and calls. Mail costs nothing, and is bounded by what a mailbox may get."""
    day_kept: int = 100
