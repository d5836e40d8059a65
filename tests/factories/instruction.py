"""Rows of the instruction."""

from datetime import datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from instruction.complement.actions import ask_complement
from instruction.models import DemandeComplement
from projects.enums import Section, Statut
from tests.factories.depot import EN_TEMPS
from tests.factories.label import UserFactory
from tests.factories.projects import PARIS, DossierFactory

APRES = EN_TEMPS + timedelta(days=20)
ECHEANCE = datetime(2027, 6, 25, 23, 59, tzinfo=PARIS)


class DemandeComplementFactory(DjangoModelFactory):
    class Meta:
        model = DemandeComplement
        skip_postgeneration_save = True

    dossier = factory.SubFactory(DossierFactory, a_completer=True)
    message = "Précisez le budget."
    sections = factory.LazyFunction(lambda: [Section.BUDGET])
    created_at = factory.LazyAttribute(lambda d: datetime(d.dossier.edition.annee, 6, 15, 9, 0, tzinfo=PARIS))
    echeance = factory.LazyAttribute(lambda d: datetime(d.dossier.edition.annee, 6, 30, 23, 59, tzinfo=PARIS))
    statut_origine = Statut.DEPOSE
    by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def _reopened(demande, create, extracted):
        dossier = demande.dossier
        dossier.sections_rouvertes, dossier.rouvert_jusqu_au = demande.sections, demande.echeance
        dossier.save(update_fields=["sections_rouvertes", "rouvert_jusqu_au"])


def ask(dossier, by, **kwargs):
    """Ask for a complement on the project, while the instruction runs. Returns the `DemandeComplement`."""
    values = {"message": "Précisez les partenaires.", "sections": ["projet"], "echeance": ECHEANCE, "at": APRES}
    return ask_complement(dossier, by=by, **values | kwargs)
