"""What was published of an édition, result by result, for the EPT that published it."""

from dataclasses import dataclass, field

from laureats.models import Lettre
from projects.enums import Statut
from projects.models.dossier import by_numero


@dataclass(frozen=True)
class Envoyees:
    """The letters that left, each with its dossier, by what the dossier is now; the waiting list in its own order.

    The rank is the EPT's and the jury's alone: nothing that leaves reads this.
    """

    laureats: list = field(default_factory=list)
    attente: list = field(default_factory=list)
    refus: list = field(default_factory=list)

    @property
    def total(self):
        """What is granted, in whole euros."""
        return sum(lettre.dossier.laureat.montant or 0 for lettre in self.laureats)


def letters_sent(edition):
    """The `Envoyees` of this édition; one query."""
    found = Envoyees()
    place = {Statut.LAUREAT: found.laureats, Statut.RESERVE: found.attente}
    lettres = Lettre.objects.filter(dossier__edition=edition).order_by(*by_numero("dossier__"), "pk")
    for lettre in lettres.select_related("dossier__structure", "dossier__proposition", "dossier__laureat"):
        place.get(lettre.dossier.statut, found.refus).append(lettre)
    found.attente.sort(key=lambda lettre: lettre.dossier.proposition.rang)
    return found
