"""The suite runs on the tables that the migrations build; here none of them is shown to be missing."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from projects.enums import Statut
from projects.models import Dossier
from tests.factories.label import EditionFactory
from tests.factories.projects import DossierFactory, PassageFactory


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_minute_of_a_secret_move_is_forgotten():
    module = import_module("projects.migrations.0015_retrait_secret")
    at = [timezone.now() - timedelta(days=days) for days in (9, 5, 3)]
    secret, told, published = (DossierFactory(statut=Statut.NON_ADMIS, created_at=at[0]) for _ in range(3))
    published.edition = EditionFactory(annee=2031, published_at=at[2])
    published.save(update_fields=["edition"])
    for dossier in (secret, told, published):
        PassageFactory(dossier=dossier, de=Statut.DEPOSE, vers=Statut.EN_INSTRUCTION, at=at[1])
        PassageFactory(dossier=dossier, de=Statut.EN_INSTRUCTION, vers=Statut.NON_ADMIS, at=at[2])
    Dossier.objects.update(updated_at=at[2])
    # Something else was written since: that date is told already.
    Dossier.objects.filter(pk=told.pk).update(updated_at=at[2] + timedelta(hours=1))
    module.forget_the_minute_of_secrets(apps, None)
    assert dict(Dossier.objects.values_list("pk", "updated_at")) == {
        secret.pk: at[1],
        told.pk: at[2] + timedelta(hours=1),
        published.pk: at[2],
    }
