"""The embedded services: private, persistent, and gone when their parent is."""

import os
import signal
import smtplib
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
import redis

from demo.courriel import Smtp
from demo.embedded import SOCKET_PATH_LIMIT, EmbeddedError
from demo.postgres import Postgres
from demo.valkey import Valkey
from tests.conftest import ROOT


@pytest.fixture
def place():
    """A folder that the database's account may cross when the suite runs as root (pytest's own are closed to it)."""
    with tempfile.TemporaryDirectory(prefix="label-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def socket_folder(url):
    return Path(url.partition("host=")[2])


def test_postgres_keeps_its_data_and_opens_no_port(place):
    with Postgres(place / "postgres", fast=True) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE carnet (mot text)")
            connection.execute("INSERT INTO carnet VALUES ('Épinay')")
            settings = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN"
                    " ('listen_addresses', 'server_version_num', 'server_encoding', 'unix_socket_directories')"
                ).fetchall()
            )
        assert settings["listen_addresses"] == ""
        assert settings["server_encoding"] == "UTF8"
        assert settings["unix_socket_directories"] == str(socket_folder(url))
        assert int(settings["server_version_num"]) >= 180000
        assert stat.S_IMODE(socket_folder(url).stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)
    with Postgres(place / "postgres", fast=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT lower(mot) FROM carnet").fetchall() == [("épinay",)]


def test_postgres_recovers_from_a_power_cut(place):
    server = Postgres(place / "postgres")
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE carnet AS SELECT 1 AS n")
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    # The number of the dead process now belongs to a living program that is no database.
    lock = place / "postgres" / "data" / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with Postgres(place / "postgres") as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT n FROM carnet").fetchall() == [(1,)]


def test_a_first_start_that_was_interrupted_is_begun_again(place):
    with Postgres(place / "postgres", fast=True):
        pass
    (place / "postgres" / "data" / "PG_VERSION").unlink()
    with Postgres(place / "postgres", fast=True) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("label",)


def test_a_long_path_gets_a_short_socket_that_does_not_stay(place):
    deep = place / ("x" * 60) / ("y" * 60)
    with Postgres(deep / "postgres", fast=True) as url, Valkey(deep / "valkey") as broker:
        folders = [socket_folder(url), Path(broker.removeprefix("redis+socket://")).parent]
        for folder in folders:
            assert not folder.is_relative_to(deep)
            assert len(str(folder / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [folder.exists() for folder in folders] == [False, False]


def test_a_folder_open_to_others_is_refused(place):
    (place / "postgres").mkdir(mode=0o755)
    (place / "postgres").chmod(0o755)
    with pytest.raises(EmbeddedError, match="n’est pas privé"):
        Postgres(place / "postgres").start()


def test_a_private_place_is_left_private(place):
    """Under root the database goes elsewhere, in a folder of its account; for anybody else it stays."""
    private = place / "prive"
    private.mkdir(mode=0o700)
    server = Postgres(private / "postgres", fast=True)
    with psycopg.connect(server.start()) as connection:
        data = Path(connection.execute("SHOW data_directory").fetchone()[0])
    server.stop()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert data.is_relative_to(private) == (os.geteuid() != 0)
    assert stat.S_IMODE(data.parent.stat().st_mode) == 0o700
    server.erase()
    assert not data.exists()
    assert list(private.iterdir()) == []


def test_valkey_keeps_what_was_queued(place):
    with Valkey(place / "valkey") as url, redis.Redis(unix_socket_path=url.removeprefix("redis+socket://")) as client:
        client.rpush("celery", "un courriel")
    assert stat.S_IMODE((place / "valkey" / "run").stat().st_mode) == 0o700
    with Valkey(place / "valkey") as url, redis.Redis(unix_socket_path=url.removeprefix("redis+socket://")) as client:
        assert client.lrange("celery", 0, -1) == [b"un courriel"]
        assert client.config_get("port") == {"port": "0"}


def test_services_die_with_a_killed_parent(place):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from demo.postgres import Postgres\nfrom demo.valkey import Valkey\n"
        "servers = [Postgres(Path(sys.argv[1], 'postgres')), Valkey(Path(sys.argv[1], 'valkey'))]\n"
        "for server in servers: server.start()\n"
        "print(*[server.process.pid for server in servers], flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, place], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        processes = [Path("/proc", pid) for pid in parent.stdout.readline().split()]
        assert [process.exists() for process in processes] == [True, True]
        parent.kill()
    deadline = time.monotonic() + 10
    while any(_lives(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [_lives(process) for process in processes] == [False, False]


def _lives(process):
    """Whether a process runs; one that ended but was not yet collected by its parent does not."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_smtp_keeps_messages_and_comes_back_on_its_port(place):
    server = Smtp(place / "courriels")
    address = server.start()
    with smtplib.SMTP(address["EMAIL_HOST"], int(address["EMAIL_PORT"])) as client:
        client.sendmail("a@exemple.fr", ["b@exemple.fr"], "Subject: Votre code\r\n\r\n123456\r\n")
    assert [(m["Subject"], m.get_content().strip()) for m in server.messages] == [("Votre code", "123456")]
    assert [path.read_bytes()[:19] for path in (place / "courriels").iterdir()] == [b"Subject: Votre code"]
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        smtplib.SMTP(address["EMAIL_HOST"], int(address["EMAIL_PORT"]))
    assert server.start() == address
    server.stop()
