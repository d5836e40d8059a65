"""A mail catcher for the demonstration, the tests and development."""

from __future__ import annotations

import email
import email.policy
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Self

from demo.embedded import free_port


class Smtp:
    """A real SMTP server on the loopback address, which keeps what it receives and sends nothing on.

    `messages` holds every message received; with `folder`, each is also written there as an
    `.eml` file, readable by any mail program. It may be stopped and started again on its port.
    """

    def __init__(self, folder: Path | None = None, *, port: int = 0) -> None:
        self.folder = folder
        self.port = port
        self.messages: list[EmailMessage] = []
        self._controller = None

    @property
    def is_running(self) -> bool:
        """Whether it listens."""
        return self._controller is not None

    def start(self) -> dict[str, str]:
        """Listen; return {"EMAIL_HOST": …, "EMAIL_PORT": …}."""
        from aiosmtpd.controller import Controller  # loaded by who listens alone

        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = self.port or free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)
        self._controller.start()
        return {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(self.port)}

    def stop(self) -> None:
        """Stop listening. Without effect when it does not listen."""
        if self._controller is not None:
            self._controller.stop(no_assert=True)
            self._controller = None

    async def handle_DATA(self, server, session, envelope) -> str:
        """Keep one message (called by aiosmtpd)."""
        # Lines end with CRLF on the wire; whoever reads the message wants plain ends.
        content = envelope.content.replace(b"\r\n", b"\n")
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))
        if self.folder:
            (self.folder / f"{time.time_ns()}.eml").write_bytes(envelope.content)
        return "250 OK"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop()
