"""What a store does when its process forks: a database that is open in both would damage itself."""

import os
import weakref
from collections.abc import Callable
from typing import Protocol


class Forking(Protocol):
    def hold(self) -> None:
        """Finish what is in hand, close every connection, and begin nothing before `release`."""

    def release(self) -> None: ...

    def forget(self) -> None:
        """Begin afresh in the child, and leave everything that was held or noted to the parent."""


def follow_forks(store: Forking) -> None:
    """Have *store* told of every fork as long as it lives."""
    kept = weakref.ref(store)

    def tell(act: Callable[[Forking], None]) -> Callable[[], None]:
        def told() -> None:
            known = kept()
            if known is not None:
                act(known)

        return told

    os.register_at_fork(
        before=tell(lambda known: known.hold()),
        after_in_parent=tell(lambda known: known.release()),
        after_in_child=tell(lambda known: known.forget()),
    )
