"""The note for the jury and the amount proposed."""

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from instruction.models import Instruction
from instruction.ouverture import ensure_may_instruct, lock_open
from label.templatetags.label_ui import euros, heure
from projects.montant import refus_du_montant


class NoteStale(ValidationError):
    """Somebody saved the note meanwhile; `instruction` holds what they wrote."""

    def __init__(self, instruction):
        self.instruction = instruction
        who = instruction.updated_by.get_full_name() if instruction.updated_by else "Quelqu’un"
        super().__init__(
            f"{who} a enregistré cette note entre-temps, à {heure(instruction.updated_at)}. Votre texte est resté "
            "dans le formulaire\u00a0: reprenez ce qui manque, puis enregistrez de nouveau."
        )


@transaction.atomic
def save_note(dossier, *, note_synthese, montant_propose, version, by, at=None):
    """Write the note for the jury and the proposed amount (whole euros or None), against the `version` shown.

    Returns the `Instruction`, one version later. Raises PermissionDenied, NoteStale when somebody saved meanwhile,
    ValidationError on an amount above what is asked or above the édition's ceiling.
    """
    ensure_may_instruct(by, dossier)
    dossier = lock_open(dossier)
    if montant_propose is not None:
        if dossier.montant_demande is not None and montant_propose > dossier.montant_demande:
            raise ValidationError(
                {"montant_propose": f"La structure demande {euros(dossier.montant_demande)}\u00a0: proposez moins."}
            )
        if refus := refus_du_montant(montant_propose, demande=None, plafond=dossier.edition.montant_max):
            raise ValidationError({"montant_propose": refus.phrase})
    instruction, _ = Instruction.objects.get_or_create(dossier=dossier)
    with pghistory.context(user=by.pk):
        updated = Instruction.objects.filter(pk=instruction.pk, version=version).update(
            note_synthese=note_synthese.strip(),
            montant_propose=montant_propose,
            version=F("version") + 1,
            updated_at=at or timezone.now(),
            updated_by=by,
        )
    current = Instruction.objects.select_related("updated_by").get(pk=instruction.pk)
    if not updated:
        raise NoteStale(current)
    return current
