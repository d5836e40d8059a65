"""The life of a payment: planned → asked → ordered → paid, each step taken back with a reason."""

from label.lifecycle import Lifecycle, Transition
from label.notifications import notify
from laureats.enums import EtatVersement as E


def _record(versement, transition, source, by, motif, at):
    return versement.passages.create(
        transition=transition.name, de=source, vers=transition.target, by=by, at=at, motif=motif
    )


_PERM = "laureats.move_versement"

TRANSITIONS = [
    Transition("ask", (E.PREVU,), E.DEMANDE, "Demander le versement", perm=_PERM, is_gated=True),
    Transition("order", (E.DEMANDE,), E.ORDONNE, "Noter qu’il est ordonnancé", perm=_PERM),
    Transition("pay", (E.ORDONNE,), E.PAYE, "Noter qu’il est payé", perm=_PERM),
    Transition(
        "undo_ask", (E.DEMANDE,), E.PREVU, "Reprendre la demande", perm=_PERM, motif_requis=True, is_retour=True
    ),
    Transition(
        "undo_order",
        (E.ORDONNE,),
        E.DEMANDE,
        "Revenir avant l’ordonnancement",
        perm=_PERM,
        motif_requis=True,
        is_retour=True,
    ),
    Transition(
        "undo_pay", (E.PAYE,), E.ORDONNE, "Revenir avant le paiement", perm=_PERM, motif_requis=True, is_retour=True
    ),
]

LIFECYCLE = Lifecycle("etat", E, TRANSITIONS, record=_record, notify=notify)
guard = LIFECYCLE.guard


@LIFECYCLE.gate("ask")
def _pieces(versement):
    """What stands in the way of asking for this payment, as French sentences (décret 2016-33: supporting papers)."""
    laureat = versement.laureat
    missing = []
    if laureat.is_convention_requise and laureat.convention_signee_le is None:
        missing.append("La convention n’est pas signée\u00a0: indiquez d’abord sa date de signature.")
    if any(not beneficiaire.siret for beneficiaire in laureat.beneficiaires.all()):
        missing.append("Le SIRET du bénéficiaire manque\u00a0: sans lui le comptable public ne peut pas payer.")
    if laureat.versements.filter(rang__lt=versement.rang).exclude(etat=E.PAYE).exists():
        missing.append("Le versement précédent n’est pas encore payé.")
    return missing
