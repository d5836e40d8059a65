"""Send what is owed: once, with patience, and say what became of it."""

import re
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from label.models import Courriel
from label.models.courriel import Etat

# A worker that dies while sending frees its message after this long.
BAIL = timedelta(minutes=5)
ATTENTE_MAX = timedelta(hours=1)


def _delai(essais):
    """Wait before the next try: 15 s, then twice as long each time, one hour at most."""
    return min(timedelta(seconds=15 * 2 ** min(essais - 1, 10)), ATTENTE_MAX)


def owe_code(destinataire, *, sujet, texte, user=None, valable=None):
    """Owe a sign-in mail, erased once sent, subject included. Returns the `Courriel`.

    `valable`: how long what it carries is worth something (timedelta).
    """
    from label.notifications import enqueue_on_commit

    with transaction.atomic():
        courriel = Courriel.objects.create(
            cle_notification="compte",
            destinataire=destinataire,
            user=user,
            sujet=re.sub(r"[\r\n\t ]+", " ", sujet).strip(),
            texte=texte,
            is_sensible=True,
        )
        enqueue_on_commit([courriel])
    return courriel


def _claim(pk):
    """Take the message for this worker, or None when another has it or it is not due."""
    with transaction.atomic():
        courriel = Courriel.objects.due().filter(pk=pk).select_for_update(skip_locked=True).first()
        if courriel is None:
            return None
        courriel.etat = Etat.EN_COURS
        courriel.essais += 1
        courriel.prochain_essai = timezone.now() + BAIL
        courriel.save(update_fields=["etat", "essais", "prochain_essai"])
        return courriel


def _message(courriel):
    domaine = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    # A Message-ID that does not change between tries lets the receiving side drop a double.
    message = EmailMultiAlternatives(
        courriel.sujet,
        courriel.texte,
        to=[courriel.destinataire],
        reply_to=[courriel.repondre_a] if courriel.repondre_a else None,
        headers={"Message-ID": f"<courriel-{courriel.pk}-{courriel.created_at:%Y%m%d%H%M%S}@{domaine}>"},
    )
    if courriel.html:
        message.attach_alternative(courriel.html, "text/html")
    for fichier in courriel.fichiers.all():
        message.attach(fichier.nom, bytes(fichier.contenu), fichier.type_mime)
    return message


def send_courriel(pk):
    """Send one message now. Returns True when it left, False when it was not due or must wait.

    A refusal of the address by the server (5xx) is final; anything else is tried again later.
    """
    courriel = _claim(pk)
    if courriel is None:
        return False
    try:
        _message(courriel).send()
    except (smtplib.SMTPException, OSError) as error:
        _record_failure(courriel, error)
        return False
    changes = {"etat": Etat.ENVOYE, "sent_at": timezone.now(), "erreur": ""}
    if courriel.is_sensible:
        changes |= {"texte": "", "html": ""}
        if courriel.cle_notification == "compte":
            changes["sujet"] = "Code de connexion"
    Courriel.objects.filter(pk=pk).update(**changes)
    return True


def _record_failure(courriel, error):
    codes = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPResponseException):
        codes = [error.smtp_code]
    final = (
        bool(codes)
        and all(500 <= code < 600 for code in codes)
        and not isinstance(error, smtplib.SMTPAuthenticationError)
    )
    Courriel.objects.filter(pk=courriel.pk).update(
        etat=Etat.ECHEC if final else Etat.DU,
        prochain_essai=timezone.now() + _delai(courriel.essais),
        erreur=f"{type(error).__name__} {codes or ''}".strip(),
    )


def resend_courriel(courriel, *, by):
    """The pilote asks for a failed message to be tried again at once."""
    from label.notifications import enqueue_on_commit

    with transaction.atomic():
        updated = Courriel.objects.filter(pk=courriel.pk, etat=Etat.ECHEC).update(
            etat=Etat.DU, prochain_essai=timezone.now(), essais=0, erreur=""
        )
        if updated:
            enqueue_on_commit([courriel])
    return bool(updated)
