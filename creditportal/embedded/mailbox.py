"""Catches the demonstration's mail: each message becomes a file and an entry in a readable index."""

import argparse
import email
import email.policy
import signal
from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_END_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Mailbox:
    """Stores every message it is handed below one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Store one message and tell the sender so."""
        assert isinstance(envelope.content, bytes)
        self.store(envelope.content, received_at=datetime.now(UTC))
        return "250 stored"

    def store(self, content: bytes, *, received_at: datetime) -> Path:
        """Write the message as it came, and its readable text at the end of the index."""
        self._count += 1
        path = self.folder / f"{self._count:05}.eml"
        path.write_bytes(content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        with (self.folder / "index.txt").open("a", encoding="utf-8") as index:
            index.write(_entry(message, path.name, received_at))
        return path


def _entry(message: EmailMessage, name: str, received_at: datetime) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    text = body.get_content().strip() if body is not None else ""
    head = f"{received_at:%Y-%m-%d %H:%M:%S} UTC  {name}\nTo: {message['to']}\nSubject: {message['subject']}"
    return f"{'=' * 80}\n{head}\n\n{text}\n\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Catch mail on one port until told to end."""
    parser = argparse.ArgumentParser(description="Stores mail in a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    options = parser.parse_args(arguments)
    # Blocked before the server's thread starts, so that the signal waits for us and interrupts nothing.
    signal.pthread_sigmask(signal.SIG_BLOCK, _END_SIGNALS)
    controller = Controller(Mailbox(options.folder), hostname="127.0.0.1", port=options.port)
    controller.start()
    signal.sigwait(_END_SIGNALS)
    controller.stop()


if __name__ == "__main__":
    main()
