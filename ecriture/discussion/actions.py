"""Comments: say, answer, settle; and the digest that tells of them, at most once an hour."""

from datetime import UTC
from functools import partial

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from ecriture.declaration import declaration_of, declarations, objet_of
from ecriture.discussion.queries import RETIRE, champs_of, mentioned_in
from ecriture.enums import Visibilite
from ecriture.models import Annonce, Commentaire
from ecriture.presence.ecrans import stir
from label.balayage import each
from label.models import Courriel, User
from label.notifications import notify


@transaction.atomic
def add_comment(
    objet, section, *, by, texte, visibilite=Visibilite.CO_AUTEURS, parent=None, champ="", mentions=(), at=None
):
    """Say something of a section or of one of its fields (`champ`), or answer. Returns the Commentaire.

    An answer is read by those who read what it answers, and opens the discussion again. `mentions`: users chosen in
    the list, to whom those named «@Prénom Nom» in the text are added.
    Comments stay possible after the deadline: they change nothing in the thing.
    Raises PermissionDenied, or ValidationError when somebody mentioned could not read it.
    """
    declared = declaration_of(objet)
    if not by.has_perm(declared.comment, objet):
        raise PermissionDenied
    at = at or timezone.now()
    if parent is not None:
        visible = Commentaire.objects.visible_to(by, objet).filter(pk=parent.pk, section=section)
        if not visible.exists():
            raise PermissionDenied
        parent = parent.parent or parent
        visibilite, champ = parent.visibilite, parent.champ
        Commentaire.objects.filter(pk=parent.pk).update(resolved_at=None, resolved_by=None)
    if visibilite == Visibilite.AGENTS and not declared.reads_agents(objet, by):
        raise PermissionDenied
    if parent is None and champ and champ not in champs_of(objet, section):
        raise ValidationError({"champ": "Ce champ n’existe pas, ou plus, dans cette partie."})
    lecteurs = declared.readers(objet)
    named = _named(declared, texte, mentions, lecteurs, visibilite)
    commentaire = Commentaire(
        ecrit_id=objet.ecrit_id,
        section=section,
        champ=champ,
        parent=parent,
        auteur=by,
        texte=texte,
        visibilite=visibilite,
        created_at=at,
    )
    commentaire.full_clean(exclude=["resolved_by"])
    commentaire.save()
    commentaire.mentions.set(named)
    transaction.on_commit(partial(stir, objet), robust=True)
    if declared.notification:
        _owe(commentaire, lecteurs, {user.pk for user in named} | declared.concerned(objet), declared.suiveurs)
    return commentaire


def _named(declared, texte, mentions, lecteurs, visibilite):
    """The users mentioned, once each. Raises ValidationError when one of them could not read the comment."""
    by_pk = {lecteur.user.pk: lecteur for lecteur in lecteurs}
    if any(user.pk not in by_pk for user in mentions):
        said = f"Une des personnes choisies ne lit pas {declared.ce}\u00a0: retirez son nom."
        raise ValidationError({"mentions": said})
    chosen = {by_pk[user.pk].user.pk: by_pk[user.pk] for user in mentions}
    chosen |= {lecteur.user.pk: lecteur for lecteur in mentioned_in(texte, lecteurs)}
    if blind := [lecteur.nom for lecteur in chosen.values() if not lecteur.lit(visibilite)]:
        people = "lirait" if len(blind) == 1 else "liraient"
        raise ValidationError(
            {
                "mentions": f"{', '.join(blind)} ne {people} pas ce commentaire, réservé aux agents. "
                "Retirez la mention, ou adressez-le à tous les co-auteurs."
            }
        )
    return [lecteur.user for lecteur in chosen.values()]


def _owe(commentaire, lecteurs, concerned, suiveurs):
    """Owe the comment to who works on the thing, takes part in the discussion or is concerned, its author apart."""
    if commentaire.parent_id:
        thread = Commentaire.objects.filter(Q(pk=commentaire.parent_id) | Q(parent=commentaire.parent_id))
        concerned |= set(thread.order_by().values_list("auteur", flat=True))
        _close_for(commentaire.auteur, commentaire.parent_id, commentaire.created_at)
    Annonce.objects.bulk_create(
        Annonce(commentaire=commentaire, user=lecteur.user)
        for lecteur in lecteurs
        if lecteur.user != commentaire.auteur
        and lecteur.lit(commentaire.visibilite)
        and (lecteur.groupe in suiveurs or lecteur.user.pk in concerned)
    )


