"""Production without a relay: letters wait, and nothing is said to be sent."""

from dataclasses import dataclass

from ivr.services.delivery import Delivery, Letter


@dataclass(frozen=True, slots=True)
class NoRelay:
    def send(self, letter: Letter) -> Delivery:  # noqa: ARG002 -- what it is does not matter
        return Delivery(fate="deferred", text="no relay is set: see IVR_SMTP_URL")
