"""The cards of this floor on the signed-in dashboard."""

from django.utils import timezone

from label.tableau import panel
from laureats.a_faire import A_PAYER_DANS, editions_to_vote, versements_dus
from laureats.laureat.mosaique import mosaique
from laureats.models import Laureat
from laureats.vote.actions import with_vote
from projects.models import Membre
from projects.rules import is_a_membre


@panel(5)
def mon_laureat(request):
    """A porteur's project is laureate: the news, and the payments, which are looked for long after."""
    if not is_a_membre.test(request.user):
        return None
    structures = Membre.objects.current().filter(user=request.user).values("structure")
    laureats = (
        Laureat.objects.filter(dossier__structure__in=structures, edition__published_at__isnull=False)
        .select_related("edition", "dossier")
        .prefetch_related("versements")
    )
    laureats = list(laureats)
    for laureat in laureats:
        laureat.tuiles = mosaique(laureat.cle)
    return {"template": "laureats/tableau/laureat.html", "laureats": laureats} if laureats else None


@panel(30)
def vote_a_enregistrer(request):
    """The jury has closed: the vote, then the publication, wait for the pilote."""
    if not request.user.is_pilote:
        return None
    editions = list(editions_to_vote())
    return {"template": "laureats/tableau/vote.html", "editions": with_vote(editions)} if editions else None


@panel(70)
def versements_a_suivre(request):
    """Payments whose day has come, or comes within `A_PAYER_DANS`."""
    if not request.user.is_pilote:
        return None
    dus, adresse = versements_dus(request.user, timezone.now())
    nombre = dus.count()
    if not nombre:
        return None
    return {
        "template": "laureats/tableau/versements.html",
        "nombre": nombre,
        "total": dus.total(),
        "delai": A_PAYER_DANS,
        "adresse": adresse,
    }
