"""What an operator may set of the identity policy, and what no menu may leave out."""

import pytest

from ivr.domain.menus.building.loader import load
from ivr.domain.recovery.policy import Policy
from tests.domain.menus.folder import MAIN, VERIFICATION, built, menu, only, small

GUARDED = menu(
    "{for: a change, go: change}",
    "transfers:\n  change: {line: desk, why: a change, recovery: change, requires: L2}\n",
)


def test_the_shipped_figures_are_the_policy_s_own() -> None:
    tree = built(main=GUARDED, verification="pci: off\n")

    assert tree.verification == Policy()


def test_without_the_file_nobody_is_verified() -> None:
    assert built().verification is None


def test_a_stricter_figure_is_taken() -> None:
    tree = built(
        main=GUARDED, verification="verified_minutes: 5\nwrong_per_call: 2\napproval: second_agent\n"
    )

    assert tree.verification is not None
    assert (tree.verification.verified_s, tree.verification.wrong_per_call) == (300, 2)
    assert tree.verification.approval == "second_agent"


def test_an_app_and_saved_codes_may_be_added() -> None:
    tree = built(main=GUARDED, verification="factors: [phone, mailbox, app]\n")

    assert tree.verification is not None
    assert tree.verification.factors == ("phone", "mailbox", "app")


def test_a_pin_may_be_asked_for_in_the_carrier_s_pci_mode() -> None:
    tree = built(main=GUARDED, verification="pci: on\nfactors: [phone, mailbox, pin]\n")

    assert tree.verification is not None
    assert (tree.verification.is_pci, tree.verification.factors) == (True, ("phone", "mailbox", "pin"))


@pytest.mark.parametrize("mode", ["pci: off", 'pci: "off"', "approval: none"])
def test_a_pin_is_refused_while_the_carrier_shows_what_is_typed(mode: str) -> None:
    finding = only(load(small(main=GUARDED, verification=f"{mode}\nfactors: [phone, mailbox, pin]\n")))

    assert (finding.rule, finding.severity) == ("pin-without-pci", "error")
    assert (finding.spot.file, finding.spot.line, finding.spot.column) == (VERIFICATION, 2, 27)
    assert "`pci: on`" in finding.remedy


def test_a_pin_leaves_a_try_for_the_code_after_it() -> None:
    written = "wrong_per_call: 1\npci: on\nfactors: [phone, mailbox, pin]\n"

    finding = only(load(small(main=GUARDED, verification=written)))

    assert (finding.rule, finding.spot.line) == ("pin-takes-a-try", 1)


@pytest.mark.parametrize(
    "written",
    [
        "wrong_per_call: 4",
        "wrong_per_call: 0",
        "code_minutes: 11",
        "verified_minutes: 16",
        "change_within_hours: 5",
        "mail_counts_hours: 25",
        "held_hours: 17",
        "login_wait_hours: 73",
        "login_wait_hours: 1",
        "contact_age_days: 6",
        "pci: maybe",
        "approval: nobody",
        "factors: [phone]",
        "factors: [app, saved_codes]",
        "factors: [phone, mailbox, phone]",
        "factors: [phone, mailbox, birthday]",
    ],
)
def test_nothing_makes_the_rule_weaker(written: str) -> None:
    finding = only(load(small(main=GUARDED, verification=f"{written}\n")))

    assert finding.severity == "error"
    assert (finding.spot.file, finding.spot.line) == (VERIFICATION, 1)


def test_y53_what_could_change_an_account_asks_for_verification() -> None:
    main = GUARDED.replace(", requires: L2", "")

    finding = only(load(small(main=main, verification="pci: off\n")))

    assert (finding.rule, finding.severity, finding.spot.file) == ("unguarded-recovery", "error", MAIN)
    assert "requires: L2" in finding.remedy


def test_verification_says_what_it_is_for() -> None:
    main = GUARDED.replace("recovery: change, ", "")

    assert only(load(small(main=main, verification="pci: off\n"))).rule == "unguarded-recovery"


def test_a_menu_that_verifies_needs_the_file_that_says_how() -> None:
    assert only(load(small(main=GUARDED))).rule == "no-verification"
