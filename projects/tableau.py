"""What is expected now of those who write and follow dossiers."""

from label.models import Edition
from label.tableau import panel
from projects.dossier.completude import missing_for, prefetch_completude
from projects.dossier.lecture import summary
from projects.enums import AVANT_DEPOT, REDACTION, TONS, Droit, Statut
from projects.models import DemandeAdhesion, Dossier, IdeeEnAttente, Partage, Structure
from projects.models.dossier import JOURS_A_RISQUE
from projects.rules import contrats_of, is_a_chef, is_a_membre, is_an_invite, structures_led_by
from projects.structure.adhesion import unanswered


def _resumes(dossiers, user):
    """Each dossier with its `resume` and what is missing; `read_by` and `prefetch_completude` have been asked."""
    for dossier in dossiers:
        asked = dossier.statut_lu == Statut.CO_ELABORATION and dossier.bouge_par == "ask_visa"
        is_draft = dossier.statut_lu in AVANT_DEPOT
        dossier.manques = missing_for(dossier) if dossier.statut_lu in REDACTION else []
        dossier.resume = summary(
            dossier,
            user,
            Statut(dossier.statut_lu),
            dossier.manques,
            echeance=dossier.echeance if is_draft else None,
            visa_asked=asked,
        )
    return dossiers


@panel(10)
def porteur(request):
    """My dossiers: those that wait for me first, then where the others stand."""
    user = request.user
    if not user.has_perm("projects.send_idee") or not is_a_membre.test(user):
        return None
    mine = prefetch_completude(Dossier.objects.of_member(user).read_by(user))
    recents = _resumes(list(mine.order_by("-edition__annee", "-updated_at", "pk")[:12]), user)
    return {
        "template": "projects/tableau/porteur.html",
        "a_moi": [dossier for dossier in recents if dossier.resume["a_vous"]],
        "autres": [dossier for dossier in recents if not dossier.resume["a_vous"]],
        "structures": Structure.objects.of_member(user).distinct(),
    }


@panel(5)
def a_repondre(request):
    """Somebody asks to join my structure; an idea arrived for my contrat while no édition is announced."""
    user = request.user
    if not user.is_authenticated:
        return None
    demandes, idees = [], []
    if user.is_agent:
        asked = unanswered().exclude(user=user).filter(structure__in=Structure.objects.visible_to(user))
        demandes = list(asked.select_related("user", "structure"))
    elif led := structures_led_by(user):
        asked = DemandeAdhesion.objects.filter(decided_at=None, structure__in=led)
        demandes = list(asked.select_related("user", "structure"))
    if contrats := contrats_of(user):
        idees = list(IdeeEnAttente.objects.waiting().filter(contrat__in=contrats).select_related("structure"))
    elif user.is_pilote:
        idees = list(IdeeEnAttente.objects.waiting().filter(contrat=None).select_related("structure"))
    if not demandes and not idees:
        return None
    return {"template": "projects/tableau/a_repondre.html", "demandes": demandes, "idees": idees}


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
    """My contrats: ideas to answer, drafts to read, drafts that may miss the deadline."""
    user = request.user
    if not is_a_chef.test(user):
        return None
    mine = Dossier.objects.of_chef(user).read_by(user).select_related("structure", "contrat", "edition")
    risques = list(mine.filter(statut_lu__in=REDACTION).at_risk().order_by("echeance", "titre", "pk")[:10])
    for dossier in risques:
        dossier.libelle = Statut(dossier.statut_lu).label
        dossier.ton = TONS[dossier.statut_lu]
    return {
        "template": "projects/tableau/chef.html",
        "idees": list(mine.filter(statut_lu=Statut.IDEE).order_by("created_at", "pk")),
        "visas": list(mine.filter(statut_lu=Statut.CO_ELABORATION, bouge_par="ask_visa").order_by("bouge_at", "pk")),
        "risques": risques,
        "jours_a_risque": JOURS_A_RISQUE,
        "en_cours": mine.filter(statut_lu__in=REDACTION).count(),
        "deposes": mine.deposited().in_edition(Edition.objects.current()).count(),
    }
