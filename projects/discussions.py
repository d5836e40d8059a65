"""What people say of a dossier: who reads what, the threads of a section, how many stay open in each."""

import re
from dataclasses import dataclass

from django.db.models import BooleanField, Case, CharField, Count, Q, Value, When

from contrats.models import Affectation
from label.models import Habilitation, User
from projects.budget.plan import PLAN
from projects.contenu import CHAMPS
from projects.enums import Droit, Section, Visibilite
from projects.models import Commentaire, Deport, Dossier, Membre, Partage, Structure

# Why a person reads the dossier, in the order the names are shown.
STRUCTURE, INVITES, CHEFS, VOISINS, EPT = "structure", "invites", "chefs", "voisins", "ept"
GROUPES = {
    STRUCTURE: "La structure",
    INVITES: "Personnes invitées",
    CHEFS: "Chef de projet",
    VOISINS: "Chefs de projet des autres contrats concernés",
    EPT: "L’EPT",
}
# Told of each comment without being named in it; the others are told when somebody mentions or answers them.
SUIVEURS = frozenset({STRUCTURE, INVITES, CHEFS})
# What a comment is about once its line or its question is gone.
RETIRE = "une ligne retirée depuis"


@dataclass(frozen=True)
class Lecteur:
    """One person who reads the comments of a dossier. `reserve`: those for agents too."""

    user: User
    groupe: str
    reserve: bool

    @property
    def nom(self):
        return self.user.get_full_name()

    def lit(self, visibilite):
        return self.reserve or visibilite == Visibilite.CO_AUTEURS


def readers(dossier):
    """Everybody who may read this dossier today, in one query: `Dossier.visible_to` seen from the other side."""
    membres = Membre.objects.current().filter(structure=dossier.structure_id).values("user")
    invites = Partage.objects.current().filter(dossier=dossier.pk).values("user")
    affectations = Affectation.objects.current()
    chefs = affectations.filter(contrat=dossier.contrat_id).values("user")
    voisins = affectations.filter(contrat__quartiers__dossiers=dossier.pk).values("user")
    agents = Habilitation.objects.current().values("user")
    circles = ((STRUCTURE, membres), (CHEFS, chefs), (EPT, agents), (INVITES, invites), (VOISINS, voisins))
    # A déport closes the dossier to all but those who write it, and what is between agents to them too.
    writers = invites.filter(droit=Droit.ECRITURE).exclude(user__in=agents)
    recused = Deport.objects.current().filter(dossier=dossier.pk).values("user")
    opened = ~Q(pk__in=recused) | Q(pk__in=membres) | Q(pk__in=chefs) | Q(pk__in=writers)
    somewhere = Q()
    for _, circle in circles:
        somewhere |= Q(pk__in=circle)
    reserve = Case(
        When(pk__in=recused, then=False),
        When(pk__in=chefs, then=True),
        When(pk__in=membres, then=False),
        When(pk__in=agents, then=True),
        default=False,
        output_field=BooleanField(),
    )
    groupe = Case(*(When(pk__in=circle, then=Value(name)) for name, circle in circles), output_field=CharField())
    people = User.objects.filter(somewhere, opened, is_active=True).annotate(groupe=groupe, reserve=reserve)
    return [Lecteur(user, user.groupe, user.reserve) for user in people.order_by("nom", "prenom", "pk")]


def names_by_group(lecteurs, visibilite):
    """Who will read it: list of (group, names joined by commas), for the line above the box."""
    found = []
    for groupe, libelle in GROUPES.items():
        if names := [lecteur.nom for lecteur in lecteurs if lecteur.groupe == groupe and lecteur.lit(visibilite)]:
            found.append((libelle, ", ".join(names)))
    return found


def mentioned_in(texte, lecteurs):
    """The readers named «@Prénom Nom» in the text, capitals and kinds of spaces aside."""
    said = re.sub(r"\s+", " ", texte).casefold()
    return [
        lecteur
        for lecteur in lecteurs
        if re.search(rf"@{re.escape(re.sub(r'\s+', ' ', lecteur.nom).casefold())}(?!\w)", said)
    ]


# --- Fields -----------------------------------------------------------------------------------


def champs_of(dossier, section):
    """What may be commented in a section, fields then rows, as {nom: label}; one query when it has rows."""
    model, prefix = (Structure, "structure.") if section == Section.STRUCTURE else (Dossier, "")
    labels = {f"{prefix}{name}": str(model._meta.get_field(name).verbose_name) for name in CHAMPS.get(section, ())}
    return {nom: label[:1].upper() + label[1:] for nom, label in labels.items()} | _rows(dossier, section)


def _rows(dossier, section):
    match section:
        case Section.BUDGET:
            return {f"ligne.{row.cle}": _ligne(row) for row in dossier.budget_lignes.all()}
        case Section.EVALUATION:
            return {f"indicateur.{row.cle}": f"Indicateur\u00a0: {row.libelle}" for row in dossier.indicateurs.all()}
        case Section.QUESTIONS:
            return {f"question.{question.pk}": question.intitule for question in dossier.edition.questions.all()}
    return {}


def _ligne(row):
    label = f"{row.get_sens_display()}\u00a0: {PLAN.intitule(row.compte)}"
    return f"{label} – {row.libelle}" if row.libelle else label


def anchor_of(champ):
    """The place of a field on the page of its section, without the #."""
    name = champ.removeprefix("structure.")
    return f"div_id_{name}" if name in {"quartiers", "communes"} else f"id_{name}"


# --- Threads ----------------------------------------------------------------------------------


def threads_of(user, dossier, section):
    """The discussions of a section this person reads, open ones first: dicts `tete`, `reponses`, `champ`, `ancre`."""
    rows = list(
        Commentaire.objects.visible_to(user, dossier)
        .filter(section=section)
        .select_related("auteur", "resolved_by")
        .prefetch_related("mentions")
    )
    answers = {}
    for row in rows:
        if row.parent_id:
            answers.setdefault(row.parent_id, []).append(row)
    labels = champs_of(dossier, section) if any(row.champ for row in rows) else {}
    threads = [
        {
            "tete": row,
            "reponses": answers.get(row.pk, []),
            "champ": labels.get(row.champ, RETIRE) if row.champ else "",
            "ancre": anchor_of(row.champ) if row.champ else "",
        }
        for row in rows
        if not row.parent_id
    ]
    return sorted(threads, key=lambda thread: thread["tete"].resolved_at is not None)


def open_counts(user, dossier):
    """How many discussions this person reads stay open, as {section: number}; one query."""
    rows = Commentaire.objects.visible_to(user, dossier).filter(resolved_at=None, parent=None)
    return {Section(code): n for code, n in rows.order_by().values_list("section").annotate(n=Count("pk"))}
