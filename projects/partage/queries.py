"""Who is in a dossier, as its people read it: each once, with what they do there and why."""

from dataclasses import dataclass

from contrats.models import Affectation
from label.models import User
from label.recherche import fold, par_nom
from label.templatetags.label_ui import de
from projects.enums import AVANT_DEPOT, Droit
from projects.models import Mandat, Membre, Partage

ECRIT, COMMENTE, LIT = "Lit, commente et écrit", "Lit et commente", "Lit"
PHRASES_DES_DROITS = {Droit.ECRITURE: ECRIT, Droit.COMMENTAIRE: COMMENTE, Droit.LECTURE: LIT}


@dataclass
class Personne:
    """One line. `droit` and `raison`: French words. `partage`: the `Partage` by which the person came, or None.

    `depose`: why this person may deposit, or "". `mandat`: a current `Mandat`, or None. The `peut_…`: what the reader
    of the list may do about this person.
    """

    user: User
    droit: str
    raison: str
    depose: str = ""
    partage: object = None
    mandat: object = None
    is_membre: bool = False
    est_moi: bool = False
    peut_changer: bool = False
    peut_retirer: bool = False
    peut_mandater: bool = False
    peut_reprendre: bool = False

    @property
    def ecrit(self):
        return self.droit == ECRIT

    @property
    def gestes(self):
        return self.peut_changer or self.peut_retirer or self.peut_mandater or self.peut_reprendre


def personnes_du_dossier(dossier, lecteur):
    """The people of `dossier` as a list of `Personne`, those who write first; `lecteur`: who reads the list.

    Members, chefs de projet of the contrat, chefs of the other contrats its quartiers lie in, then the guests; the
    staff of the EPT reads every dossier and is not listed. Five queries at most, whatever the number of people.
    """
    lines = {}

    def add(user, droit, raison, **more):
        if user.is_active and user.pk not in lines:
            lines[user.pk] = Personne(user, droit, raison, est_moi=user == lecteur, **more)

    for membre in Membre.objects.current().filter(structure=dossier.structure_id).select_related("user"):
        if membre.is_responsable:
            depose = "Dépose, comme responsable"
            add(membre.user, ECRIT, "Responsable de la structure", is_membre=True, depose=depose)
        else:
            add(membre.user, ECRIT, "Membre de la structure", is_membre=True)
    for chef in dossier.contrat.chefs().order_by(*par_nom(), "pk") if dossier.contrat else ():
        add(chef, ECRIT, f"Chef de projet, {dossier.contrat}")
    partages = list(Partage.objects.current().filter(dossier=dossier).select_related("user", "by"))
    writers = [partage for partage in partages if partage.droit == Droit.ECRITURE]
    for partage in writers:
        add(partage.user, ECRIT, _invite(partage), partage=partage)
    for chef, contrat in _chefs_concernes(dossier):
        add(chef, COMMENTE, f"Chef de projet d’un autre contrat concerné, {contrat}")
    for partage in sorted(partages, key=lambda partage: partage.droit != Droit.COMMENTAIRE):
        add(partage.user, PHRASES_DES_DROITS[partage.droit], _invite(partage), partage=partage)
    for mandat in Mandat.objects.current().filter(dossier=dossier).select_related("by"):
        line = lines.get(mandat.user_id)
        if line and line.ecrit and not line.depose:
            line.mandat = mandat
            line.depose = f"Dépose, sur mandat {de(mandat.by.get_full_name())}"
    _gestes(dossier, lines.values(), lecteur)
    return list(lines.values())


def _invite(partage):
    return f"Personne invitée par {partage.by.get_full_name()}"


def _chefs_concernes(dossier):
    """(User, name of the contrat) of the chefs de projet of the contrats the quartiers lie in, the lead one apart."""
    rows = Affectation.objects.current().filter(contrat__quartiers__dossiers=dossier)
    rows = rows.exclude(contrat=dossier.contrat_id).select_related("user", "contrat").distinct()
    return [
        (row.user, row.contrat.nom) for row in sorted(rows, key=lambda row: (fold(row.contrat.nom), fold(row.user.nom)))
    ]


def _gestes(dossier, lines, lecteur):
    """Write on each line what the reader of the list may do about that person."""
    shares = lecteur.has_perm("projects.share_dossier", dossier)
    mandates = lecteur.has_perm("projects.mandate_dossier", dossier)
    for line in lines:
        is_guest = line.partage is not None
        line.peut_changer = is_guest and shares
        line.peut_retirer = is_guest and (shares or line.est_moi)
        line.peut_reprendre = line.mandat is not None and (mandates or line.est_moi)
        line.peut_mandater = (
            mandates
            and dossier.statut in AVANT_DEPOT
            and line.ecrit
            and not line.depose
            and (line.is_membre or is_guest)
        )
