"""Development without a relay: letters are kept as files that any mail program opens."""

from dataclasses import dataclass
from pathlib import Path

from ivr.adapters.mail.mail_message import BadAddress, message_of
from ivr.services.delivery import Delivery, Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class EmlFolder:
    folder: Path
    sender: str

    def send(self, letter: Letter) -> Delivery:
        """Keep the letter under its Message-ID: a repeat lies where the first one lay."""
        name = "".join(
            sign for sign in letter.message_id.strip("<>").partition("@")[0] if sign.isalnum() or sign in "-_"
        )
        try:
            message = message_of(
                sender=self.sender,
                to=letter.to,
                subject=letter.subject,
                body=letter.body,
                message_id=letter.message_id,
                at=letter.at,
            )
            self.folder.mkdir(parents=True, exist_ok=True)
            whole = self.folder / f".{name}.part"
            whole.write_bytes(message.as_bytes())
            whole.replace(self.folder / f"{name}.eml")
        except BadAddress as fault:
            return Delivery(fate="refused", text=str(fault))
        except OSError as fault:
            return Delivery(fate="deferred", text=f"the folder for mail cannot be written: {fault.strerror}")
        return Delivery(fate="accepted", code=250, text="kept as a file", host="this machine")
