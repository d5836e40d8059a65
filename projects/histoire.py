"""The story of a section as people read it: who, when, what, word by word; and what moved since their last visit."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import SequenceMatcher

from django.db.models import Case, F, Max, Q, When
from django.urls import reverse
from django.utils import timezone

from contrats.models import Commune, ContratDeVille, Quartier
from label.enums import SorteQuestion
from label.models import User
from label.templatetags.label_ui import JOURS, MOIS, NBSP, euros, heure, jour, nombre, pluriel
from projects.discussions import anchor_of
from projects.enums import Section, SorteRetouche, TypeStructure
from projects.fusion import words
from projects.lecture import PHRASES, libelle_for
from projects.models import Commentaire, Dossier, LibelleCompte, Passage, Piece, Retouche, Structure, Visite

# Away for longer, a person comes back: what moved meanwhile is told from there.
SEANCE = timedelta(minutes=30)

# --- Word by word -----------------------------------------------------------------------------

PAREIL, AJOUT, RETRAIT, PLI = "pareil", "ajout", "retrait", "pli"
# Unchanged words kept on each side of a change, and how many hidden ones are worth an ellipsis.
AUTOUR, REPLI = 12, 12
# Beyond that many words and blanks on both sides, a text is told as replaced: aligning them would take seconds.
COMPARES_MAX = 6_000


@dataclass(frozen=True)
class Morceau:
    """A run of a text: `sorte` among PAREIL, AJOUT, RETRAIT, PLI (unchanged words left out, `texte` is '')."""

    sorte: str
    texte: str = ""

    @property
    def visible(self):
        """The text, blanks alone made visible: a line added or removed is a change too."""
        if self.texte.strip():
            return self.texte
        return "¶" * self.texte.count("\n") + self.texte if "\n" in self.texte else "␣" * len(self.texte)


def diff_words(avant, apres):
    """What became of a text, as a list of Morceau in reading order; unchanged runs far from any change are folded."""
    old, new = words(avant), words(apres)
    runs = []
    for tag, i1, i2, j1, j2 in _opcodes(old, new):
        if tag == "equal":
            _add(runs, PAREIL, old[i1:i2])
        else:
            _add(runs, RETRAIT, old[i1:i2])
            _add(runs, AJOUT, new[j1:j2])
    runs = _sewn(runs)
    return [morceau for rank, run in enumerate(runs) for morceau in _shown_run(run, rank, len(runs))]


def _opcodes(old, new):
    """As `SequenceMatcher.get_opcodes`, what is common at both ends set apart first."""
    least = min(len(old), len(new))
    start = next((i for i in range(least) if old[i] != new[i]), least)
    stop = next((i for i in range(least - start) if old[-1 - i] != new[-1 - i]), least - start)
    middle, fresh = old[start : len(old) - stop], new[start : len(new) - stop]
    if len(middle) + len(fresh) > COMPARES_MAX:
        codes = [("replace", 0, len(middle), 0, len(fresh))]
    else:
        codes = SequenceMatcher(str.isspace, middle, fresh, autojunk=False).get_opcodes()
    return [
        ("equal", 0, start, 0, start),
        *((tag, start + i1, start + i2, start + j1, start + j2) for tag, i1, i2, j1, j2 in codes),
        ("equal", len(old) - stop, len(old), len(new) - stop, len(new)),
    ]


def _add(runs, sorte, tokens):
    if tokens:
        runs.append((sorte, list(tokens)))


def _sewn(runs):
    """Changes parted by a blank or a sign alone read as one: all that went, then all that came."""
    sewn, went, came, between = [], [], [], []
    for rank, (sorte, tokens) in enumerate(runs):
        if sorte == RETRAIT:
            went += between + tokens
            came += between
            between = []
        elif sorte == AJOUT:
            went += between
            came += between + tokens
            between = []
        elif (went or came) and rank + 1 < len(runs) and not any(re.match(r"\w", token) for token in tokens):
            between = tokens
        else:
            _add(sewn, RETRAIT, went)
            _add(sewn, AJOUT, came)
            went, came, between = [], [], []
            _add(sewn, PAREIL, tokens)
    _add(sewn, RETRAIT, went)
    _add(sewn, AJOUT, came)
    return sewn


def _shown_run(run, rank, total):
    sorte, tokens = run
    if sorte != PAREIL or total == 1:
        return [Morceau(sorte, "".join(tokens))]
    head = 0 if rank == 0 else AUTOUR
    tail = 0 if rank == total - 1 else AUTOUR
    if len(tokens) - head - tail < REPLI:
        return [Morceau(PAREIL, "".join(tokens))]
    shown = [
        Morceau(PAREIL, "".join(tokens[:head]).rstrip()),
        Morceau(PLI),
        Morceau(PAREIL, "".join(tokens[len(tokens) - tail :]).lstrip()),
    ]
    return [morceau for morceau in shown if morceau.texte or morceau.sorte == PLI]


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
_BREFS = {
    "engagement_honneur": "Attestation sur l’honneur",
    "engagement_cer": "Contrat d’engagement républicain",
    "engagement_donnees": "Information sur les données personnelles",
}
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
            return {"morceaux": diff_words(avant or "", apres or "")}
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


# --- Since the last visit ---------------------------------------------------------------------

# More than that, and the rest is behind a fold.
ANNONCEES = 8


@dataclass(frozen=True)
class Nouvelle:
    """One thing that moved: what, by whom (names, '' for the machine), when (aware datetime), where to go.

    `noms`: the fields it is about, as a tuple.
    """

    quoi: str
    qui: str
    quand: object
    url: str
    noms: tuple = ()


@dataclass(frozen=True)
class Depuis:
    """What moved since `visite` (aware datetime), latest first."""

    visite: object
    nouvelles: list

    @property
    def premieres(self):
        return self.nouvelles[:ANNONCEES]

    @property
    def autres(self):
        return self.nouvelles[ANNONCEES:]


def _since(dossier, user, now):
    """The end of this person's sitting before the present one, as rows of one column."""
    end = Case(When(at__lt=now - SEANCE, then=F("at")), default=F("precedente"))
    return Visite.objects.filter(dossier=dossier, user=user).annotate(fin_de_seance=end).values("fin_de_seance")


