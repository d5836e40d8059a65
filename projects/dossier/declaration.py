"""What the dossier says of itself to those who write it together: its fields, its people, its moment, its pages."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse

from ecriture.colonnes import Euros, Pourcent, colonne
from ecriture.declaration import Declaration, declare
from ecriture.enums import Visibilite
from ecriture.presence.visites import Nouvelle
from label.dates import action_of
from label.forms.section import flat
from label.templatetags.label_ui import NBSP
from projects.budget.kinds import LignesBudget, MontantDemande
from projects.champs.entree import Sorte
from projects.champs.table import CHAMPS
from projects.dossier.connu import auteur_of, phrase_of, told
from projects.dossier.kinds import Communes, Contrat, Indicateurs, Quartiers
from projects.dossier.lecteurs import readers
from projects.enums import SANS_CHAMPS, Groupe, Section
from projects.models import Dossier, Passage, Piece
from projects.question.kinds import Reponses
from projects.question.questionnaire import sections_of
from projects.redaction import ensure_may_write, ensure_writable
from projects.relais import suiveurs
from projects.structure.kinds import ChampsStructure


class DossierDeclaration(Declaration):
    model, Section, espace = Dossier, Section, "projects"
    see, change = "projects.view_dossier", "projects.change_dossier"
    comment, comment_agents = "projects.comment_dossier", "projects.read_comment_agents"
    notification = "commentaires"
    suiveurs = frozenset({Groupe.STRUCTURE, Groupe.INVITES, Groupe.CHEFS})
    lecteurs = {
        Visibilite.CO_AUTEURS: "tous les co-auteurs du dossier",
        Visibilite.AGENTS: "les agents seulement (chef de projet et EPT)",
    }
    ce, le, du = "ce dossier", "le dossier", "du dossier"

    def same_fields(self, dossier, section):
        if section == Section.STRUCTURE:
            return Q(ecrit__dossier__structure=dossier.structure_id)
        return super().same_fields(dossier, section)

    def bornes(self, dossier, nom):
        return action_of(dossier.edition)

    def check(self, dossier, columns):
        if not {"date_debut", "date_fin"} & columns.keys():
            return
        debut, fin = (columns.get(name, flat(getattr(dossier, name))) for name in ("date_debut", "date_fin"))
        if debut and fin and fin < debut:
            raise ValidationError("La fin de l’action doit suivre son début.")

    def read(self, rows):
        return rows.select_related("edition", "structure", "contrat").with_echeance()

    def held_first(self, section):
        """Its structure, which other dossiers write too."""
        return ("structure",) if section == Section.STRUCTURE else ()

    def ensure_may_write(self, dossier, by):
        ensure_may_write(dossier, by)

    def ensure_writable(self, dossier, section, now):
        ensure_writable(dossier, section, now)

    def readers(self, dossier):
        return readers(dossier)

    def concerned(self, dossier):
        return {user.pk for user in suiveurs(dossier) if user}

    def nouvelles(self, dossier, user, visite, section):
        found = _joined(dossier, user, visite) if section in {None, Section.PIECES} else []
        return found + (_moved(dossier, user, visite) if section is None else [])

    def sections(self, dossier):
        return [section for section in sections_of(dossier) if section not in SANS_CHAMPS]

    def for_histoire(self, rows):
        return rows.select_related("edition", "structure", "contrat")


def _joined(dossier, user, visite):
    """The files joined, taken away or replaced by others."""
    rows = Piece.objects.filter(dossier=dossier).filter(Q(created_at__gt=visite) | Q(remplacee_at__gt=visite))
    found = []
    for piece in rows.select_related("by", "remplacee_by"):
        if piece.created_at > visite and piece.by_id != user.pk:
            found.append(("joint", piece.by, piece.created_at, piece))
        if piece.remplacee_at and piece.remplacee_at > visite and piece.remplacee_by_id not in {None, user.pk}:
            found.append(("retiré ou remplacé", piece.remplacee_by, piece.remplacee_at, piece))
    url = DOSSIER.address("section_edit", dossier, Section.PIECES.value)
    return [
        Nouvelle(f"Fichier «{NBSP}{piece.nom}{NBSP}» {fait}", qui.get_full_name(), at, url)
        for fait, qui, at, piece in found
    ]


def _moved(dossier, user, visite):
    """Its moves, as this person may know them."""
    rows = Passage.objects.filter(dossier=dossier).known_to(user).filter(lu_le__gt=visite).exclude(by=user)
    moves = [told(row) for row in rows.select_related("by")]
    url = reverse("projects:dossier_detail", args=[dossier.cle]) + "#fil"
    return [Nouvelle(phrase_of(move, dossier, user), auteur_of(move, dossier, user), move.at, url) for move in moves]


# The kind of a field follows from what it holds; these have one of their own.
_PAR_SORTE = {Sorte.POURCENTAGE: Pourcent, Sorte.EUROS: Euros}
_PROPRES = {
    "montant_demande": MontantDemande,
    "quartiers": Quartiers,
    "communes": Communes,
    "contrat": Contrat,
}
_FAMILLES = {"lignes": LignesBudget, "indicateurs": Indicateurs, "reponses": Reponses}


def _kinds():
    """Each name or family with its kind, in the order of the field table."""
    for champ in CHAMPS:
        if champ.section == Section.STRUCTURE:
            yield ChampsStructure.famille, ChampsStructure(champ.section)
        elif champ.nom in _FAMILLES:
            yield _FAMILLES[champ.nom].famille, _FAMILLES[champ.nom](champ.section)
        elif champ.is_colonne:
            own = _PROPRES.get(champ.nom) or _PAR_SORTE.get(champ.sorte, colonne)
            yield champ.nom, own(champ.section, champ.column)


DOSSIER = declare(DossierDeclaration())
for _nom, _kind in dict(_kinds()).items():
    DOSSIER.add(_nom, _kind)
