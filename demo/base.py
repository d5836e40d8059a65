"""What `make demo` does to its database, each verb in a process of its own (`python -m demo.base VERB`).

verify     end with 1 when the database was made by migrations that are no longer
prepare    migrate, import the territory
seed       a fictional year, the first time
"""

import io
import os
import sys
from pathlib import Path

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

ROOT = Path(__file__).resolve().parent.parent


def verify() -> int:
    """Say whether today's migrations continue what the database is: 0, or 1 when they do not. Reads only.

    They do when each of our migrations written there still exists, and has made exactly the columns that are there.
    """
    loader = MigrationExecutor(connection).loader
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT / config.label)}
    applied = {node for node in loader.applied_migrations if node[0] in ours}
    if applied - set(loader.graph.nodes):
        return 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns")
        found = set(cursor.fetchall())
    models = loader.project_state(sorted(applied)).apps.get_models(include_auto_created=True) if applied else []
    wanted = {
        (model._meta.db_table, field.column)
        for model in models
        if model._meta.app_label in ours and model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
    }
    tables = {table for table, _ in wanted}
    return int({column for column in found if column[0] in tables} != wanted)


def prepare() -> int:
    """Bring the database up to date and, the first time, import the territory."""
    # «migrate» takes seconds even when there is nothing to do.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Mise à jour de la base…", flush=True)
        call_command("migrate", interactive=False, verbosity=0)
    if not apps.get_model("contrats", "Commune").objects.exists():
        print("Import du territoire…", flush=True)
        call_command("import_referentiel", verbosity=0, stdout=io.StringIO())
    return 0


def seed() -> int:
    """Fill the database with a fictional year, the first time."""
    if not apps.get_model("label", "Edition").objects.exists():
        print("Création d’une année fictive, une minute environ…", flush=True)
        call_command("seed", verbosity=0, stdout=io.StringIO())
    return 0


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "label.settings"
    django.setup()
    sys.exit({"verify": verify, "prepare": prepare, "seed": seed}[sys.argv[1]]())
