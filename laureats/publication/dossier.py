"""What the results add to the page of a dossier: what was communicated, its letter, and once laureate its payments."""

from laureats.enums import SensResultat
from laureats.models import Laureat
from laureats.publication.communique import communique
from projects.enums import TONS
from projects.relais import Ajout

# What its reason is called, where it is not what went against the project.
TITRES_DU_MOTIF = {SensResultat.LAUREAT: "À noter", SensResultat.ATTENTE: "Pourquoi le projet attend"}


def ajout(dossier, user):
    """The `Ajout` to the page of this dossier, for this person; empty before the publication."""
    said = communique(dossier, user)
    if said is None:
        return Ajout()
    laureat = None
    if user.has_perm("laureats.read_lettre", dossier):
        laureat = Laureat.objects.filter(dossier=dossier).prefetch_related("versements").first()
    contexte = {"dossier": dossier, "dit": said, "ton": TONS[said.dossier.statut], "laureat": laureat}
    contexte["titre_du_motif"] = TITRES_DU_MOTIF.get(said.sens, "Ce qui a été relevé")
    return Ajout(template="laureats/publication/dossier.html", contexte=contexte)
