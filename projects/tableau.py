"""What is expected now of those who write and follow dossiers."""

from django.db.models import Case, Value, When
from django.utils import timezone

from label.tableau import panel
from label.templatetags.label_ui import accord
from projects.dossier.completude import prefetch_completude
from projects.dossier.connu import libelle_for
from projects.dossier.visa import DEMANDE_LUE
from projects.enums import REDACTION, TONS, Droit, Statut
from projects.fil.registre import cartes_du_moment, ce_qui_attend
from projects.models import Dossier, Partage, Structure
from projects.models.dossier import JOURS_A_RISQUE
from projects.portefeuille.queries import ETAPES, stages
from projects.rules import is_a_chef, is_a_membre, is_an_invite

# What is said of one dossier of a stage, where it is not what is said of several.
UN_SEUL = {
    "idees": "idée à recevoir",
    "prets": "prêt à déposer",
    "deposes": "déposé",
    "laureats": "lauréat",
    "termines": "terminé sans label",
}
# What the dashboard lists; the rest has a page of its own.
PREMIERES = 5


@panel(0)
def a_faire(request):
    """The first things to do, on every floor."""
    if not request.user.is_authenticated:
        return None
    attend = ce_qui_attend(request.user, timezone.now())
    # A chef de projet is told that nothing waits: others are told of their dossiers themselves.
    if not attend and not is_a_chef.test(request.user):
        return None
    return {
        "template": "projects/tableau/a_faire.html",
        "choses": attend[:PREMIERES],
        "autres": len(attend) - PREMIERES,
    }


@panel(10)
def porteur(request):
    """My dossiers: where each stands, in the words of its card."""
    user = request.user
    if not user.has_perm("projects.send_idee") or not is_a_membre.test(user):
        return None
    now = timezone.now()
    mine = prefetch_completude(Dossier.objects.of_member(user).read_by(user, now))
    dossiers = list(mine.order_by("-edition__annee", "-updated_at", "pk")[:12])
    cartes = cartes_du_moment(dossiers, user, now)
    for dossier in dossiers:
        dossier.carte = cartes[dossier.pk][0]
        dossier.libelle = dossier.carte.libelle or libelle_for(Statut(dossier.statut_lu), dossier, user)
        dossier.ton = TONS[dossier.statut_lu]
    return {
        "template": "projects/tableau/porteur.html",
        "dossiers": dossiers,
        "structures": Structure.objects.of_member(user).distinct(),
    }


@panel(15)
def invite(request):
    """The dossiers of others I was let into: what I may do there, where they stand."""
    user = request.user
    if not is_an_invite.test(user):
        return None
    shared = Dossier.objects.shared_with(user).read_by(user).select_related("structure", "edition", "contrat")
    dossiers = list(shared.order_by("-edition__annee", "-updated_at", "pk")[:12])
    droits = dict(Partage.objects.current().filter(user=user, dossier__in=dossiers).values_list("dossier", "droit"))
    for dossier in dossiers:
        dossier.libelle = Statut(dossier.statut_lu).label
        dossier.ton = TONS[dossier.statut_lu]
        dossier.droit = Droit(droits[dossier.pk]).label
        dossier.is_brouillon = dossier.statut_lu in REDACTION
    return {"template": "projects/tableau/partages.html", "dossiers": dossiers}


@panel(20)
def chef_de_projet(request):
    """My contrats: how many ideas and drafts, those that may miss the deadline, the first that wait for somebody."""
    user, now = request.user, timezone.now()
    if not is_a_chef.test(user):
        return None
    mine = (
        Dossier.objects.visible_to(user)
        .of_chef(user)
        .read_by(user, now)
        .select_related("structure", "contrat", "edition")
    )
    risques = list(mine.filter(statut_lu__in=REDACTION).at_risk().order_by("echeance", "titre", "pk")[:10])
    for dossier in risques:
        dossier.libelle = Statut(dossier.statut_lu).label
        dossier.ton = TONS[dossier.statut_lu]
    counted = {"idees": 0, "ecriture": 0, "deposes": 0} | stages(user)
    return {
        "template": "projects/tableau/chef.html",
        "risques": risques,
        "jours_a_risque": JOURS_A_RISQUE,
        "suivis": _suivis(user, now, {dossier.pk for dossier in risques}),
        "etapes": [(code, _said(code, counted[code]), counted[code]) for code in ETAPES if code in counted],
    }


def _said(code, nombre):
    """The words of a stage beside how many dossiers stand there."""
    return accord(nombre, f"{UN_SEUL.get(code, ETAPES[code][0].lower())},{ETAPES[code][0].lower()}")


def _suivis(user, now, shown):
    """The first dossiers of this chef de projet that wait for somebody, each with its `carte`, but those `shown`.

    What waits for him is said by `a_faire`: here are those of others, the nearest date first.
    """
    rang = Case(
        When(statut_lu=Statut.A_COMPLETER, then=Value(0)),
        When(statut_lu=Statut.ADMIS, then=Value(1)),
        When(bouge_par="return_visa", then=Value(2)),
        default=Value(3),
    )
    waiting = (*REDACTION, Statut.A_COMPLETER, Statut.ADMIS)
    mine = (
        Dossier.objects.visible_to(user)
        .of_chef(user)
        .read_by(user, now)
        .filter(statut_lu__in=waiting)
        .exclude(DEMANDE_LUE)
    )
    rows = prefetch_completude(mine.exclude(pk__in=shown)).order_by(rang, "rouvert_jusqu_au", "echeance", "titre", "pk")
    dossiers = list(rows[:PREMIERES])
    cartes = cartes_du_moment(dossiers, user, now)
    for dossier in dossiers:
        dossier.carte = cartes[dossier.pk][0]
    return dossiers
