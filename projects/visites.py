"""What moved in a dossier since a person last had it open: fields, comments, files, moves."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, F, Max, Q, When
from django.urls import reverse
from django.utils import timezone

from label.templatetags.label_ui import NBSP, pluriel
from projects.connu import phrase_of, told
from projects.discussions import anchor_of
from projects.enums import Section, SorteRetouche
from projects.histoire import FAMILLES, Lexique
from projects.models import Commentaire, Passage, Piece, Retouche, Visite

# Away for longer, a person comes back: what moved meanwhile is told from there.
SEANCE = timedelta(minutes=30)
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


def depuis(dossier, user, section=None, now=None):
    """What others did since this person's last visit, in one section or in all: a Depuis, or None on a first visit.

    Three queries for a section, five for a dossier, one on a first visit.
    """
    now = now or timezone.now()
    end = Case(When(at__lt=now - SEANCE, then=F("at")), default=F("precedente"))
    visite = Visite.objects.filter(dossier=dossier, user=user).values_list(end, flat=True).first()
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
    rows = Passage.objects.filter(dossier=dossier, at__gt=visite).known_to(user).exclude(by=user).select_related("by")
    url = reverse("projects:dossier_detail", args=[dossier.cle]) + "#journal"
    return [
        Nouvelle(
            phrase_of(told(row), dossier, user),
            row.by.get_full_name() if row.by else "",
            row.at,
            url,
        )
        for row in rows
    ]
