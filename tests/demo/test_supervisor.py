"""`make demo`: what it refuses, where it can live."""

import os
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