def _close_for(user, tete, at):
    """Who acts on a discussion has read it: it is not told to them any more."""
    thread = Q(commentaire=tete) | Q(commentaire__parent=tete)
    Annonce.objects.filter(thread, user=user, closed_at=None).update(closed_at=at)


@transaction.atomic
def resolve_comment(commentaire, *, by, resolved=True, at=None, objet=None):
    """Close a thread, or open it again. `objet`: what it is about, when it is known. Returns True when it changed.

    Raises PermissionDenied.
    """
    objet, at = objet or objet_of(commentaire.ecrit), at or timezone.now()
    if not Commentaire.objects.visible_to(by, objet).filter(pk=commentaire.pk).exists():
        raise PermissionDenied
    if not by.has_perm(declaration_of(objet).comment, objet):
        raise PermissionDenied
    changes = {"resolved_at": at, "resolved_by": by} if resolved else {"resolved_at": None, "resolved_by": None}
    rows = Commentaire.objects.filter(pk=commentaire.pk, resolved_at__isnull=resolved)
    _close_for(by, commentaire.pk, at)
    transaction.on_commit(partial(stir, objet), robust=True)
    return bool(rows.update(**changes))


# --- Digest -----------------------------------------------------------------------------------


def send_digests(now=None):
    """Owe each person one message holding all that waits for them in a thing. Returns how many were written.

    A comment waits ten minutes for those that follow; after a message, the next one waits until the hour is over.
    """
    now = now or timezone.now()
    return sum(_send_digests(declared, now) for declared in declarations() if declared.notification)


def _send_digests(declared, now):
    pairs = (
        Annonce.objects.filter(closed_at=None)
        .exclude(**{declared.lien: None})
        .values_list(declared.lien, "user")
        .annotate(depuis=Min("commentaire__created_at"))
        .filter(depuis__lte=now - Annonce.ATTENTE)
        .order_by("depuis")
    )
    return each(list(pairs), lambda pair: _send_digest(declared, pair[0], pair[1], now))


@transaction.atomic
def _send_digest(declared, pk, user_pk, now):
    """The digest of one person for one thing: 1 when written, 0 when there is nothing to tell, or not yet."""
    waiting = Annonce.objects.filter(closed_at=None, user=user_pk, **{declared.lien: pk})
    keys = list(waiting.select_for_update(of=("self",)).values_list("pk", "commentaire"))
    recent = Courriel.objects.filter(
        cle_notification=declared.notification,
        content_type=ContentType.objects.get_for_model(declared.model),
        object_id=pk,
        user=user_pk,
        created_at__gt=now - Annonce.INTERVALLE,
    )
    if not keys or recent.exists():
        return 0
    user = User.objects.get(pk=user_pk)
    # Rights are those of now: who may no longer see it is told nothing.
    objet = declared.model.objects.visible_to(user).filter(pk=pk).first() if user.is_active else None
    written = []
    if objet and (comments := _digest_rows(objet, user, [commentaire for _, commentaire in keys])):
        occurrence = f"{now.astimezone(UTC):%Y-%m-%dT%H}"
        parties = list(dict.fromkeys(declared.Section(row.section) for row in comments))
        written = notify(
            declared.notification, objet, occurrence=occurrence, lecteur=user, commentaires=comments, parties=parties
        )
        if not written:
            # This hour has had its message: what is left waits for the next one.
            return 0
    Annonce.objects.filter(pk__in=[pk for pk, _ in keys]).update(closed_at=now)
    return len(written)


def _digest_rows(objet, user, keys):
    """The comments as the message tells them, mentions of this person first, then by section and date."""
    Section = declaration_of(objet).Section
    rows = list(
        Commentaire.objects.visible_to(user, objet)
        .filter(pk__in=keys)
        .select_related("auteur")
        .prefetch_related("mentions")
    )
    order = list(Section)
    labels = {section: champs_of(objet, section) for section in {Section(row.section) for row in rows if row.champ}}
    for row in rows:
        row.partie = Section(row.section)
        row.vous_mentionne = any(person.pk == user.pk for person in row.mentions.all())
        row.a_propos = labels[row.partie].get(row.champ, RETIRE) if row.champ else ""
    return sorted(rows, key=lambda row: (not row.vous_mentionne, order.index(row.partie), row.created_at, row.pk))
