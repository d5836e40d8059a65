"""The queue of instruction: which dossiers, in which tabs, and the narrow rows the list and its exports show."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, Trim
from django.utils import timezone

from instruction.models import Avis, DemandeComplement
from label.minute import minute_of
from projects.depot.silence_lu import silence_read
from projects.enums import AVANT_DEPOT, SANS_DEPOT, Statut
from projects.models import Depot, Dossier, Membre, suspensions_of
from projects.silence import is_attendue

# What is still to be done at the EPT.
A_FAIRE = [Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION]
# The tabs, in order: value in the address, words, statuts.
VUES = {
    "a_faire": ("À traiter", A_FAIRE),
    "a_examiner": ("À examiner", [Statut.DEPOSE]),
    "complements": ("Compléments en attente", [Statut.A_COMPLETER]),
    "en_instruction": ("En instruction", [Statut.EN_INSTRUCTION]),
    "admis": ("Admis", [Statut.ADMIS]),
}
STATUTS = [statut for statut in Statut if statut not in AVANT_DEPOT | SANS_DEPOT]
# When a dossier was deposited: its first version.
received = Depot.objects.filter(dossier=OuterRef("pk"))
DEPOSE_LE = Subquery(received.filter(rang=1).values("at"))


def late_complements(now=None):
    """Requests left unanswered past their date; to be used on the dossiers that still await one."""
    return DemandeComplement.objects.filter(answered_at=None, echeance__lt=minute_of(now or timezone.now()))


def late_avis(today=None):
    """Opinions asked, not given, whose date has passed; they are late on the dossiers still to be worked on."""
    return Avis.objects.pending().filter(echeance__lt=today or timezone.localdate())


def is_complement_late(now=None):
    """A condition on dossiers: an answer is awaited and its date has passed."""
    return Q(statut=Statut.A_COMPLETER) & Exists(late_complements(now).filter(dossier=OuterRef("pk")))


def is_avis_late(today=None):
    """A condition on dossiers: a partner has not answered in time."""
    return Q(statut__in=A_FAIRE) & Exists(late_avis(today).filter(dossier=OuterRef("pk")))


def with_lateness(dossiers):
    """These dossiers, each with `complement_retard` and `avis_retard`: what the filter and the dashboard call late."""
    return dossiers.annotate(complement_retard=is_complement_late(), avis_retard=is_avis_late())


def queue(user):
    """The deposited dossiers this agent may work on: all, but those of a structure the agent belongs to."""
    own = Membre.objects.current().filter(user=user).values_list("structure_id", flat=True)
    received = Dossier.objects.visible_to(user).filter(statut__in=STATUTS)
    # Read apart: an agent seldom belongs to a structure, and the plain list is the fast one.
    return received.exclude(structure__in=list(own)) if own else received


def counts(dossiers):
    """How many of these dossiers stand in each statut, as {statut: number}; one query."""
    return dict(dossiers.order_by().values_list("statut").annotate(nombre=Count("pk")))


def rows(dossiers):
    """What a line of the queue shows, as dicts; the frozen content and the texts are not read."""
    # Once decided, a dossier awaits an opinion until its date, and no later.
    in_time = Avis.objects.pending().filter(dossier=OuterRef("pk"), echeance__gte=timezone.localdate())
    nom = Trim(Concat("instruction__instructeur__prenom", Value(" "), "instruction__instructeur__nom"))
    late = with_lateness(dossiers)
    return late.annotate(
        depose_le=DEPOSE_LE,
        suspensions=suspensions_of("pk"),
        versions=Subquery(received.order_by("-rang").values("rang")[:1]),
        instructeur=nom,
        reponse_avant=Subquery(
            DemandeComplement.objects.filter(dossier=OuterRef("pk"), answered_at=None).values("echeance")[:1],
            output_field=DateTimeField(),
        ),
        qpv=ArraySubquery(
            Dossier.quartiers.through.objects.filter(dossier=OuterRef("pk"))
            .order_by("quartier__recherche")
            .values("quartier__nom")
        ),
        avis_attendu=Exists(in_time) | Q(avis_retard=True),
    ).values(
        "pk",
        "cle",
        "numero",
        "titre",
        "statut",
        "montant_demande",
        "depose_le",
        "suspensions",
        "versions",
        "instructeur",
        "reponse_avant",
        "qpv",
        "complement_retard",
        "avis_attendu",
        "avis_retard",
        published_at=F("edition__published_at"),
        structure_nom=F("structure__nom"),
        contrat_nom=F("contrat__nom"),
        montant_propose=F("instruction__montant_propose"),
    )


def rejet_of(row):
    """The date on which silence means rejection, of one of the `rows`; None once answered, or never deposited."""
    if not row["depose_le"] or not is_attendue(row["statut"], row["published_at"]):
        return None
    return silence_read(row["depose_le"], row["suspensions"]).le


def version_of(row):
    """Which text one of the `rows` shows: the last version received, or what is being written after it."""
    version = f"version {row['versions']}"
    return f"Version de travail, après la {version}" if row["statut"] == Statut.A_COMPLETER else version.capitalize()


def page_rows(page):
    """The rows of one page (a slice of dossiers), in its order: the page is found first, then alone made complete."""
    pks = list(page.values_list("pk", flat=True))
    found = {row["pk"]: row for row in rows(Dossier.objects.filter(pk__in=pks).order_by())}
    return [found[pk] for pk in pks]
