"""The caller's own manager, found by the number that the call shows: a hint, and never a proof."""

from dataclasses import dataclass, replace
from typing import Final

import structlog

from ivr.domain.dialogue.events import CallId
from ivr.domain.phone import E164, NumberRefused, caller, destination
from ivr.services.case_ports import Account, Addressee, Directory
from ivr.services.timeout import Crowded, InTime, Late

BUDGET_S: Final = 0.25
"""A caller hears nothing meanwhile, and the line's own people can be rung at once."""
MOST_AT_ONCE: Final = 16

_log = structlog.get_logger(__name__)


class OwnTams:
    """Asks whose manager to ring before the line's own people, and waits no longer than its budget."""

    def __init__(self, *, budget_s: float | None = None, most_at_once: int = MOST_AT_ONCE) -> None:
        longest_s = BUDGET_S if budget_s is None else budget_s
        self._in_time = InTime(name="own-tam", longest_s=longest_s, most_at_once=most_at_once)

    def of(self, directory: Directory, shown: str, *, call: CallId) -> E164 | None:
        """Give the telephone of the caller's manager; None where none is known in time, whatever the reason.

        shown: the caller's number as the carrier tells it, be it a number or a word.
        """
        number = caller(shown)
        account = None if number is None else self._found(directory, number, call)
        if account is None or account.is_closed or account.tam == number:
            return None
        return account.tam

    def may_be_on_file(self, directory: Directory, shown: str, *, call: CallId) -> bool:
        """Whether the number is an account's, or nobody could say so in time. It is no proof of anything."""
        number = caller(shown)
        if number is None:
            return False
        found = self._answered(directory, number, call)
        return found is None or found.account is not None

    def _found(self, directory: Directory, number: E164, call: CallId) -> Account | None:
        found = self._answered(directory, number, call)
        return None if found is None else found.account

    def _answered(self, directory: Directory, number: E164, call: CallId) -> "_Answer | None":
        """Ask, and have no answer rather than a late one: a directory may take seconds, or hang."""
        try:
            return _Answer(account=self._in_time.run(lambda: directory.find(number)))
        except Crowded:
            why = "too many are asked for"
        except Late:
            why = "no answer in time"
        except Exception as fault:  # noqa: BLE001 -- whatever it is, the line's own people are rung
            why = type(fault).__name__
        _log.warning("own_tam_unknown", call_id=call, why=why)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the directory said in time. account: None where the number is nobody's, or several have it."""

    account: Account | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RingableTams:
    """A directory that tells of no manager whom the line may not ring: wherever it is kept, it may be wrong.

    countries: ISO codes of those that may be rung. ours: numbers that would ring this very line.
    """

    directory: Directory
    countries: frozenset[str]
    ours: frozenset[E164]

    def find(self, typed: str) -> Account | None:
        return self._checked(self.directory.find(typed))

    def account(self, account: str) -> Account | None:
        return self._checked(self.directory.account(account))

    def addressee(self, contact: str) -> Addressee | None:
        return self.directory.addressee(contact)

    def _checked(self, account: Account | None) -> Account | None:
        if account is None or account.tam is None:
            return account
        number = destination(account.tam, countries=self.countries)
        is_refused = isinstance(number, NumberRefused) or number in self.ours
        return replace(account, tam=None) if is_refused else account
