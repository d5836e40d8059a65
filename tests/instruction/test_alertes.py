"""What the machine notices on a deposited dossier."""

import pytest

from instruction.alertes import find_alertes
from projects.models import BudgetLigne, Dossier
from tests.factories.contrats import ContratFactory, QuartierFactory
from tests.factories.depot import deposited_dossier
from tests.factories.label import EditionFactory, PieceDemandeeFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_findings_of_a_dossier_that_has_everything_wrong():
    edition = EditionFactory()
    contrat, other = ContratFactory(), ContratFactory(nom="Val de Bièvre")
    outside = QuartierFactory(nom="Les Lozaits", contrats=[other])
    dossier = deposited_dossier(edition=edition, contrat=contrat, quartiers=[outside])
    twin = deposited_dossier(edition=edition, structure=dossier.structure, titre="Un autre projet")
    PieceDemandeeFactory(edition=edition, nom="Budget signé")
    edition.montant_max = 5_000
    edition.save()
    BudgetLigne.objects.filter(dossier=dossier, compte="64").update(montant=1_000)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert [(alerte.code, alerte.url_cle) for alerte in find_alertes(dossier, UserFactory(pilote=True))] == [
        ("plafond", ""),
        ("budget", ""),
        ("hors_contrat", ""),
        ("piece", ""),
        ("autre_dossier", twin.cle),
    ]


def test_a_sound_dossier_raises_nothing():
    assert find_alertes(Dossier.objects.get(pk=deposited_dossier().pk), UserFactory(pilote=True)) == []
