"""The mail that arrived in the catcher's folder."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path

from creditportal.tour.stops import wait_for


class Mail:
    """The folder in which each message is a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def wait_for(self, *, to: str, about: str, after: int = 0) -> str:
        """The subject of a mail to somebody that names this reference; waits until it is there."""
        return wait_for(lambda: self._find(to, about, after), f"a mail to {to} about {about}")

    def count(self, *, to: str) -> int:
        """How many messages somebody has."""
        return sum(message["to"] == to for message in self._messages())

    def _find(self, to: str, about: str, after: int) -> str | None:
        mine = [message for message in self._messages() if message["to"] == to][after:]
        for message in mine:
            if re.search(re.escape(about), f"{message['subject']}\n{_body(message)}"):
                return " ".join(str(message["subject"]).split())
        return None

    def _messages(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self._folder.glob("*.eml"))
        ]


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    return str(part.get_content()) if part else ""
