"""The suite builds its tables from the models; here the migrations are shown to build the same ones."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from tests.conftest import ROOT

STRUCTURE = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,
               generation_expression, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'
    """,
    "constraints": """
        SELECT conrelid::regclass::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
    "indexes": """
        SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON')
        FROM pg_indexes WHERE schemaname = 'public'
    """,
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid), prosrc
        FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal
    """,
}


@pytest.fixture
def empty_database():
    """The DATABASE_URL of a new database, dropped at the end."""
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    name = f"migrations_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as administration:
        administration.execute(f"CREATE DATABASE {name}")
        yield f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
        administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def structure(execute):
    """Every column, constraint, index and trigger, as sets of rows."""
    return {subject: set(execute(query).fetchall()) for subject, query in STRUCTURE.items()}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_migrations_build_what_the_models_say(empty_database):
    env = os.environ | {"DATABASE_URL": empty_database}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    with psycopg.connect(empty_database) as migrated:
        # Only the record of migrations exists on one side alone.
        migrated.execute("DROP TABLE django_migrations")
        by_migrations = structure(migrated.execute)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS django_migrations")

        def execute(query):
            cursor.execute(query)
            return cursor

        by_models = structure(execute)
    for subject in STRUCTURE:
        assert by_migrations[subject] - by_models[subject] == set(), subject
        assert by_models[subject] - by_migrations[subject] == set(), subject
    assert by_models["triggers"] != set()
