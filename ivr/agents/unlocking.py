"""Opening an account again that too many wrong entries in a row closed: two representatives do it."""

from datetime import datetime

from ivr.agents.moves import Lack, agent_lacks
from ivr.case_ports import Account, Cases, CaseWork
from ivr.recovery.limits import IN_A_ROW


class NotOpened(Exception):  # noqa: N818 -- it names what happened to the account
    """Nothing was done. lacks: why, each with its remedy."""

    def __init__(self, lacks: tuple[Lack, ...]) -> None:
        super().__init__("; ".join(f"{lack.missing}: {lack.remedy}" for lack in lacks))
        self.lacks = lacks


def unlock(cases: Cases, account: Account, *, agent: str, second: str, at: datetime) -> int:
    """Forget the account's failures in a row, and tell how many they were. Its other limits hold.

    Raises NotOpened, StoreUnavailable, AuditUnavailable. Source: NIST SP 800-63B-4, at most 100 in a row.
    """
    lacks = (*agent_lacks(agent), *agent_lacks(second))
    if agent == second:
        remedy = "let a colleague look at what was tried, and name both"
        lacks = (*lacks, Lack(name="second", missing="one person alone opens no account", remedy=remedy))
    if lacks:
        raise NotOpened(lacks)

    def work(tx: CaseWork) -> int:
        failures = tx.moments(IN_A_ROW, account.id)
        tx.keep_moments(IN_A_ROW, account.id, ())
        fields = {"account": account.id, "actor": f"agent:{agent}", "approver": f"agent:{second}"}
        tx.record("account", {**fields, "outcome": "unlocked", "failures": len(failures)}, at=at)
        return len(failures)

    return cases.act(work)
