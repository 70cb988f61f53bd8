"""A thread that works in rounds while there is work, and sleeps while there is none."""

from collections.abc import Callable
from threading import Event, Lock, Thread

GROUP_S = 0.02
"""Pause between two rounds: what comes meanwhile is done together."""


class Rounds:
    """The thread starts when it is first woken, in the process that wakes it.

    *work* says whether it wants another round soon. is_awake: a round will come without being woken.
    """

    def __init__(self, work: Callable[[], bool], *, name: str) -> None:
        self._work = work
        self._name = name
        self.forget()

    def forget(self) -> None:
        """Start afresh: a thread does not follow its process into a fork."""
        self.is_awake = False
        self._bell = Event()
        self._leaving = Event()
        self._starting = Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        self.is_awake = True
        with self._starting:
            if self._thread is None and not self._leaving.is_set():
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        self._bell.set()

    def stop(self, timeout_s: float) -> None:
        """End the thread after its present round, at the latest when the time is over."""
        self._leaving.set()
        self._bell.set()
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        try:
            while not self._leaving.wait(GROUP_S):
                if self._work():
                    continue
                self.is_awake = False
                # Whoever came just before saw a thread awake, and rang no bell.
                if not self._work():
                    self._bell.wait()
                self._bell.clear()
                self.is_awake = True
        finally:
            # Should work ever raise, the next one who comes starts the thread again.
            self.is_awake = False
            self._thread = None
