"""Waiting for somebody else's service no longer than promised, whatever holds it."""

from collections.abc import Callable
from threading import BoundedSemaphore, Event, Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class InTime:
    """A thread for each question, because no timeout of a socket counts the whole of it.

    who: whom we ask, as a sentence names it ("the product"). fault: what is raised where there is no answer;
    the work may raise it too.
    """

    def __init__(
        self, *, who: str, fault: Callable[[str], Exception], longest_s: float, most_at_once: int
    ) -> None:
        self._who = who
        self._fault = fault
        self._longest_s = longest_s
        self._places = BoundedSemaphore(most_at_once)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do *work*. Raises the fault where it fails, lasts too long, or too much is under way."""
        if not self._places.acquire(blocking=False):
            raise self._fault(f"too many questions to {self._who} are still unanswered")
        task = _Task(work, self._places.release)
        Thread(target=task.run, name=self._who, daemon=True).start()
        if not task.ended.wait(self._longest_s):
            raise self._fault(f"{self._who} did not answer in time")
        if task.failure is not None:
            if isinstance(task.failure, type(self._fault(""))):
                raise task.failure
            # Without its text, which may quote what was asked.
            raise self._fault(f"{self._who} cannot be asked ({type(task.failure).__name__})")
        return task.result[0]


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
        except Exception as failure:  # noqa: BLE001 -- whatever it is, the one who waits is told
            self.failure = failure
        finally:
            self._done()
            self.ended.set()
