"""What an operator may set of the identity policy, and what no menu may leave out."""

import pytest

from ivr.menu.load import load
from ivr.recovery.policy import Policy
from tests.menu.folder import MAIN, VERIFICATION, built, menu, only, small

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
        "contact_age_days: 6",
        "pci: on",
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
