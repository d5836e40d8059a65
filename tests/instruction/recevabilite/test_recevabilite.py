"""The checklist of the recevabilité: what is found, what stands in the way."""

import pytest
from django.core.exceptions import ValidationError

from instruction.decision.actions import decide
from instruction.models import Constat
from instruction.recevabilite.actions import record_constats
from instruction.recevabilite.queries import missing_for_recevabilite
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.depot import deposited_dossier
from tests.factories.instruction import APRES
from tests.factories.label import PointRecevabiliteFactory

pytestmark = pytest.mark.django_db


def test_unanswered_and_non_conform_points_stand_in_the_way(instructeur):
    dossier = deposited_dossier()
    quartier = PointRecevabiliteFactory(edition=dossier.edition, ordre=1, libelle="Quartier prioritaire")
    pieces = PointRecevabiliteFactory(edition=dossier.edition, ordre=2, libelle="Pièces complètes")
    budget = PointRecevabiliteFactory(edition=dossier.edition, ordre=3, libelle="Budget équilibré")
    record_constats(dossier, {quartier: (False, "Hors liste"), pieces: (True, "")}, by=instructeur)
    said = [
        "Point non conforme\u00a0: Quartier prioritaire (Hors liste).",
        "Point à vérifier\u00a0: Budget équilibré.",
    ]
    assert missing_for_recevabilite(dossier) == said
    with pytest.raises(TransitionRefused) as refused:
        decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    assert refused.value.messages == said
    record_constats(dossier, {quartier: (True, "oublié"), budget: (True, "")}, by=instructeur)
    decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    assert Dossier.objects.get().statut == Statut.EN_INSTRUCTION
    assert set(Constat.objects.values_list("is_conforme", "motif")) == {(True, "")}
    letter = Courriel.objects.get(cle_notification="recevable")
    assert (letter.destinataire, letter.sujet) == (
        dossier.responsable.email,
        "Votre dossier LAI-2027-001 est recevable",
    )


def test_a_point_not_conform_says_why_and_an_answer_can_be_taken_away(instructeur):
    dossier = deposited_dossier()
    point = PointRecevabiliteFactory(edition=dossier.edition, libelle="Budget équilibré")
    with pytest.raises(ValidationError, match="dites pourquoi"):
        record_constats(dossier, {point: (False, " ")}, by=instructeur)
    assert record_constats(dossier, {point: (True, "")}, by=instructeur) == 1
    assert record_constats(dossier, {point: (True, "")}, by=instructeur) == 0
    assert record_constats(dossier, {point: (None, "")}, by=instructeur) == 1
    assert not Constat.objects.exists()
