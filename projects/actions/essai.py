"""How often one origin sends a public form. What is kept tells origins apart and names none."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from projects.models import Essai

FENETRE = timedelta(hours=1)
# Sendings in an hour: one signed-in person; one address, which a whole reading room may share.
PAR_PERSONNE, PAR_ADRESSE = 20, 60


class TropDEssais(ValidationError):
    """Too many sendings from this origin within the hour."""

    def __init__(self):
        super().__init__(
            "Beaucoup d’envois viennent d’arriver de cette connexion. Rien n’est perdu\u00a0: tout ce que vous avez "
            "écrit est encore sur cette page. Connectez-vous dans un autre onglet puis envoyez de nouveau, ou "
            "réessayez dans une heure."
        )


@transaction.atomic
def record_essai(*, user, adresse, at=None):
    """Count one sending, of the signed-in `user` or else of the network address; forget those of more than an hour.

    The address is kept as a digest keyed by the secret and the day: it cannot be read back. Raises TropDEssais.
    """
    at = at or timezone.now()
    signed_in = user.is_authenticated
    origin = f"personne:{user.pk}" if signed_in else f"adresse:{adresse}:{timezone.localdate(at)}"
    empreinte = salted_hmac("projects.essai", origin, algorithm="sha256").hexdigest()
    Essai.objects.filter(at__lte=at - FENETRE).delete()
    if Essai.objects.filter(empreinte=empreinte).count() >= (PAR_PERSONNE if signed_in else PAR_ADRESSE):
        raise TropDEssais
    Essai.objects.create(empreinte=empreinte, at=at)
