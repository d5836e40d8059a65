"""The decisions of the instruction, and what takes them back."""

import pytest
from django.core.exceptions import PermissionDenied

from instruction.decision.actions import decide
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.dossier.connu import token_of
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.depot import deposited_dossier
from tests.factories.instruction import APRES

pytestmark = pytest.mark.django_db


def test_irrecevable_tells_the_reason_the_remedies_and_the_court(instructeur, pilote, settings):
    dossier = deposited_dossier()
    with pytest.raises(TransitionRefused, match="motif"):
        decide(dossier, "declare_irrecevable", by=instructeur, at=APRES)
    decide(dossier, "declare_irrecevable", by=instructeur, motif="Le projet est hors du territoire.", at=APRES)
    letter = Courriel.objects.get(cle_notification="irrecevable")
    words = ["Le projet est hors du territoire.", "deux mois", "recours gracieux", settings.LABEL_TRIBUNAL]
    assert [word for word in words if word not in letter.texte] == []
    with pytest.raises(PermissionDenied):
        decide(dossier, "undo_irrecevable", by=instructeur, motif="Erreur", at=APRES)
    decide(dossier, "undo_irrecevable", by=pilote, motif="Erreur de lecture", at=APRES)
    assert Dossier.objects.get().statut == Statut.DEPOSE
    assert "Erreur de lecture" in Courriel.objects.get(cle_notification="reprise").texte


def test_admission_is_the_pilote_s_and_can_be_taken_back_until_publication(instructeur, pilote):
    dossier = deposited_dossier()
    decide(dossier, "declare_recevable", by=instructeur, at=APRES)
    with pytest.raises(PermissionDenied):
        decide(dossier, "admit", by=instructeur, at=APRES)
    decide(dossier, "admit", by=pilote, at=APRES, token=token_of(dossier, pilote))
    assert Courriel.objects.filter(cle_notification="admis").count() == 1
    decide(dossier, "undo_admission", by=pilote, motif="Doublon", at=APRES)
    decide(dossier, "refuse_admission", by=pilote, motif="Hors sujet", at=APRES)
    assert Courriel.objects.filter(cle_notification__startswith="non").count() == 0
    dossier.edition.published_at = APRES
    dossier.edition.save()
    with pytest.raises(TransitionRefused, match="publiés"):
        decide(dossier, "undo_admission", by=pilote, motif="Trop tard", at=APRES)
