"""Waiting for something no longer than told, whatever holds it."""

from collections.abc import Callable
from threading import BoundedSemaphore, Event, Thread
from typing import Generic, TypeVar

from ivr.case_ports import ProductUnavailable

Result = TypeVar("Result")


class InTime:
    """A thread for each question, because no timeout of a socket counts the whole of it."""

    def __init__(self, *, longest_s: float, most_at_once: int) -> None:
        self._longest_s = longest_s
        self._places = BoundedSemaphore(most_at_once)

    def run(self, work: Callable[[], Result]) -> Result:
        """Do *work*. Raises ProductUnavailable where it fails, lasts too long, or too much is under way."""
        if not self._places.acquire(blocking=False):
            raise ProductUnavailable("too many questions to the product are still unanswered")
        task = _Task(work, self._places.release)
        Thread(target=task.run, name="product", daemon=True).start()
        return task.wait(self._longest_s)


class _Task(Generic[Result]):
    def __init__(self, work: Callable[[], Result], done: Callable[[], None]) -> None:
        self._work = work
        self._done = done
        self._ended = Event()
        self._result: list[Result] = []
        self._why = "the product did not answer in time"

    def run(self) -> None:
        try:
            self._result.append(self._work())
        except ProductUnavailable as fault:
            self._why = str(fault)
        except Exception as fault:  # noqa: BLE001 -- whatever it is, the one who waits is told, without its text
            self._why = f"the product cannot be asked ({type(fault).__name__})"
        finally:
            self._done()
            self._ended.set()

    def wait(self, longest_s: float) -> Result:
        self._ended.wait(longest_s)
        if not self._result:
            raise ProductUnavailable(self._why)
        return self._result[0]
