"""What the results add to the page of a dossier, under their card: the letter, and once laureate the payments."""

from laureats.models import Laureat
from laureats.publication.communique import communique
from projects.enums import TONS
from projects.relais import Ajout


def ajout(dossier, user):
    """The `Ajout` to the page of this dossier, for this person; empty before the publication."""
    said = communique(dossier, user)
    if said is None or not user.has_perm("laureats.read_lettre", dossier):
        return Ajout()
    laureat = Laureat.objects.filter(dossier=dossier).prefetch_related("versements").first()
    contexte = {"dossier": dossier, "dit": said, "ton": TONS[said.dossier.statut], "laureat": laureat}
    return Ajout(template="laureats/publication/dossier.html", contexte=contexte)
