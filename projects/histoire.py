"""The story of a section as people read it: who, when, and what became of each field, in words."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from contrats.models import Commune, ContratDeVille, Quartier
from label.enums import SorteQuestion
from label.models import User
from label.templatetags.label_ui import JOURS, MOIS, NBSP, euros, heure, jour, nombre
from projects.alignement import COMPARAISONS_MAX, Allocation
from projects.enums import Section, SorteRetouche, TypeStructure
from projects.models import Dossier, LibelleCompte, Retouche, Structure
from projects.mot_a_mot import AJOUT, PAREIL, PLI, RETRAIT, Morceau, diff_words

# --- When -------------------------------------------------------------------------------------


def _day(moment, now):
    """«mardi 3 mars», with the year when it is not the present one."""
    day = timezone.localtime(moment).date()
    if day.year != timezone.localtime(now).year:
        return f"{JOURS[day.weekday()]} {jour(day)}"
    return f"{JOURS[day.weekday()]} {'1er' if day.day == 1 else day.day}{NBSP}{MOIS[day.month - 1]}"


def quand(debut, fin, now=None):
    """A sitting in words: «mardi 3 mars, de 14 h 02 à 14 h 31», or «mardi 3 mars à 14 h 02»."""
    now = now or timezone.now()
    if _day(debut, now) != _day(fin, now):
        return f"du {_day(debut, now)} à {heure(debut)} au {_day(fin, now)} à {heure(fin)}"
    if heure(debut) == heure(fin):
        return f"{_day(debut, now)} à {heure(debut)}"
    return f"{_day(debut, now)}, de {heure(debut)} à {heure(fin)}"


# --- Values in words --------------------------------------------------------------------------

# Read whole rather than word by word.
_ENTIERS = {"date_debut", "date_fin", "contrat"} | {f"structure.{nom}" for nom in ("type", "commune", "rna", "siret")}
_ENTIERS |= {"structure.code_postal"}
_LIGNE = {"compte": "Compte", "libelle": "Libellé", "montant": "Montant", "is_obtenu": "Financement obtenu"}
# Boxes whose label is a whole sentence.
_BREFS = {}
_INDICATEUR = {"libelle": "Indicateur", "cible": "Cible"}
# The rows of a section told together in the filter and in the summaries.
FAMILLES = {"ligne": "Lignes du budget", "indicateur": "Indicateurs"}


@dataclass(frozen=True)
class Echange:
    """One value that took the place of another, in words; '' for nothing. `libelle`: which part of a row, or ''."""

    libelle: str
    avant: str
    apres: str


@dataclass
class Lexique:
    """What turns codes into words, read in a constant number of queries."""

    dossier: Dossier
    noms: dict = field(default_factory=dict)
    questions: dict = field(default_factory=dict)
    plan: object = None
    # Shared by the texts of a page, the first ones told word by word before the others.
    allocation: Allocation = field(default_factory=lambda: Allocation(5 * COMPARAISONS_MAX))

    @classmethod
    def of(cls, dossier, section=None):
        """The words the fields of `section` need; of every section when it is None."""
        lexique = cls(dossier)
        if section in {None, Section.TERRITOIRE}:
            for model, code in ((Quartier, "identifiant"), (Commune, "insee"), (ContratDeVille, "code")):
                lexique.noms |= {(code, key): nom for key, nom in model.objects.order_by().values_list(code, "nom")}
        if section == Section.STRUCTURE:
            rows = Commune.objects.order_by().values_list("pk", "nom")
            lexique.noms |= {("pk", str(pk)): nom for pk, nom in rows}
        if section in {None, Section.QUESTIONS}:
            lexique.questions = {f"question.{q.pk}": q for q in dossier.edition.questions.all()}
        if section in {None, Section.BUDGET}:
            lexique.plan = LibelleCompte.objects.plan(dossier.edition_id)
        return lexique

    def libelle(self, nom, valeur=None):
        """The label of a field. `valeur`: what names a row, once it has no more place of its own."""
        famille, _, reste = nom.partition(".")
        if famille == "ligne":
            return self._ligne(valeur or {})
        if famille == "indicateur":
            return f"Indicateur «{NBSP}{valeur['libelle']}{NBSP}»" if valeur and valeur["libelle"] else "Indicateur"
        if famille == "question":
            return self.questions[nom].intitule if nom in self.questions else "Question retirée"
        if nom in _BREFS:
            return _BREFS[nom]
        model, name = (Structure, reste) if famille == "structure" else (Dossier, nom)
        label = str(model._meta.get_field(name).verbose_name)
        return label[:1].upper() + label[1:]

    def _ligne(self, valeur):
        compte = self._compte(valeur.get("compte"))
        named = valeur.get("libelle") or compte
        return f"Ligne «{NBSP}{named}{NBSP}»" if named else "Ligne du budget"

    def _compte(self, compte):
        try:
            return self.plan.libelle(compte) if compte and self.plan else ""
        except KeyError:
            return compte

    def mots(self, nom, valeur):
        """One value as people read it: a text, or the list of texts a list holds."""
        if isinstance(valeur, list):
            code = {"quartiers": "identifiant", "communes": "insee"}.get(nom, "")
            return [self.noms.get((code, str(item)), str(item)) for item in valeur]
        if isinstance(valeur, bool):
            return "oui" if valeur else "non"
        if valeur in (None, ""):
            return ""
        match nom:
            case "montant_demande":
                return euros(valeur)
            case "part_qpv":
                return f"{valeur}{NBSP}%"
            case "date_debut" | "date_fin":
                return _date(valeur)
            case "contrat":
                return self.noms.get(("code", valeur), valeur)
            case "structure.type":
                return TypeStructure(valeur).label if valeur in TypeStructure.values else valeur
            case "structure.commune":
                return self.noms.get(("pk", str(valeur)), "Autre commune")
        question = self.questions.get(nom)
        if question and question.sorte == SorteQuestion.DATE:
            return _date(valeur)
        return nombre(valeur) if isinstance(valeur, int) else str(valeur)

    def changement(self, nom, avant, apres):
        """What became of a field: {"morceaux": …} for a text, {"elements": …} for a list, else {"echanges": …}."""
        if any(isinstance(value, dict) for value in (avant, apres)):
            return self._row(nom, avant, apres)
        if any(isinstance(value, list) for value in (avant, apres)):
            old, new = self.mots(nom, avant or []), self.mots(nom, apres or [])
            gone = [Morceau(RETRAIT, item) for item in old if item not in new]
            return {"elements": gone + [Morceau(AJOUT, item) for item in new if item not in old]}
        if all(isinstance(value, str | None) for value in (avant, apres)) and not self._is_whole(nom):
            morceaux = diff_words(avant or "", apres or "", self.allocation)
            return {"morceaux": morceaux, "fait": "texte remplacé" if _is_replaced(morceaux) else ""}
        return {"echanges": [Echange("", self.mots(nom, avant), self.mots(nom, apres))]}

    def _is_whole(self, nom):
        question = self.questions.get(nom)
        whole = {SorteQuestion.DATE, SorteQuestion.CHOIX, SorteQuestion.NOMBRE}
        return nom in _ENTIERS or (question is not None and question.sorte in whole)

    def _row(self, nom, avant, apres):
        parts = _LIGNE if nom.startswith("ligne.") else _INDICATEUR
        old, new = avant or {}, apres or {}
        found = [
            Echange(libelle, self._part(key, old.get(key)), self._part(key, new.get(key)))
            for key, libelle in parts.items()
            if old.get(key) != new.get(key)
        ]
        # Of a line that comes or goes, what it does not say is not told.
        changed = [item for item in found if item.avant or item.apres]
        return {
            "echanges": [item for item in changed if (avant and apres) or {item.avant, item.apres} != {"", "non"}],
            "fait": "" if avant and apres else "ajoutée" if apres else "retirée",
        }

    def _part(self, key, value):
        if value is None:
            return ""
        match key:
            case "montant":
                return euros(value)
            case "compte":
                return self._compte(value)
            case "is_obtenu":
                return "oui" if value else "non"
        return str(value)


def _is_replaced(morceaux):
    """True of a text longer than a paragraph of which hardly anything is left."""
    sizes = {sorte: sum(len(m.texte) for m in morceaux if m.sorte == sorte) for sorte in (PAREIL, AJOUT, RETRAIT)}
    folded = any(morceau.sorte == PLI for morceau in morceaux)
    return not folded and min(sizes[AJOUT], sizes[RETRAIT]) > max(300, 10 * sizes[PAREIL])


def _date(valeur):
    try:
        return jour(date.fromisoformat(valeur))
    except ValueError:
        return str(valeur)


# --- The story --------------------------------------------------------------------------------

TITRES = {
    SorteRetouche.FRAPPE: "",
    SorteRetouche.ECARTEE: "écrit en même temps, gardé à part",
    SorteRetouche.CHOIX: "choisi entre deux textes",
    SorteRetouche.RESTAURATION: "texte rétabli",
}


@dataclass(frozen=True)
class Recit:
    """One entry as told. `changement`: what `Lexique.changement` gives. `titre`: how it came, '' when it was typed."""

    retouche: Retouche
    libelle: str
    quand: str
    titre: str
    changement: dict

    @property
    def is_ecartee(self):
        return self.retouche.sorte == SorteRetouche.ECARTEE


def recits(rows, lexique, now=None):
    """The entries of these Retouche (with `by` read), as a list of Recit."""
    return [
        Recit(
            row,
            lexique.libelle(row.nom, row.apres or row.avant),
            quand(row.debut, row.fin, now),
            TITRES[row.sorte],
            lexique.changement(row.nom, row.avant, row.apres),
        )
        for row in rows
    ]


def filters_of(dossier, section, lexique):
    """What the story of a section is filtered by: ({field or family: label}, {key: name of a person}); two queries."""
    rows = Retouche.objects.filter(dossier=dossier, section=section).order_by()
    noms = {}
    for nom in rows.values_list("nom", flat=True).distinct():
        famille = nom.partition(".")[0]
        noms[famille if famille in FAMILLES else nom] = FAMILLES.get(famille) or lexique.libelle(nom)
    people = User.objects.filter(pk__in=rows.values("by")).order_by("nom", "prenom", "pk")
    return dict(sorted(noms.items(), key=lambda item: item[1])), {user.cle: user.get_full_name() for user in people}


def story(dossier, section, *, champ="", qui=""):
    """The entries of a section, latest first. `champ`: a field, or a family of rows; `qui`: the key of a person."""
    rows = Retouche.objects.filter(dossier=dossier, section=section).select_related("by").order_by("-fin", "-pk")
    if champ in FAMILLES:
        rows = rows.filter(nom__startswith=f"{champ}.")
    elif champ:
        rows = rows.filter(nom=champ)
    return rows.filter(by__cle=qui) if qui else rows
