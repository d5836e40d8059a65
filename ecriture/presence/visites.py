"""What moved in a thing since a person last had it open: fields, comments, and what its declaration adds."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, F, Max, Q, When
from django.utils import timezone

from ecriture.declaration import declaration_of
from ecriture.enums import SorteRetouche
from ecriture.lexique import Lexique
from ecriture.models import Commentaire, Retouche, Visite
from label.templatetags.label_ui import NBSP, pluriel

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


def depuis(objet, user, section=None, now=None):
    """What others did since this person's last visit, in one section or in all: a Depuis, or None on a first visit.

    One query on a first visit, then one for the fields, one for the comments, and those of the declaration.
    """
    now = now or timezone.now()
    end = Case(When(at__lt=now - SEANCE, then=F("at")), default=F("precedente"))
    visite = Visite.objects.filter(ecrit=objet.ecrit_id, user=user).values_list(end, flat=True).first()
    if visite is None:
        return None
    found = _written(objet, user, visite, section) + _said(objet, user, visite, section)
    found += declaration_of(objet).nouvelles(objet, user, visite, section)
    return Depuis(visite, sorted(found, key=lambda nouvelle: nouvelle.quand, reverse=True))


def _page(objet, section, anchor=""):
    url = declaration_of(objet).address("section_edit", objet, section)
    return f"{url}#{anchor}" if anchor else url


def _in(section):
    return Q() if section is None else Q(section=section)


def _full_name(prenom, nom):
    return f"{prenom} {nom}".strip()


def _written(objet, user, visite, section):
    rows = Retouche.objects.filter(_in(section), ecrit=objet.ecrit_id, fin__gt=visite).exclude(by=user)
    rows = rows.exclude(sorte=SorteRetouche.ECARTEE).order_by().values_list("section", "nom", "by__prenom", "by__nom")
    lexique, groups = Lexique(objet), {}
    for code, nom, prenom, name, fin in rows.annotate(fin_max=Max("fin")):
        group = groups.setdefault((code, lexique.cle(nom)), {"noms": set(), "qui": {}})
        group["noms"].add(nom)
        group["qui"][_full_name(prenom, name)] = max(fin, group["qui"].get(_full_name(prenom, name), fin))
    return [_nouvelle(lexique, code, cle, group) for (code, cle), group in groups.items()]


def _nouvelle(lexique, code, cle, group):
    kind = lexique.kind(cle)
    return Nouvelle(
        pluriel(len(group["noms"]), kind.compte) if kind.ensemble else lexique.libelle(cle),
        ", ".join(sorted(group["qui"], key=group["qui"].get, reverse=True)),
        max(group["qui"].values()),
        _page(lexique.objet, code, "" if kind.ensemble else kind.ancre(cle)),
        tuple(sorted(group["noms"])),
    )


def _said(objet, user, visite, section):
    rows = Commentaire.objects.visible_to(user, objet).filter(_in(section), created_at__gt=visite)
    groups, Section = {}, declaration_of(objet).Section
    rows = rows.exclude(auteur=user).order_by("-created_at")
    for code, at, prenom, name in rows.values_list("section", "created_at", "auteur__prenom", "auteur__nom"):
        groups.setdefault(code, []).append((at, _full_name(prenom, name)))
    return [
        Nouvelle(
            f"{pluriel(len(found), 'commentaire,commentaires')} sur «{NBSP}{Section(code).label}{NBSP}»",
            ", ".join(dict.fromkeys(name for _, name in found)),
            found[0][0],
            _page(objet, code, "commentaires"),
        )
        for code, found in groups.items()
    ]
