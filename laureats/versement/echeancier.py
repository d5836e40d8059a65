"""The schedule of payments of one grant. Pure: no ORM, no request."""

from dataclasses import dataclass
from datetime import date, timedelta

# Up to this amount (whole euros, included) the grant is paid in one go; beyond, in two. To be confirmed by the EPT.
SEUIL_UNIQUE = 5_000
PART_ACOMPTE = 70
# A public grant is paid within 60 days of its notification (loi 2021-875, art. 2).
DELAI_VERSEMENT = timedelta(days=60)
# Without a known end the action is taken to last a year.
DUREE_PAR_DEFAUT = timedelta(days=365)


@dataclass(frozen=True)
class Echeance:
    """One payment to come: `montant` in whole euros."""

    rang: int
    libelle: str
    montant: int
    prevu_le: date


def split(montant, *, notifie_le, fin_action=None):
    """The payments of a grant of `montant` whole euros notified on the date `notifie_le`.

    One payment up to SEUIL_UNIQUE; beyond, an acompte of PART_ACOMPTE % rounded down to the euro, and the solde
    DELAI_VERSEMENT after the action ends. Amounts add up to `montant`; dates never go back. Returns a list of
    `Echeance`. Raises ValueError for an amount that is not positive.
    """
    if montant <= 0:
        raise ValueError("a grant is a positive amount")
    premier = notifie_le + DELAI_VERSEMENT
    if montant <= SEUIL_UNIQUE:
        return [Echeance(1, "Versement unique", montant, premier)]
    acompte = montant * PART_ACOMPTE // 100
    solde_le = max(fin_action or notifie_le + DUREE_PAR_DEFAUT, premier) + DELAI_VERSEMENT
    return [
        Echeance(1, f"Acompte de {PART_ACOMPTE}\u00a0%", acompte, premier),
        Echeance(2, "Solde", montant - acompte, solde_le),
    ]
