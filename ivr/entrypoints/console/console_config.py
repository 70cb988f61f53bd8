"""What the console is handed, so that its pages need nothing of the store."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint

from ivr.domain.redaction import Secret
from ivr.services.ports import Clock
from ivr.services.staff.company_sign_in import ByCompany
from ivr.services.staff.join import Joining
from ivr.services.staff.sign_in import SigningIn


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleRoom:
    """company: whose console it is. key: the line's, for what pages seal. fresh: gives 32 hex digits.

    is_https: whether browsers reach it by https, and so through a proxy that tells us where they are.
    pages: what there is beside the sign-in. Endpoints that end in ".page" are what members come back to.
    by_company: the company's own sign-in, beside ours; None where there is none. menu_fault: says what keeps
    the folder of menus from being served; None where it is.
    """

    signing_in: SigningIn
    joining: Joining
    company: str
    clock: Clock
    key: Secret
    fresh: Callable[[], str]
    is_https: bool
    pages: tuple[Blueprint, ...] = ()
    by_company: ByCompany | None = None
    menu_fault: Callable[[], str | None] = lambda: None
