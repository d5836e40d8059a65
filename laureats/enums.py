"""The closed lists of what follows the jury."""

from django.db.models import TextChoices

from label.enums import Ton


class Organe(TextChoices):
    """Who votes. That the bureau or the président hold a delegation is to be confirmed by the EPT (CGCT L5211-10)."""

    CONSEIL = "conseil", "Conseil territorial"
    BUREAU = "bureau", "Bureau, par délégation"
    PRESIDENT = "president", "Président, par délégation"


class SensDecision(TextChoices):
    """What was voted for one dossier. Only one the jury kept in reserve may stay on the waiting list."""

    ACCORDE = "accorde", "Accordé"
    ATTENTE = "attente", "Sur la liste d’attente"
    REFUSE = "refuse", "Non retenu"


class SensResultat(TextChoices):
    """The result of one dossier, as it is communicated."""

    LAUREAT = "laureat", "Lauréat"
    ATTENTE = "attente", "Sur la liste d’attente"
    NON_RETENU = "non_retenu", "Non retenu"
    NON_ADMIS = "non_admis", "Non admis à l’audition"


class EtatVersement(TextChoices):
    PREVU = "prevu", "Prévu"
    DEMANDE = "demande", "Demandé"
    ORDONNE = "ordonne", "Ordonnancé"
    PAYE = "paye", "Payé"


# Asked of a list of payments: whatever its state, what is still to be paid.
A_PAYER = "a_payer"
TONS_DU_VERSEMENT = {
    EtatVersement.PREVU: Ton.NEUTRE,
    EtatVersement.DEMANDE: Ton.INFO,
    EtatVersement.ORDONNE: Ton.INFO,
    EtatVersement.PAYE: Ton.SUCCES,
}
