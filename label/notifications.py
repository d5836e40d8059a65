"""The communication plan: what is told, when, to whom; and the one door through which a message is owed.

Each app registers its `Notification`s in `<app>/notifications.py`. `notify` writes `Courriel` rows in the caller's
transaction, under a unique constraint (key, object, recipient, occurrence); once committed, Celery sends them.
When the broker is away the rows wait for the sweep: time is lost, never a message.
"""

import logging
import re
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from kombu.exceptions import KombuError

from label.models import Courriel, CourrielFichier, User

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notification:
    """One line of the plan.

    `key`: also names the text, `templates/courriels/<key>.txt` (its first line is the subject, then a blank line).
    `quand`, `a_qui`: French words for the plan shown to the pilote.
    `recipients`: function(obj, context) -> iterable of `User` or of e-mail addresses (str).
    `context`: function(obj, context) -> dict added for the text; always there: `objet`, `site`, `destinataire`.
    `files`: function(obj, context) -> iterable of (name, MIME type, bytes) joined to the message.
    `reply_to`: function(obj, context) -> the address that answers go to.
    """

    key: str
    label: str
    quand: str
    a_qui: str
    recipients: object
    context: object = None
    files: object = None
    reply_to: object = None


registry: dict[str, Notification] = {}


def register(*notifications):
    """Add lines to the plan. Raises ValueError when a key is taken."""
    for notification in notifications:
        if notification.key in registry:
            raise ValueError(f"Notification already registered: {notification.key}")
        registry[notification.key] = notification


def render(notification, obj, context, destinataire):
    """The message as (subject, text, html) for one recipient (`User` or None)."""
    values = {
        "objet": obj,
        "site": settings.SITE_URL,
        "destinataire": destinataire,
        "contact": settings.LABEL_CONTACT_EMAIL,
        "demo": settings.DEMO,
        **context,
    }
    source = render_to_string(f"{notification.key}.txt", values, using="courriels").strip()
    sujet, _, texte = source.partition("\n")
    texte = texte.strip() + "\n"
    html = render_to_string("courriels/base.html", {"sujet": sujet, "texte": texte, "demo": settings.DEMO})
    # No-break spaces are meant; only line ends would break the header.
    return re.sub(r"[\r\n\t ]+", " ", sujet).strip(), texte, html


def _address(recipient):
    return (recipient.email, recipient) if isinstance(recipient, User) else (recipient, None)


@transaction.atomic
def notify(key, obj, *, occurrence="", **context):
    """Owe the message `key` about `obj` to each of its recipients, once per `occurrence`.

    Returns the list of `Courriel` written now (empty when all were owed already). Raises KeyError on an unknown key.
    """
    notification = registry[key]
    content_type = ContentType.objects.get_for_model(obj)
    if notification.context:
        context = {**context, **notification.context(obj, context)}
    what = {"cle_notification": key, "content_type": content_type, "object_id": obj.pk, "occurrence": occurrence}
    owed = set(Courriel.objects.filter(**what).values_list("destinataire", flat=True))
    rows = []
    for recipient in notification.recipients(obj, context):
        email, user = _address(recipient)
        email = email.strip().lower()
        if not email or email in owed or (user is not None and not user.is_active):
            continue
        owed.add(email)
        sujet, texte, html = render(notification, obj, context, user)
        rows.append(Courriel(**what, destinataire=email, user=user, sujet=sujet, texte=texte, html=html))
    if rows and notification.reply_to:
        answers_to = notification.reply_to(obj, context)
        for courriel in rows:
            courriel.repondre_a = answers_to
    written = _owe(rows) if rows else []
    if written and notification.files:
        files = list(notification.files(obj, context))
        CourrielFichier.objects.bulk_create(
            CourrielFichier(courriel=courriel, nom=nom, type_mime=type_mime, contenu=contenu)
            for courriel in written
            for nom, type_mime, contenu in files
        )
    enqueue_on_commit(written)
    return written


def _owe(rows):
    """Write these messages at once. Returns the list of those written: what another process owed meanwhile is left."""
    try:
        with transaction.atomic():
            return Courriel.objects.bulk_create(rows)
    except IntegrityError:
        return [courriel for courriel in rows if _owe_alone(courriel)]


def _owe_alone(courriel):
    """Write one message; False when another process has owed it in the meantime."""
    try:
        with transaction.atomic():
            courriel.save(force_insert=True)
    except IntegrityError:
        same = ("cle_notification", "content_type", "object_id", "occurrence", "destinataire")
        if Courriel.objects.filter(**{name: getattr(courriel, name) for name in same}).exists():
            return False
        raise
    return True


def enqueue_on_commit(courriels):
    """Once the transaction holds, hand the messages to the queue; without a broker the sweep takes them later."""
    pks = [courriel.pk for courriel in courriels]
    if pks:
        transaction.on_commit(partial(_enqueue, pks), robust=True)


def _enqueue(pks):
    from label.tasks import send_courriel

    for pk in pks:
        try:
            send_courriel.delay(pk)
        except (KombuError, OSError) as error:
            logger.warning("Broker unreachable, %d messages wait for the sweep (%s)", len(pks), type(error).__name__)
            return
