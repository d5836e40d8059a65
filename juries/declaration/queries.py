"""What a member has still to declare."""

from juries.declaration import actions
from projects.models import Deport
from projects.models.dossier import by_numero


def undeclared(jure):
    """The dossiers this member has still to declare on, without those he is known to have had a hand in."""
    pending = list(
        actions.dossiers_devant(jure.jury)
        .exclude(declarations__jure=jure)
        .exclude(deports__in=Deport.objects.current().filter(user=jure.user_id))
        .select_related("structure__commune")
        .order_by(*by_numero(), "pk")
    )
    pairs = actions.coauthors([dossier.pk for dossier in pending], [jure.user_id], jure.jury.edition)
    return [dossier for dossier in pending if (jure.user_id, dossier.pk) not in pairs]