def changed_since(dossier, user, now=None):
    """The names of the fields others wrote in since this person's last visit, as a set; one query."""
    since = _since(dossier, user, now or timezone.now())
    rows = Retouche.objects.filter(dossier=dossier, fin__gt=since[:1]).exclude(by=user)
    return set(rows.exclude(sorte=SorteRetouche.ECARTEE).order_by().values_list("nom", flat=True).distinct())


def depuis(dossier, user, section=None, now=None):
    """What others did since this person's last visit, in one section or in all: a Depuis, or None on a first visit.

    Three queries for a section, five for a dossier, one on a first visit.
    """
    now = now or timezone.now()
    visite = _since(dossier, user, now).values_list("fin_de_seance", flat=True).first()
    if visite is None:
        return None
    found = _written(dossier, user, visite, section) + _said(dossier, user, visite, section)
    if section in {None, Section.PIECES}:
        found += _joined(dossier, user, visite)
    if section is None:
        found += _moved(dossier, user, visite)
    return Depuis(visite, sorted(found, key=lambda nouvelle: nouvelle.quand, reverse=True))


def _page(dossier, section, anchor=""):
    url = reverse("projects:section_edit", args=[dossier.cle, section])
    return f"{url}#{anchor}" if anchor else url


def _in(dossier, section):
    return Q(dossier=dossier) if section is None else Q(dossier=dossier, section=section)


def _full_name(prenom, nom):
    return f"{prenom} {nom}".strip()


def _written(dossier, user, visite, section):
    rows = Retouche.objects.filter(_in(dossier, section), fin__gt=visite).exclude(by=user)
    rows = rows.exclude(sorte=SorteRetouche.ECARTEE).order_by().values_list("section", "nom", "by__prenom", "by__nom")
    labels = Lexique(dossier, questions={f"question.{q.pk}": q for q in dossier.edition.questions.all()})
    groups = {}
    for code, nom, prenom, name, fin in rows.annotate(fin_max=Max("fin")):
        famille = nom.partition(".")[0]
        group = groups.setdefault((code, famille if famille in FAMILLES else nom), {"noms": set(), "qui": {}})
        group["noms"].add(nom)
        group["qui"][_full_name(prenom, name)] = max(fin, group["qui"].get(_full_name(prenom, name), fin))
    return [
        Nouvelle(
            _said_of(key, len(group["noms"]), labels),
            ", ".join(sorted(group["qui"], key=group["qui"].get, reverse=True)),
            max(group["qui"].values()),
            _page(dossier, code, "" if key in FAMILLES else anchor_of(key)),
            tuple(sorted(group["noms"])),
        )
        for (code, key), group in groups.items()
    ]


def _said_of(key, number, labels):
    forms = {"ligne": "ligne du budget,lignes du budget", "indicateur": "indicateur,indicateurs"}
    return pluriel(number, forms[key]) if key in forms else labels.libelle(key)


def _said(dossier, user, visite, section):
    rows = Commentaire.objects.visible_to(user, dossier).filter(_in(dossier, section), created_at__gt=visite)
    groups = {}
    rows = rows.exclude(auteur=user).order_by("-created_at")
    for code, at, prenom, name in rows.values_list("section", "created_at", "auteur__prenom", "auteur__nom"):
        groups.setdefault(code, []).append((at, _full_name(prenom, name)))
    return [
        Nouvelle(
            f"{pluriel(len(found), 'commentaire,commentaires')} sur «{NBSP}{Section(code).label}{NBSP}»",
            ", ".join(dict.fromkeys(name for _, name in found)),
            found[0][0],
            _page(dossier, code, "commentaires"),
        )
        for code, found in groups.items()
    ]


def _joined(dossier, user, visite):
    rows = Piece.objects.filter(dossier=dossier).filter(Q(created_at__gt=visite) | Q(remplacee_at__gt=visite))
    found = []
    for piece in rows.select_related("by", "remplacee_by"):
        if piece.created_at > visite and piece.by_id != user.pk:
            found.append(("joint", piece.by, piece.created_at, piece))
        if piece.remplacee_at and piece.remplacee_at > visite and piece.remplacee_by_id not in {None, user.pk}:
            found.append(("retiré ou remplacé", piece.remplacee_by, piece.remplacee_at, piece))
    url = _page(dossier, Section.PIECES.value)
    return [
        Nouvelle(f"Fichier «{NBSP}{piece.nom}{NBSP}» {fait}", qui.get_full_name(), at, url)
        for fait, qui, at, piece in found
    ]


def _moved(dossier, user, visite):
    rows = Passage.objects.known_to(user, dossier).filter(at__gt=visite).exclude(by=user).select_related("by")
    url = reverse("projects:dossier_detail", args=[dossier.cle]) + "#journal"
    return [
        Nouvelle(
            PHRASES.get(row.transition) or libelle_for(row.vers, dossier, user),
            row.by.get_full_name() if row.by else "",
            row.at,
            url,
        )
        for row in rows
    ]
