"""A directory that notes what it is asked, and one that cannot be asked."""

from dataclasses import dataclass, field

from ivr.services.case_ports import Account, Addressee, Directory


@dataclass(slots=True)
class Asked:
    """Passes every question on. names: the methods that were called, in order."""

    directory: Directory
    names: list[str] = field(default_factory=list)

    def find(self, typed: str) -> Account | None:
        self.names.append("find")
        return self.directory.find(typed)

    def account(self, account: str) -> Account | None:
        self.names.append("account")
        return self.directory.account(account)

    def addressee(self, contact: str) -> Addressee | None:
        self.names.append("addressee")
        return self.directory.addressee(contact)


@dataclass(slots=True)
class Unasked:
    """Raises the same whatever it is asked. quotes: whether it repeats the question, as errors do."""

    fault: type[Exception]
    quotes: bool = False

    def find(self, typed: str) -> Account | None:
        raise self.fault(f"cannot look for {typed if self.quotes else 'it'}")

    def account(self, account: str) -> Account | None:
        raise self.fault(f"cannot look for {account}")

    def addressee(self, contact: str) -> Addressee | None:
        raise self.fault(f"cannot look for {contact}")
