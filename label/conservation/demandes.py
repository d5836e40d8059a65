"""Messages of the page «Nous écrire»: kept while they are answered, then erased with the mails they became."""

from datetime import datetime

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet

from label.conservation.purge import whole
from label.conservation.registre import Efface, Regle, au_depart, register
from label.models import Courriel, Demande, User
from label.templatetags.label_ui import duree

DEMANDE = relativedelta(months=6)


def _over(now: datetime) -> QuerySet:
    return Demande.objects.filter(at__lte=now - DEMANDE)


def _prepare(key: int, now: datetime) -> Efface | None:
    demande = _over(now).select_for_update(skip_locked=True).filter(pk=key).first()
    return whole(demande, noms=(f"demande:{demande.envoi}",)) if demande else None


@au_depart
def leave(user: User, adresse: str, at: datetime) -> None:
    """What they wrote goes with them, and the mails it became."""
    hers = Demande.objects.filter(Q(user=user) | Q(email=user.email))
    Courriel.objects.filter(
        content_type__app_label="label", content_type__model="demande", object_id__in=hers.values("pk")
    ).delete()
    hers.delete()


register(
    Regle(
        "demande",
        quoi="Message écrit depuis la page «\u00a0Nous écrire\u00a0»",
        duree=duree(DEMANDE),
        suite="effacé, avec le courriel qu’il est devenu",
        raison="a reçu sa réponse",
        due=lambda now: list(_over(now).order_by("pk").values_list("pk", flat=True)),
        prepare=_prepare,
    )
)
