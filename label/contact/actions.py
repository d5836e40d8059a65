"""Sending what is written: kept, and owed to the right person, once."""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from label.contact.registre import offers
from label.models import Demande
from label.notifications import notify


@transaction.atomic
def send_demande(
    *, a: str, texte: str, nom: str, email: str, par: Any, envoi: UUID, page: str = "", at: datetime | None = None
) -> Demande:
    """Keep the message and owe it to whom `a`, a key of `offers(par)`, leads. Answers go to `email`.

    `par`: the person signed in, or nobody (AnonymousUser); `envoi`: made by the page, so that a second click on the
    same words sends nothing more; `page`: the path they came from. Raises PermissionDenied when `a` is not offered to
    this person.
    """
    if a not in offers(par):
        raise PermissionDenied
    sujet, _, objet = a.partition(".")
    who = [str(par.pk)] if par.is_authenticated else [nom, email]
    demande, is_new = Demande.objects.get_or_create(
        envoi=envoi,
        empreinte=sha256("\0".join([*who, a, texte]).encode()).hexdigest(),
        defaults={
            "sujet": sujet,
            "objet": objet,
            "texte": texte,
            "nom": nom,
            "email": email,
            "user": par if par.is_authenticated else None,
            "page": page if sujet == "technique" else "",
            "at": at or timezone.now(),
        },
    )
    if is_new:
        notify("contact", demande)
    return demande
