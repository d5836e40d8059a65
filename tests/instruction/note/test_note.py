"""The note for the jury and the amount proposed."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from instruction.models import Instruction
from instruction.note.actions import NoteStale, save_note
from tests.factories.depot import deposited_dossier
from tests.factories.instruction import APRES

pytestmark = pytest.mark.django_db


def test_a_stale_note_is_refused_with_what_the_other_wrote(sign_in, instructeur, pilote):
    dossier = deposited_dossier()
    save_note(dossier, note_synthese="Projet solide.", montant_propose=5_000, version=0, by=pilote, at=APRES)
    with pytest.raises(NoteStale) as refused:
        save_note(dossier, note_synthese="Fragile.", montant_propose=None, version=0, by=instructeur)
    assert refused.value.instruction.note_synthese == "Projet solide."
    answer = sign_in(instructeur).post(
        reverse("instruction:note_edit", args=[dossier.cle]), {"note_synthese": "Fragile.", "version": 0}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert [words in page for words in ("Nadia Kessler", "Projet solide.", "Fragile.", 'value="1"')] == [True] * 4
    row = Instruction.objects.get()
    assert (row.note_synthese, row.montant_propose, row.version, row.updated_by) == ("Projet solide.", 5000, 1, pilote)


@pytest.mark.parametrize(("montant", "message"), [(8_001, "demande 8"), (15_001, "demande 8")])
def test_the_proposed_amount_stays_under_what_is_asked(instructeur, montant, message):
    dossier = deposited_dossier()
    with pytest.raises(ValidationError, match=message):
        save_note(dossier, note_synthese="", montant_propose=montant, version=0, by=instructeur)
