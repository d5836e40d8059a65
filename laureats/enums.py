"""The closed lists of what follows the jury."""

from django.db.models import TextChoices

from label.enums import Ton


class Organe(TextChoices):
    """Who votes. That the bureau or the président hold a delegation is to be confirmed by the EPT (CGCT L5211-10)."""

    CONSEIL = "conseil", "Conseil territorial"
    BUREAU = "bureau", "Bureau, par délégation"
    PRESIDENT = "president", "Président, par délégation"


class EtatVersement(TextChoices):
    PREVU = "prevu", "Prévu"
    DEMANDE = "demande", "Demandé"
    ORDONNE = "ordonne", "Ordonnancé"
    PAYE = "paye", "Payé"


TONS_DU_VERSEMENT = {
    EtatVersement.PREVU: Ton.NEUTRE,
    EtatVersement.DEMANDE: Ton.INFO,
    EtatVersement.ORDONNE: Ton.INFO,
    EtatVersement.PAYE: Ton.SUCCES,
}
