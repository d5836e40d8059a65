"""What was deposited stays readable, and its fingerprint the same, whatever becomes of the field table."""

from datetime import date

import pytest

from label.enums import SorteQuestion
from label.models import Question
from projects.dossier.contenu import current_content, fingerprint
from projects.models import LibelleCompte, Reponse
from tests.factories.contrats import CommuneFactory, ContratFactory, QuartierFactory
from tests.factories.label import EditionFactory, PieceDemandeeFactory, UserFactory
from tests.factories.projects import BudgetLigneFactory, DossierFactory, PieceFactory, StructureFactory

pytestmark = pytest.mark.django_db
# Of the content below, as the first deposits were fingerprinted.
EMPREINTE = "5f0dcdab56d0d73694d2556b2b7e0cdc55b8778ac7d20fa758cc298af0ce44fa"


def test_the_same_values_have_the_fingerprint_they_had():
    ivry, orly = CommuneFactory(insee="94041", nom="Ivry-sur-Seine"), CommuneFactory(insee="94054", nom="Orly")
    contrat, edition = ContratFactory(), EditionFactory()
    dossier = DossierFactory(
        complet=True,
        edition=edition,
        contrat=contrat,
        titre="Le jardin",
        date_debut=date(2027, 12, 1),
        date_fin=date(2028, 11, 30),
        structure=StructureFactory(nom="Les Ateliers", sigle="LA", rna="W941234567", commune=ivry),
        quartiers=[
            QuartierFactory(code="QP2", nom="Ivry Port", contrats=[contrat], communes=[ivry]),
            QuartierFactory(code="QP1", nom="Gagarine", contrats=[contrat], communes=[orly, ivry]),
        ],
    )
    dossier.communes.set([orly, ivry])
    BudgetLigneFactory(dossier=dossier, sens="charge", compte="64", libelle="Animation", montant=500)
    LibelleCompte.objects.create(edition=edition, compte="60", numero="600", libelle="Fournitures")
    question = Question.objects.create(edition=edition, ordre=1, intitule="Qui ?", sorte=SorteQuestion.TEXTE_COURT)
    Reponse.objects.create(dossier=dossier, question=question, texte="Nous.", by=UserFactory())
    demandee = PieceDemandeeFactory(edition=edition, nom="Statuts")
    PieceFactory(dossier=dossier, demandee=demandee, nom="statuts.pdf")
    sections = current_content(dossier)
    # What the database numbers by itself.
    sections["questions"]["reponses"][0]["question"] = 1
    sections["pieces"]["fichiers"][0]["cle"] = "cle"
    assert fingerprint(sections) == EMPREINTE
