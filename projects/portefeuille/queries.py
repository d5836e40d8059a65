"""The portfolio of a chef de projet: his dossiers by stage, what moved since his last visit, which ones run late."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Case, CharField, Count, F, FilteredRelation, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone

from ecriture.models import Commentaire, Retouche, Visite
from label.models import Edition
from label.recherche import fold
from label.templatetags.label_ui import heure, jour, nom_du_jour, pluriel
from projects.champs.entree import Sorte
from projects.champs.table import CHAMPS
from projects.dossier.completude import missing_for, prefetch_completude
from projects.dossier.connu import libelle_for
from projects.dossier.visa import DEMANDE_LUE
from projects.enums import AVANT_DEPOT, REDACTION, TONS, Statut
from projects.models import Dossier, Passage, Piece
from projects.models.dossier import JOURS_A_RISQUE

# The stages, in the order of the path: (words, statuts as this person may know them).
ETAPES = {
    "idees": ("Idées à recevoir", [Statut.IDEE]),
    "ecriture": ("Écriture à deux", [Statut.CO_ELABORATION]),
    "visa": ("Visa demandé", []),
    "prets": ("Prêts à déposer", [Statut.PRET]),
    "deposes": ("Déposés", [Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION]),
    "jury": ("Devant le jury", [Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE]),
    "attente": ("Liste d’attente", [Statut.RESERVE]),
    "laureats": ("Lauréats", [Statut.LAUREAT]),
    "termines": ("Terminés sans label", []),
}
A_VOUS = frozenset({"idees", "visa"})

# A draft is at risk in its last `JOURS_A_RISQUE` days when so many points are missing…
MANQUES_NOMBREUX = 5
# … in the last days as soon as one is, and at any time when nothing has moved for so long.
DERNIERS_JOURS, JOURS_SANS_MOUVEMENT = 3, 14

# Texts that a list of dossiers does not show.
LONGS = [champ.nom for champ in CHAMPS if champ.modele is Dossier and champ.sorte == Sorte.TEXTE]


@dataclass(frozen=True)
class Nouveautes:
    """What others did in a dossier since `depuis`, the aware datetime of the last visit (None: never opened)."""

    depuis: datetime | None
    champs: int = 0
    commentaires: int = 0
    pieces: int = 0
    mouvements: int = 0

    @property
    def total(self):
        return self.champs + self.commentaires + self.pieces + self.mouvements

    def __str__(self):
        counted = (
            (self.champs, "champ,champs"),
            (self.commentaires, "commentaire,commentaires"),
            (self.pieces, "pièce,pièces"),
            (self.mouvements, "étape,étapes"),
        )
        return ", ".join(pluriel(n, words) for n, words in counted if n) or "rien de nouveau"

    @property
    def depuis_quand(self):
        """«depuis mardi», «depuis le 12 juin 2027», «jamais ouvert»."""
        if self.depuis is None:
            return "jamais ouvert"
        days = (timezone.localdate() - timezone.localdate(self.depuis)).days
        if days <= 0:
            return f"depuis {heure(self.depuis)}"
        if days == 1:
            return "depuis hier"
        if days < 7:
            return f"depuis {nom_du_jour(self.depuis)}"
        return f"depuis le {jour(self.depuis)}"


@dataclass(frozen=True)
class LignePortefeuille:
    """One dossier of the portfolio. `age`, `jours`: whole days since its last move, until its deadline (or None)."""

    dossier: Dossier
    etape: str
    libelle: str
    ton: str
    age: int
    nouveautes: Nouveautes
    jours: int | None = None
    manques: list = field(default_factory=list)
    raisons: list = field(default_factory=list)

    @property
    def a_vous(self):
        return self.etape in A_VOUS

    @property
    def etape_libelle(self):
        return ETAPES[self.etape][0]


def portfolio(user, now=None):
    """The dossiers this person follows today as chef de projet, each with `etape` and `dernier_at`, its last move."""
    asked = When(DEMANDE_LUE, then=Value("visa"))
    stages = [When(statut_lu__in=statuts, then=Value(code)) for code, (_, statuts) in ETAPES.items() if statuts]
    return (
        Dossier.objects.of_chef(user)
        .read_by(user, now)
        .annotate(
            etape=Case(asked, *stages, default=Value("termines"), output_field=CharField()),
            # Once deposited, what the EPT does behind the scenes touches the row: only what is told counts.
            dernier_at=Greatest(
                "created_at",
                Case(When(statut__in=AVANT_DEPOT, then=F("updated_at"))),
                "bouge_at",
                _last(Retouche, "ecrit__dossier", "fin"),
                _last(Commentaire, "ecrit__dossier", "created_at"),
                _last(Piece, "dossier", "created_at"),
            ),
        )
    )


def current(rows):
    """Those of a `portfolio` that are shown when no year is asked: the current édition and after."""
    edition = Edition.objects.current()
    return rows.filter(edition__annee__gte=edition.annee) if edition else rows


def stages(user):
    """How many of the current ones stand at each stage, {code: n}; one query beside the édition's."""
    rows = current(portfolio(user)).order_by().values_list("etape")
    return dict(rows.annotate(n=Count("pk")))


