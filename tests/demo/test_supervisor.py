"""`make demo`: what it refuses, where it can live."""

import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis
from django.db import connection

from demo.embedded import free_port
from demo.postgres import Postgres
from demo.valkey import Valkey
from tests.conftest import ROOT, url_of_test_database

REFUS = (
    "\nLes données de la démonstration viennent d’une version précédente de l’application, que celle-ci ne sait pas "
    "reprendre : lancez « make demo-reset », qui les efface, puis « make demo ».\n"
)


@pytest.fixture
def place():
    """A folder that the database's account may cross when the suite runs as root (pytest's own are closed to it)."""
    with tempfile.TemporaryDirectory(prefix="label-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def contents(folder):
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


@pytest.mark.parametrize(
    ("app", "migration"),
    [("projects", "0002_co_elaboration"), ("projects", "0001_initial")],
    ids=["a migration that is no longer", "the same name, other tables"],
)
def test_data_of_another_version_are_refused_and_left_as_they_are(place, app, migration):
    (place / "journaux").mkdir()
    (place / "verrou").touch()
    (place / "pret").write_text("une autre version")
    with Postgres(place / "postgres", fast=True) as url, psycopg.connect(url) as link:
        link.execute("CREATE TABLE django_migrations (id serial, app text, name text, applied timestamptz)")
        link.execute("INSERT INTO django_migrations (app, name) VALUES (%s, %s)", [app, migration])
    before = contents(place)
    env = os.environ | {"LABEL_DEMO_DIR": str(place), "PORT": str(free_port())}
    done = subprocess.run(
        [sys.executable, "-m", "demo.supervisor", "demo"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", REFUS)
    assert contents(place) == before
    assert "base/" in "".join(str(path.relative_to(place)) for path in before)


def test_the_data_of_this_version_are_its_own_to_the_column(transactional_db):
    env = os.environ | {"DATABASE_URL": url_of_test_database()}
    command = [sys.executable, "-m", "demo.base", "verify"]
    verdicts = [subprocess.run(command, cwd=ROOT, env=env, check=False).returncode]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE label_edition ADD COLUMN ancienne integer")
        verdicts.append(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)
        cursor.execute("ALTER TABLE label_edition DROP COLUMN ancienne")
    assert verdicts == [0, 1]


def test_it_lives_in_a_folder_whose_name_has_spaces_and_accents(place):
    home = place / "mon dossier à moi"
    with Postgres(home / "postgres", fast=True) as url, psycopg.connect(url) as link:
        assert link.execute("SELECT 1").fetchall() == [(1,)]
        assert " " not in url
    with Valkey(home / "valkey") as url, redis.Redis(unix_socket_path=url.removeprefix("redis+socket://")) as client:
        assert client.ping()


def test_the_packages_come_without_a_home():
    done = subprocess.run(
        [ROOT / "scripts" / "uv", "--version"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout[:3], done.stderr) == (0, "uv ", "")


def supervise(verb, place, **variables):
    """(status, what it prints, what it says) of a verb that ends by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "demo.supervisor", verb],
        cwd=ROOT,
        env=os.environ | {"LABEL_DEMO_DIR": str(place)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.strip()


def test_a_port_that_is_taken_is_said_with_another_that_is_free(place):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        status, printed, said = supervise("demo", place, PORT=str(port))
        found = re.fullmatch(
            rf"Le port {port} est déjà pris par un autre programme : choisissez-en un autre, par exemple "
            r"« make demo PORT=(\d+) »\.",
            said,
        )
        assert (status, printed, bool(found)) == (1, "", True), said
        socket.create_server(("127.0.0.1", int(found[1]))).close()
    assert contents(place) == {}


@pytest.mark.parametrize("verb", ["demo", "services"])
@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "80 00", "1" * 5000])
def test_what_is_no_port_is_said(place, verb, port):
    assert supervise(verb, place, PORT=port) == (
        1,
        "",
        f"PORT={port} n’est pas un numéro de port : donnez un nombre entre 1024 et 65535, par exemple "
        "« make demo PORT=8001 ».",
    )


@pytest.mark.parametrize("verb", ["demo", "services"])
def test_a_folder_that_cannot_be_written_is_said(verb):
    assert supervise(verb, "/proc/ici", PORT=str(free_port())) == (
        1,
        "",
        "Ce compte ne peut pas écrire dans « /proc/ici » : lancez la démonstration depuis un dossier à vous, ou "
        "choisissez-en un autre par LABEL_DEMO_DIR.",
    )


def on_a_small_disk(place, size, verb):
    """The same on a disk of that size, seen by this program alone; skipped where none may be made."""
    mount = (
        f"mount -t tmpfs -o size={size},mode=0755 tmpfs '{place}' && exec {sys.executable} -m demo.supervisor {verb}"
    )
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    done = subprocess.run(
        [*alone, "sh", "-c", mount],
        cwd=ROOT,
        env=os.environ | {"LABEL_DEMO_DIR": f"{place}/démo", "PORT": str(free_port())},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.strip()


def test_a_disk_without_room_for_a_year_is_said_before_anything_is_made(place):
    assert on_a_small_disk(place, "200m", "demo") == (
        1,
        "",
        f"Il reste 200 Mo sur le disque de « {place}/démo », et la démonstration en demande 400 la première fois : "
        "libérez de la place, ou choisissez un autre dossier par LABEL_DEMO_DIR, puis relancez « make demo ».",
    )


def test_a_disk_that_fills_as_the_database_is_made_is_said(place):
    assert on_a_small_disk(place, "20m", "services") == (
        1,
        "",
        f"Il n’y a plus de place sur le disque de « {place}/démo » : libérez-en, puis relancez « make demo » ; ce qui "
        "était enregistré l’est toujours.",
    )
