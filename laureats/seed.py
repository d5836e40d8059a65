"""The label's own past, which is real, then the vote and the results of the finished fictional édition."""

from datetime import timedelta

from django.utils import timezone

from laureats.enums import Organe
from laureats.laureat.actions import record_convention
from laureats.laureat.historique import load_historique
from laureats.models import Laureat
from laureats.publication.actions import publish_results
from laureats.versement.actions import move_versement
from laureats.vote.actions import choix_du_jury, record_vote


def seed(monde):
    load_historique()
    _publish(monde)
    _pay(monde)


def _publish(monde):
    edition = monde.precedente
    vote_le = edition.jury_fin + timedelta(days=30)
    publie_le = monde.jour((edition.publication_prevue - timezone.localdate(monde.maintenant)).days)
    with monde.le(publie_le - timedelta(days=10)) as at:
        record_vote(
            edition,
            organe=Organe.CONSEIL,
            date=vote_le,
            numero=f"{vote_le:%Y-%m}-042",
            decisions=choix_du_jury(edition),
            by=monde.pilote,
            at=at,
        )
    with monde.le(publie_le) as at:
        publish_results(edition, by=monde.pilote, at=at)
    edition.refresh_from_db()


def _pay(monde):
    """Conventions signed for most; first payments at every stage, the rest to come."""
    laureats = Laureat.objects.in_edition(monde.precedente).order_by("ordre")
    at = monde.jour(-60)
    for rang, laureat in enumerate(laureats):
        if rang % 5 == 4 or any(not beneficiaire.siret for beneficiaire in laureat.beneficiaires.all()):
            continue
        with monde.le(at):
            signee_le = timezone.localdate(at) - timedelta(days=20)
            record_convention(
                laureat, signee_le=signee_le, objet=laureat.objet, by=monde.pilote, today=timezone.localdate(at)
            )
            premier = laureat.versements.order_by("rang").first()
            for name in ("ask", "order", "pay")[: rang % 4]:
                move_versement(premier, name, by=monde.pilote, at=at)
                premier.refresh_from_db()
