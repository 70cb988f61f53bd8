"""Without an account at the carrier: texts and calls are kept as files that a person reads."""

from dataclasses import dataclass
from pathlib import Path

from ivr.services.delivery import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFolder:
    folder: Path

    def text(
        self,
        *,
        to: str,
        body: str,
        name: str,
        status: str | None = None,  # noqa: ARG002 -- nobody tells what became of a file
        lasts_s: int | None = None,  # noqa: ARG002 -- a file stays
    ) -> Delivery:
        return self._kept(name, f"Text to {to}\n\n{body}")

    def ring(self, *, to: str, url: str, name: str, status: str | None = None) -> Delivery:  # noqa: ARG002 -- nobody tells how it ended
        return self._kept(name, f"Call to {to}, which hears what this says:\n\n{url}\n")

    def _kept(self, name: str, words: str) -> Delivery:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            whole = self.folder / f".{name}.part"
            whole.write_text(words, encoding="utf-8")
            whole.replace(self.folder / f"{name}.txt")
        except OSError as fault:
            return Delivery(fate="deferred", text=f"the folder for texts cannot be written: {fault.strerror}")
        return Delivery(fate="accepted", text="kept as a file", host="this machine")
