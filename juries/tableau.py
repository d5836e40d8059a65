"""What the jury expects of a person now."""

from django.db.models import Count, Q
from django.utils import timezone

from juries.a_faire import jury_of
from juries.declaration.queries import undeclared
from juries.models import Audition
from juries.quorum import ballots_to_finish
from juries.rules import seat_of
from label.tableau import panel
from projects.enums import Statut
from projects.models import Deport, Dossier


@panel(30)
def jure(request):
    """A member: links to declare, auditions to come, ballots to finish."""
    if not request.user.has_perm("juries.enter_jury") or (jury := jury_of(request.user)) is None:
        return None
    seat = seat_of(request.user, jury)
    if seat is None:
        return None
    prochaines = (
        Audition.objects.heard_by(request.user)
        .devant_le_jury()
        .dites()
        .filter(seance__jury=jury, dit_fin__gte=timezone.now())
        .select_related("dossier")
    )
    now = timezone.now()
    return {
        "template": "juries/tableau/jure.html",
        "jury": jury,
        "a_declarer": len(undeclared(seat)),
        "a_finir": ballots_to_finish(request.user, jury, now).count(),
        "prochaines": list(prochaines[:4]),
        # Told to whom nothing is asked of.
        "seance": jury.seances.filter(fin__gte=now).first(),
    }


@panel(60)
def jury_state(request):
    """The pilote: where the jury stands."""
    if not request.user.is_pilote or (jury := jury_of(request.user)) is None or jury.edition.is_published:
        return None
    visible = Dossier.objects.visible_to(request.user).in_edition(jury.edition)
    dossiers = visible.aggregate(
        admis=Count("pk", filter=Q(statut=Statut.ADMIS)),
        a_placer=Count("pk", filter=Q(statut=Statut.ADMIS, audition__isnull=True)),
        auditionnes=Count("pk", filter=Q(statut=Statut.AUDITIONNE)),
    )
    if not any(dossiers.values()) and jury.jures.exists():
        return None
    return {
        "template": "juries/tableau/pilote.html",
        "jury": jury,
        "membres": jury.jures.active().count(),
        "invites": jury.jures.filter(accepted_at__isnull=True, removed_at__isnull=True).count(),
        "deports": Deport.objects.visible_to(request.user).current().filter(dossier__edition=jury.edition).count(),
        **dossiers,
    }
