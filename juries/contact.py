"""Writing about the jury one sits in: it goes to the pilotes, who convene it."""

from django.conf import settings

from juries.models import Jure
from label.contact.registre import Offre, Propos, Sujet, register
from label.enums import Role
from label.models import Habilitation, User


def offres(user):
    if not user.is_authenticated:
        return []
    seats = Jure.objects.active().filter(user=user).select_related("jury__edition").order_by("-jury__edition__annee")
    return [
        Offre(
            str(seat.jury.edition.annee),
            f"Le jury {seat.jury.edition.annee}\u00a0: une séance, une absence, un lien avec un projet",
            "aux pilotes de l’appel, à l’EPT",
        )
        for seat in seats
    ]


def destinataires(demande):
    current = Habilitation.objects.holding(Role.PILOTE)
    return list(User.objects.filter(is_active=True, pk__in=current.values("user"))) or [settings.LABEL_CONTACT_EMAIL]


def propos(demande):
    return Propos(f"Le jury {demande.objet}")


register(Sujet("jury", offres, destinataires, propos))
