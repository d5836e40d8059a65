"""The communication plan: what is told, when, to whom; and the one door through which a message is owed.

Each app registers its `Notification`s in `<app>/notifications.py`. `notify` writes `Courriel` rows in the caller's
transaction, under a unique constraint (key, object, recipient, occurrence); once committed, Celery sends them.
When the broker is away the rows wait for the sweep: time is lost, never a message.

A message never fails the act that owes it: what cannot be made (its text, its files, the list of its recipients) is
owed all the same, in visible failure, with the recipe it is made again from once mended.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Model
from django.template.loader import render_to_string

from label.celery import enqueue
from label.courriel.recette import Irrecuperable, freeze, thaw
from label.enums import Stade
from label.liens.courriel import PLACE, link_to_come
from label.models import Courriel, CourrielFichier, Lien, User
from label.models.courriel import Etat

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notification:
    """One line of the plan.

    `key`: also names the text, `templates/courriels/<key>.txt` (its first line is the subject, then a blank line).
    `quand`, `a_qui`: French words for the plan shown to the pilote.
    `recipients`: function(obj, context) -> iterable of `User` or of e-mail addresses (str).
    `context`: function(obj, context) -> dict added for the text; always there: `objet`, `site`, `destinataire`, and
    `lien`, the path of the link that `objet` gives, its key filled in as the message leaves.
    `files`: function(obj, context) -> iterable of (name, MIME type, bytes) joined to the message.
    `reply_to`: function(obj, context) -> the address that answers go to.
    """

    key: str
    label: str
    quand: str
    a_qui: str
    recipients: Callable[[Any, dict[str, Any]], Iterable[User | str]]
    context: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    files: Callable[[Any, dict[str, Any]], Iterable[tuple[str, str, bytes]]] | None = None
    reply_to: Callable[[Any, dict[str, Any]], str] | None = None


registry: dict[str, Notification] = {}


def register(*notifications: Notification) -> None:
    """Add lines to the plan. Raises ValueError when a key is taken."""
    for notification in notifications:
        if notification.key in registry:
            raise ValueError(f"Notification already registered: {notification.key}")
        registry[notification.key] = notification


# What ends a line somewhere on the way of a header, seen or not.
_LINE_ENDS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
SUJET_MAX = Courriel._meta.get_field("sujet").max_length


def subject_line(words: str) -> str:
    """`words` as a subject: every line end and control sign is a space, no-break spaces stay, cut at its length."""
    line = _LINE_ENDS.sub(" ", words).strip()
    return line if len(line) <= SUJET_MAX else line[: SUJET_MAX - 1] + "…"


def render(
    notification: Notification, obj: Model, context: dict[str, Any], destinataire: User | None
) -> tuple[str, str, str]:
    """The message as (subject, text, html) for one recipient (`User` or None)."""
    values = {
        "objet": obj,
        "lien": link_to_come(obj),
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
    return subject_line(sujet), texte, html


def _address(recipient: User | str) -> tuple[str, User | None]:
    email, user = (recipient.email, recipient) if isinstance(recipient, User) else (recipient, None)
    return email.strip().lower(), user


def notify(key: str, obj: Model, *, occurrence: str = "", **context: Any) -> list[Courriel]:
    """Owe the message `key` about `obj` to each of its recipients, once per `occurrence`.

    Returns the list of `Courriel` written now (empty when all were owed already), those that could not be made
    included: they are in failure. Raises KeyError on an unknown key, and what the database raises when it is away.
    """
    notification = registry[key]
    content_type = ContentType.objects.get_for_model(obj)
    what = {"cle_notification": key, "content_type": content_type, "object_id": obj.pk, "occurrence": occurrence}
    with transaction.atomic():
        try:
            with transaction.atomic():
                written = _make(notification, obj, what, context)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # Whatever a text or a list may raise: the act stands, and each message is now made apart from the others.
            logger.exception("Message %s about %s %s not made at once", key, content_type, obj.pk)
            written = _make_apart(notification, obj, what, context)
        enqueue_on_commit([courriel for courriel in written if courriel.etat == Etat.DU])
    return written


def prevenus(key: str, obj: Model, *, occurrence: str | None = None, **context: Any) -> dict[str, str]:
    """Whom `notify` would write to now, as {address: name}, in order: what is shown before the act. Writes nothing.

    `occurrence`: the one it will be owed under; None for one that is still to come.
    """
    notification = registry[key]
    what = {
        "cle_notification": key,
        "content_type": ContentType.objects.get_for_model(obj),
        "object_id": obj.pk,
        "occurrence": occurrence,
    }
    told = _still_owed(notification, obj, what, _full_context(notification, obj, context))
    return {email: user.get_full_name() if user else email for email, user in told}


def _full_context(notification: Notification, obj: Model, given: dict[str, Any]) -> dict[str, Any]:
    return {**given, **notification.context(obj, given)} if notification.context else given


def _still_owed(
    notification: Notification, obj: Model, what: dict[str, Any], context: dict[str, Any]
) -> Iterator[tuple[str, User | None]]:
    """The recipients, as (address, User or None), who are not owed this message already."""
    owed = set(Courriel.objects.filter(**what).values_list("destinataire", flat=True))
    for email, user in map(_address, notification.recipients(obj, context)):
        if email and email not in owed and (user is None or user.is_active):
            owed.add(email)
            yield email, user


def _make(notification: Notification, obj: Model, what: dict[str, Any], given: dict[str, Any]) -> list[Courriel]:
    """Write the messages, all or none. Returns those written."""
    context = _full_context(notification, obj, given)
    rows = []
    for email, user in _still_owed(notification, obj, what, context):
        sujet, texte, html = render(notification, obj, context, user)
        rows.append(
            Courriel(
                **what,
                destinataire=email,
                user=user,
                sujet=sujet,
                texte=texte,
                html=html,
                is_sensible=isinstance(obj, Lien) and obj.LIEN.discret and PLACE in texte,
            )
        )
    if rows and notification.reply_to:
        answers_to = notification.reply_to(obj, context)
        for courriel in rows:
            courriel.repondre_a = answers_to
    written = _owe(rows) if rows else []
    if written and notification.files:
        _join(written, list(notification.files(obj, context)))
    return written


def _join(courriels: list[Courriel], files: list[tuple[str, str, bytes]]) -> None:
    CourrielFichier.objects.bulk_create(
        CourrielFichier(courriel=courriel, nom=nom, type_mime=type_mime, contenu=contenu)
        for courriel in courriels
        for nom, type_mime, contenu in files
    )


def _tried[T](make: Callable[[], T]) -> tuple[T | None, Exception | None]:
    """(what `make()` returns, None), or (None, the error) with the database as before. A database away is raised."""
    try:
        with transaction.atomic():
            return make(), None
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("A message could not be made")
        return None, error


def _make_apart(notification: Notification, obj: Model, what: dict[str, Any], given: dict[str, Any]) -> list[Courriel]:
    """Write each message on its own: what cannot be made is owed in failure and stops no other."""

    recette, unkept = _tried(lambda: freeze(given))
    if unkept is not None:
        recette = {"": {"lost": type(unkept).__name__}}

    def failed(email: str, user: User | None, error: Exception) -> Courriel:
        return Courriel(
            **what,
            destinataire=email,
            user=user,
            sujet=subject_line(notification.label),
            etat=Etat.ECHEC,
            stade=Stade.PREPARATION,
            erreur=_reason(error),
            recette=recette,
        )

    def one(email: str, user: User | None) -> Courriel:
        (made,) = _make(_only(notification, email, user), obj, what, given)
        return made

    recipients, error = _tried(
        lambda: list(_still_owed(notification, obj, what, _full_context(notification, obj, given)))
    )
    if recipients is None:
        recipients = [("", None)]
    written = []
    for email, user in recipients:
        made, why = (None, error) if error is not None else _tried(partial(one, email, user))
        row = made or failed(email, user, cast(Exception, why))
        # An address that does not even fit is told by the log alone.
        if made or _tried(partial(_owe_alone, row))[0]:
            written.append(row)
    return written


def _reason(error: Exception) -> str:
    """For whoever mends it."""
    return (str(error) if isinstance(error, Irrecuperable) else f"{type(error).__name__}\u00a0: {error}")[:300]


def _only(notification: Notification, email: str, user: User | None) -> Notification:
    """The same notification, to one person."""
    return replace(notification, recipients=lambda obj, context: [user or email])


def remake(courriel: Courriel) -> list[Courriel]:
    """Make again, from its recipe, a message that could not be made. Returns the messages that may now be sent.

    Empty when it fails again, with the new reason written on it. Raises `Irrecuperable` when what it told of is gone.
    """
    notification, obj = registry.get(courriel.cle_notification), courriel.objet
    if notification is None or obj is None:
        raise Irrecuperable("Ce dont ce message parlait n’existe plus.")
    given = thaw(courriel.recette)
    what = {name: getattr(courriel, name) for name in ("cle_notification", "content_type", "object_id", "occurrence")}
    to_whom = notification
    if courriel.destinataire:
        # The same row, at the same address of the site.
        what["pk"], to_whom = courriel.pk, _only(notification, courriel.destinataire, courriel.user)

    def again() -> list[Courriel]:
        Courriel.objects.filter(pk=courriel.pk).delete()
        made = _make(to_whom, obj, what, given)
        if not made:
            raise Irrecuperable("Plus personne ne doit recevoir ce message.")
        if courriel.is_sensible:
            Courriel.objects.filter(pk__in=[one.pk for one in made]).update(is_sensible=True)
        return made

    made, error = _tried(again)
    if error is not None:
        Courriel.objects.filter(pk=courriel.pk).update(erreur=_reason(error))
    return made or []


def _owe(rows: list[Courriel]) -> list[Courriel]:
    """Write these messages at once. Returns the list of those written: what another process owed meanwhile is left."""
    try:
        with transaction.atomic():
            return Courriel.objects.bulk_create(rows)
    except IntegrityError:
        return [courriel for courriel in rows if _owe_alone(courriel)]


def _owe_alone(courriel: Courriel) -> bool:
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


def enqueue_on_commit(courriels: Iterable[Courriel]) -> None:
    """Once the transaction holds, hand the messages to the queue; without a broker the sweep takes them later."""
    owed = [(courriel.pk, courriel.is_code) for courriel in courriels]
    if owed:
        transaction.on_commit(partial(_enqueue, owed), robust=True)


def _enqueue(owed: list[tuple[int, bool]]) -> None:
    for pk, is_code in owed:
        if not enqueue("label.tasks.send_code" if is_code else "label.tasks.send_courriel", pk):
            # The others would cost as long each.
            return
