"""Waiting for somebody else's service no longer than promised, whatever holds it."""

from collections.abc import Callable
from threading import BoundedSemaphore, Event, Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Crowded(Exception):  # noqa: N818 -- it names why nothing was asked
    """As many questions as may be are still unanswered."""


class Late(Exception):  # noqa: N818 -- it names why there is no answer
    """The time is over; whoever is asked may still be at it."""


class InTime:
    """A thread for each question, because no timeout of a socket counts the whole of it.

    name: of the threads.
    """

    def __init__(self, *, name: str, longest_s: float, most_at_once: int) -> None:
        self._name = name
        self._longest_s = longest_s
        self._places = BoundedSemaphore(most_at_once)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do *work*. Raises Crowded, Late, and whatever the work raises in time."""
        if not self._places.acquire(blocking=False):
            raise Crowded
        task = _Task(work, self._places.release)
        Thread(target=task.run, name=self._name, daemon=True).start()
        if not task.ended.wait(self._longest_s):
            raise Late
        if task.failure is not None:
            raise task.failure
        return task.result[0]


class ServiceCall:
    """Asks one service, and has one fault for all that may come instead of an answer.

    who: the service, as a sentence names it ("the product"). fault: is raised with a sentence.
    """

    def __init__(self, *, who: str, fault: type[Exception], longest_s: float, most_at_once: int) -> None:
        self._who = who
        self._fault = fault
        self._in_time = InTime(name=who, longest_s=longest_s, most_at_once=most_at_once)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do *work*, which may raise the fault too."""
        try:
            return self._in_time.run(work)
        except self._fault:
            raise
        except Crowded:
            raise self._fault(f"too many questions to {self._who} are still unanswered") from None
        except Late:
            raise self._fault(f"{self._who} did not answer in time") from None
        except Exception as failure:  # noqa: BLE001 -- whatever it is, the one who waits is told
            # Without its text, which may quote what was asked.
            raise self._fault(f"{self._who} cannot be asked ({type(failure).__name__})") from None


class _Task(Generic[Result]):
    """Something that is done in another thread, and waited for in this one."""

    def __init__(self, work: Callable[[], Result], done: Callable[[], None]) -> None:
        self._work = work
        self._done = done
        self.ended = Event()
        self.result: list[Result] = []
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self.result.append(self._work())
        except Exception as failure:  # noqa: BLE001 -- raised again where it is waited for
            self.failure = failure
        finally:
            self._done()
            self.ended.set()
