"""A dossier that has nothing but its statut, read by each who follows it: its page, its story, what is to do."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contrats.models import Affectation
from projects.enums import Droit, Statut
from projects.models import Partage
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.telephone import open_edition

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_published", [False, True], ids=["avant publication", "publié"])
@pytest.mark.parametrize("statut", Statut)
def test_nothing_else_is_needed_to_read_it(client, statut, is_published):
    """What a floor above has not made yet (a slot, a deposit, a letter) keeps nobody from the page."""
    edition = open_edition()
    if is_published:
        edition.published_at = timezone.now() - timedelta(days=1)
        edition.save(update_fields=["published_at"])
    porteur, chef, guest = UserFactory(), UserFactory(), UserFactory()
    dossier = DossierFactory(edition=edition, statut=statut, porteur=porteur, chef=chef)
    Partage.objects.create(
        dossier=dossier,
        user=guest,
        email=guest.email,
        droit=Droit.LECTURE,
        by=porteur,
        accepted_at=timezone.now(),
        expire_at=timezone.now() + timedelta(days=7),
    )
    both = UserFactory(instructeur=True)
    Affectation.objects.create(user=both, contrat=dossier.contrat, du=date(2020, 1, 1))
    readers = [porteur, chef, guest, UserFactory(pilote=True), UserFactory(instructeur=True), both]
    for user in readers:
        client.force_login(user)
        page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
        assert page.status_code == 200
        assert page.context["carte"].titre
        assert client.get(reverse("projects:fil", args=[dossier.cle])).status_code == 200
        assert client.get(reverse("label:tableau")).status_code == 200
        assert client.get(reverse("projects:a_faire_list")).status_code == 200
