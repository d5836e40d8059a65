"""What the results add to the page of a dossier: its letter, and once laureate its payments. They stay there."""

from laureats.models import Laureat, Lettre
from projects.relais import Ajout


def ajout(dossier, user):
    """The `Ajout` to the page of this dossier, for this person; empty before the publication."""
    if not dossier.edition.is_published or not user.has_perm("laureats.read_lettre", dossier):
        return Ajout()
    lettre = Lettre.objects.filter(dossier=dossier).first()
    laureat = Laureat.objects.filter(dossier=dossier).prefetch_related("versements").first()
    if lettre is None and laureat is None:
        return Ajout()
    contexte = {"dossier": dossier, "lettre": lettre, "laureat": laureat}
    return Ajout(template="laureats/laureat/dossier.html", contexte=contexte)
