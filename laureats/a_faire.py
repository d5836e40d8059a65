"""What the vote, the publication and the payments ask of the pilote."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from label.models import Edition
from label.templatetags.label_ui import euros, pluriel
from laureats.enums import A_PAYER
from laureats.models import Versement
from projects.fil.registre import AFaire

# A payment is told this long before its day.
A_PAYER_DANS = timedelta(days=30)


def editions_to_vote():
    """The éditions whose jury has closed and whose results are not published, the earliest first."""
    return (
        Edition.objects.filter(published_at__isnull=True, jury__deliberation__closed_at__isnull=False)
        .select_related("vote", "jury__deliberation")
        .order_by("annee")
    )


def a_faire(user, now):
    if not user.is_authenticated or not user.is_pilote:
        return []
    return [_vote(edition) for edition in editions_to_vote()] + _versements(user, now)


def _vote(edition):
    if vote := getattr(edition, "vote", None):
        adresse = reverse("laureats:publication_preview", args=[edition.annee])
        depuis, mots = vote.created_at, "Publier les résultats"
    else:
        adresse = reverse("laureats:vote_edit", args=[edition.annee])
        depuis, mots = edition.jury.deliberation.closed_at, "Enregistrer le vote"
    return AFaire(mots, edition.titre, adresse, depuis=depuis, avant=edition.publication_prevue)


def versements_dus(user, now):
    """(the payments to follow at the aware datetime `now`, the address of the list that shows them, no other)."""
    avant = timezone.localdate(now) + A_PAYER_DANS
    adresse = f"{reverse('laureats:versement_list')}?etat={A_PAYER}&avant={avant:%Y-%m-%d}"
    return Versement.objects.visible_to(user).to_come().filter(prevu_le__lte=avant), adresse


def _versements(user, now):
    dus, adresse = versements_dus(user, now)
    first = dus.order_by("prevu_le").first()
    if first is None:
        return []
    mots = f"Suivre {pluriel(dus.count(), 'versement,versements')}\u00a0: {euros(dus.total())}"
    return [AFaire(mots, "prévus ou déjà attendus", adresse, avant=first.prevu_le)]
