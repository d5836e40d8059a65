"""What a service brought by a Python wheel needs to run here: an account, a private folder, a socket, an orderly end.

Nothing here runs in production. Each service is a child of the calling process, listens on a
Unix socket in a private folder (the mail catcher on a port of the loopback address) and dies
with its parent, even a killed one.

>>> with Postgres(Path(".demo/postgres")) as url:       # demo.postgres
...     ...                                 # url is a DATABASE_URL
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

# A Unix socket's path fits in 108 bytes with its final zero, and PostgreSQL adds its file name.
SOCKET_PATH_LIMIT = 107


class EmbeddedError(Exception):
    """A service does not start; the message is French, for the person who typed the command."""


class Account:
    """The account a service runs under: the caller's, or an unprivileged one when that is root.

    may_be_root: keep the caller's even then (PostgreSQL refuses to run as root, Valkey does not).
    """

    def __init__(self, *, may_be_root: bool = False) -> None:
        self.is_borrowed = os.geteuid() == 0 and not may_be_root
        self.entry = self._unprivileged() if self.is_borrowed else pwd.getpwuid(os.geteuid())

    @staticmethod
    def _unprivileged() -> pwd.struct_passwd:
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise EmbeddedError("PostgreSQL ne démarre pas sous root, et ni « postgres » ni « nobody » n’existe ici.")

    @property
    def popen_arguments(self) -> dict:
        """Arguments of `subprocess` that make the child run under this account."""
        if not self.is_borrowed:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Say what `test -r|-w|-x path` answers under this account."""
        command = ["test", test, str(path)]
        return subprocess.run(command, cwd="/", check=False, **self.popen_arguments).returncode == 0

    def make_private_folder(self, path: Path) -> Path:
        """Create `path` for this account alone (0700), or check that it already is so.

        Raises EmbeddedError when somebody else's folder, or a link, stands there.
        """
        try:
            path.mkdir(mode=0o700)
            if self.is_borrowed:
                os.chown(path, self.entry.pw_uid, self.entry.pw_gid)
        except FileExistsError:
            pass
        found = path.lstat()
        if path.is_symlink() or not path.is_dir() or found.st_uid != self.entry.pw_uid or found.st_mode & 0o077:
            raise EmbeddedError(f"Le dossier {path} existe déjà et n’est pas privé : supprimez-le.")
        return path


def short_name(path: Path) -> str:
    """Name that stands for `path` where a short folder outside it is needed."""
    return "label-" + hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:12]


def socket_folder(home: Path, account: Account, name: str) -> Path:
    """Return a private folder for the socket `name`: in `home`, or a short one elsewhere.

    Elsewhere when the path is too long, or could not stand as it is in an address (a space, an accent). That folder
    is empty again once its service has stopped; `Service.stop` removes it.
    """
    folder = home / "run"
    if len(os.fsencode(folder / name)) > SOCKET_PATH_LIMIT or quote(str(folder)) != str(folder):
        folder = Path(tempfile.gettempdir()) / f"{short_name(home)}-{account.entry.pw_uid}"
    return account.make_private_folder(folder)


def free_port() -> int:
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Service:
    """A program that runs as a child of this process, in a session of its own.

    Its own session keeps Ctrl-C, which the terminal sends to a whole group, from stopping the
    services before what uses them.
    """

    name = ""
    stop_signal = signal.SIGTERM

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.sockets: Path | None = None

    @property
    def is_running(self) -> bool:
        """Whether the program was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def spawn(self, command: list, *, log: Path, cwd: Path, env: dict | None = None, account: Account | None = None):
        """Start `command`, its output appended to `log`."""

        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self._die_with_parent(), *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=env,
                start_new_session=True,
                **(account.popen_arguments if account else {}),
            )

    def _die_with_parent(self) -> list[str]:
        """Words before a command that have Linux stop it when this process is killed outright."""
        setpriv = shutil.which("setpriv")
        return [setpriv, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []

    def wait_until(self, answers: Callable[[], bool], *, log: Path, seconds: float = 60) -> None:
        """Wait until `answers()` is true; raise EmbeddedError when the program ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not answers():
            if not self.is_running or time.monotonic() > deadline:
                self.stop()
                end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
                raise EmbeddedError(f"{self.name} n’a pas démarré. Fin du journal {log} :\n{end}")
            time.sleep(0.02)

    def stop(self, seconds: float = 20) -> None:
        """Stop the program, by force after `seconds`. Without effect when it does not run."""
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(self.stop_signal)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()
        if self.sockets and self.sockets.name != "run":
            shutil.rmtree(self.sockets, ignore_errors=True)