def _last(model, lien, moment):
    rows = model.objects.filter(**{lien: OuterRef("pk")}).order_by().values(lien)
    return Subquery(rows.annotate(dernier=Max(moment)).values("dernier"))


def lignes(dossiers, user, now=None):
    """The rows of a `portfolio` queryset as a list of `LignePortefeuille`, in a constant number of queries."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    rows = list(
        dossiers.select_related("structure", "contrat", "edition").defer(
            "contrat__contour", "contrat__importe", "recherche", "structure__recherche", *LONGS
        )
    )
    news = moved_since_visit(rows, user)
    writing = [row.pk for row in rows if row.statut_lu in REDACTION]
    missing = {row.pk: missing_for(row) for row in prefetch_completude(Dossier.objects.filter(pk__in=writing))}
    found = []
    for row in rows:
        age = (today - timezone.localdate(row.dernier_at)).days
        is_draft = row.statut_lu in AVANT_DEPOT
        jours = (timezone.localdate(row.echeance) - today).days if is_draft else None
        manques = missing.get(row.pk, [])
        found.append(
            LignePortefeuille(
                dossier=row,
                etape=row.etape,
                libelle=libelle_for(row.statut_lu, row, user),
                ton=TONS[row.statut_lu],
                age=age,
                nouveautes=news[row.pk],
                jours=jours,
                manques=manques,
                raisons=reasons(len(manques), jours, age) if row.pk in missing else [],
            )
        )
    return found


def reasons(manques, jours, age):
    """Why a draft is at risk, as French sentences; none when it is not.

    `manques`: how many points are missing; `jours`: whole days left; `age`: whole days since anything moved.
    """
    found = []
    if (jours <= JOURS_A_RISQUE and manques >= MANQUES_NOMBREUX) or (jours <= DERNIERS_JOURS and manques):
        when = f"à {pluriel(jours, 'jour,jours')} de la date limite" if jours else "et c’est le dernier jour"
        found.append(f"reste {pluriel(manques, 'réponse,réponses')} {when}")
    if age >= JOURS_SANS_MOUVEMENT:
        found.append(f"rien n’a bougé depuis {pluriel(age, 'jour,jours')}")
    return found


def moved_since_visit(dossiers, user):
    """{pk: Nouveautes}: what others did in each dossier since this person had it open."""
    pks = {dossier.ecrit_id: dossier.pk for dossier in dossiers}
    visites = Visite.objects.filter(ecrit__in=pks, user=user)
    seen = {pks[ecrit]: at for ecrit, at in visites.values_list("ecrit", "at")}
    counted = defaultdict(dict)

    def count(name, rows, ecrit, moment, author, what="pk", **options):
        # Joined: a subquery would look for the visit, among all those of the portfolio, at each row.
        visit = FilteredRelation(f"{ecrit}__visites", condition=Q(**{f"{ecrit}__visites__user": user}))
        since = Q(visite__at=None) | Q(**{f"{moment}__gt": F("visite__at")})
        mine = Q(**{author: user})
        fresh = rows.alias(visite=visit).filter(since, ~mine | Q(**{author: None}), **{f"{ecrit}__in": pks})
        for key, n in fresh.order_by().values(ecrit).annotate(n=Count(what, **options)).values_list(ecrit, "n"):
            counted[pks[key]][name] = n

    count("champs", Retouche.objects, "ecrit", "fin", "by", "nom", distinct=True)
    # A chef de projet reads all that is said of his dossiers.
    count("commentaires", Commentaire.objects, "ecrit", "created_at", "auteur")
    count("pieces", Piece.objects.filter(remplacee_at=None), "dossier__ecrit", "created_at", "by")
    count("mouvements", Passage.objects.known_to(user), "dossier__ecrit", "lu_le", "by")
    return {pk: Nouveautes(seen.get(pk), **counted[pk]) for pk in pks.values()}


def counts(found):
    """How many lines at each stage: {code: n}."""
    return Counter(ligne.etape for ligne in found)


# What the list may be sorted by: (heading, key of a LignePortefeuille).
LOIN = 36_500  # days: what has no deadline comes after what has one
TRIS = {
    "projet": ("Projet", lambda ligne: fold(str(ligne.dossier))),
    "etape": ("Étape", lambda ligne: list(ETAPES).index(ligne.etape)),
    "manques": ("Ce qui manque", lambda ligne: len(ligne.manques)),
    "nouveau": ("Depuis votre visite", lambda ligne: ligne.nouveautes.total),
    "mouvement": ("Dernier mouvement", lambda ligne: -ligne.age),
    "echeance": ("Date limite", lambda ligne: LOIN if ligne.jours is None else ligne.jours),
}


def ordered(found, tri=""):
    """The lines sorted by a key of TRIS («-» before it: the other way); by default what waits for the reader first."""
    echeance, projet = TRIS["echeance"][1], TRIS["projet"][1]
    rows = sorted(found, key=lambda ligne: (not ligne.a_vous, not ligne.raisons, echeance(ligne), projet(ligne)))
    if tri.removeprefix("-") in TRIS:
        rows.sort(key=TRIS[tri.removeprefix("-")][1], reverse=tri.startswith("-"))
    return rows
