"""Séances and auditions: a day, slots, who sat, and what became of each dossier that day."""

from itertools import combinations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from juries.classement.actions import recompute_auditions
from juries.declaration.actions import pin_recusals
from juries.models import Audition, Jure, Presence, Seance
from juries.quorum import unfinished
from juries.seance.annulation import tell_cancelled
from label.droits import ensure_may
from label.lifecycle import TransitionRefused
from label.notifications import notify
from label.templatetags.label_ui import heure, jour
from projects.deport.queries import ensure_not_recused
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Deport, Dossier, Membre
from projects.models.dossier import by_numero


class SeanceFermee(ValidationError):
    """The séance itself receives no audition any more, whatever the hour."""


def save_seance(seance, *, by):
    """Create or change a séance. Raises ValidationError when an audition placed falls outside the new hours."""
    ensure_may(by, "juries.schedule", seance)
    with transaction.atomic():
        if seance.pk:
            hold(seance)
            dehors = seance.auditions.exclude(debut__gte=seance.debut, fin__lte=seance.fin).count()
            if dehors:
                raise ValidationError("Des auditions déjà placées tombent hors de ces horaires : déplacez-les d’abord.")
        seance.full_clean(exclude=["cle"])
        seance.save()
    return seance


def delete_seance(seance, *, by):
    """Remove an empty séance. Raises ValidationError while auditions are placed in it, SeanceFermee when it is gone."""
    ensure_may(by, "juries.schedule", seance)
    with transaction.atomic():
        hold(seance)
        if seance.auditions.exists():
            raise ValidationError("Retirez d’abord les auditions de cette séance.")
        seance.delete()


def ensure_hears_all(seance, user):
    """Raise PermissionDenied, with who may act instead, when a déport closes an audition of this séance to `user`."""
    if Deport.objects.current().filter(user=user, dossier__audition__seance=seance).exists():
        ensure_not_recused(user, seance.jury.edition)


def free_slot(seance, auditions=None):
    """The first free beginning in the séance (aware datetime), pause included, or None when it is full."""
    taken = sorted((a.debut, a.fin) for a in (seance.auditions.all() if auditions is None else auditions))
    start = seance.debut
    for debut, fin in taken:
        if start + seance.duree + seance.pause <= debut:
            break
        start = max(start, fin + seance.pause)
    return start if start + seance.duree <= seance.fin else None


def waiting_dossiers(jury, user):
    """Admitted dossiers of the édition that have no slot yet and that this person sees, by number."""
    return (
        Dossier.objects.visible_to(user)
        .filter(edition=jury.edition_id, statut=Statut.ADMIS, audition__isnull=True)
        .select_related("structure")
        .order_by(*by_numero(), "pk")
    )


def hold(*seances):
    """These séances as they stand, {primary key: séance}, held to the end. Raises SeanceFermee when one is gone.

    Before the dossier and the audition, wherever several are held: two people at work never wait for each other.
    """
    keys = {seance.pk for seance in seances}
    rows = Seance.objects.select_for_update(of=("self",)).select_related("jury__edition").filter(pk__in=keys)
    held = {seance.pk: seance for seance in rows.order_by("pk")}
    if held.keys() != keys:
        raise SeanceFermee("Cette séance vient d’être supprimée.")
    return held


def _ensure_open(seance):
    """Raise SeanceFermee when this séance, held, is locked or over."""
    if closed := seance.fermeture(timezone.now()):
        raise SeanceFermee(f"{closed} Choisissez une autre séance.")


def _put(audition, debut):
    seance = audition.seance
    audition.debut, audition.fin = debut, debut + seance.duree
    if audition.debut < seance.debut or audition.fin > seance.fin:
        raise ValidationError(
            f"La séance va de {heure(seance.debut)} à {heure(seance.fin)} : ce créneau n’y tient pas."
        )
    audition.full_clean(exclude=["cle"])
    audition.save()
    return audition


@transaction.atomic
def place_audition(seance, dossier, debut, *, by):
    """Hear this dossier in this séance from `debut` (aware datetime) on.

    Raises SeanceFermee once it is locked or over, ValidationError: not admitted or placed already, outside the hours,
    overlap. A slot already over in a séance that is not is taken: the order of a day is written as it went.
    """
    ensure_may(by, "juries.schedule", dossier)
    seance = hold(seance)[seance.pk]
    _ensure_open(seance)
    dossier = Dossier.objects.held().get(pk=dossier.pk)
    if dossier.edition_id != seance.jury.edition_id or dossier.statut != Statut.ADMIS:
        raise ValidationError("Seul un dossier admis de cette édition peut être placé.")
    if Audition.objects.filter(dossier=dossier).exists():
        raise ValidationError("Ce dossier est déjà placé dans une séance.")
    return _put(Audition(seance=seance, dossier=dossier), debut)


def _still_to_come(audition):
    """The audition as it stands now, its dossier and its row held; the caller holds its séance.

    Refused once the dossier no longer waits to be heard, or when the audition was moved or removed meanwhile.
    """
    dossier = Dossier.objects.held().get(pk=audition.dossier_id)
    rows = Audition.objects.select_for_update(of=("self",)).select_related("seance", "dossier")
    fresh = rows.filter(pk=audition.pk, seance=audition.seance_id).first()
    if not fresh:
        raise ValidationError(
            "Cette audition vient d’être déplacée ou retirée par quelqu’un d’autre\u00a0: regardez où elle en est."
        )
    if not fresh.is_to_come:
        raise ValidationError(
            f"Ce dossier est maintenant «\u202f{dossier.get_statut_display()}\u202f»\u00a0: son audition ne bouge plus."
        )
    if fresh.bulletins.filter(final_at__isnull=False).exists():
        raise ValidationError(
            "Des bulletins définitifs ont été rendus\u00a0: cette audition a eu lieu, elle ne bouge plus."
        )
    return fresh


@transaction.atomic
def move_audition(audition, seance, debut, *, by):
    """Put an audition elsewhere, in the same séance or another of the same jury. Raises as `place_audition` does."""
    ensure_may(by, "juries.schedule", audition)
    seance = hold(seance, audition.seance)[seance.pk]
    _ensure_open(seance)
    audition = _still_to_come(audition)
    if seance.jury_id != audition.seance.jury_id:
        raise ValidationError("Choisissez une séance du même jury.")
    audition.seance = seance
    return _put(audition, debut)


@transaction.atomic
def remove_audition(audition, *, by):
    """Free the slot; who had been convoked is told. Raises ValidationError once the dossier was heard or scored."""
    ensure_may(by, "juries.schedule", audition)
    hold(audition.seance)
    audition = _still_to_come(audition)
    if audition.bulletins.exists():
        raise ValidationError("Des notes ont déjà été saisies pour cette audition : elle ne peut plus être retirée.")
    tell_cancelled(audition, by, timezone.now())
    audition.delete()


def warnings(seance, user):
    """What would make somebody be in two places at once, as French sentences this person may read."""
    others = seance.jury.seances.exclude(pk=seance.pk).filter(debut__lt=seance.fin, fin__gt=seance.debut)
    found = [
        f"Une autre séance du jury se tient en même temps, le {jour(other.debut)} de {heure(other.debut)} "
        f"à {heure(other.fin)} : un membre ne peut pas siéger dans les deux."
        for other in others
    ]
    managed = Audition.objects.managed_by(user)
    own = {audition.dossier_id: audition for audition in managed.filter(seance=seance)}
    slots = list(
        managed.filter(seance__jury=seance.jury_id, debut__lt=seance.fin, fin__gt=seance.debut).select_related(
            "dossier__structure"
        )
    )
    porteurs = {}
    for user, structure in (
        Membre.objects.current()
        .filter(structure__in={slot.dossier.structure_id for slot in slots})
        .values_list("user", "structure")
    ):
        porteurs.setdefault(structure, set()).add(user)
    for one, two in combinations(slots, 2):
        if not ({one.dossier_id, two.dossier_id} & own.keys()) or one.debut >= two.fin or two.debut >= one.fin:
            continue
        if porteurs.get(one.dossier.structure_id, set()) & porteurs.get(two.dossier.structure_id, set()):
            found.append(f"Une même personne porte « {one.dossier} » et « {two.dossier} », auditionnés au même moment.")
    return found


@transaction.atomic
def record_presences(seance, present_ids, *, by, vus=None):
    """Write who sits: `present_ids` are the primary keys of the active members present; the others are absent.

    vus: the primary keys of those the page showed present; a member who has not changed since keeps what another may
    have said of him meanwhile (None: not compared). Raises PermissionDenied when `by` is recused from a dossier of the
    séance: the quorum of each depends on it.
    """
    ensure_may(by, "juries.schedule", seance)
    hold(seance)
    ensure_hears_all(seance, by)
    pin_recusals(seance.jury)
    for jure in Jure.objects.active().filter(jury=seance.jury_id):
        is_present = jure.pk in present_ids
        is_said = vus is None or is_present != (jure.pk in vus)
        write = Presence.objects.update_or_create if is_said else Presence.objects.get_or_create
        write(seance=seance, jure=jure, defaults={"is_present": is_present})
    recompute_auditions(seance.auditions.all())


@transaction.atomic
def hear(audition, *, by, expected=None):
    """The dossier was heard. Raises TransitionRefused when it no longer waits, or before the séance begins.

    Its own hour is not waited for: a séance runs ahead of its timetable as soon as somebody does not come.
    """
    ensure_may(by, "juries.schedule", audition)
    now, debut = timezone.now(), audition.seance.debut
    if now < debut:
        raise TransitionRefused(
            f"La séance commence le {jour(debut)} à {heure(debut)}\u00a0: l’audition ne peut pas être notée avant."
        )
    return LIFECYCLE.apply(audition.dossier, "hear", by=by, at=now, expected=expected)


@transaction.atomic
def record_absence(audition, *, motif, by, expected=None):
    """Nobody came: the dossier is not retained, with the reason. Raises TransitionRefused, also before its hour."""
    ensure_may(by, "juries.schedule", audition)
    now = timezone.now()
    if now < audition.debut:
        raise TransitionRefused(
            f"L’audition est prévue le {jour(audition.debut)} à {heure(audition.debut)}\u00a0: "
            "personne ne peut être dit absent avant."
        )
    return LIFECYCLE.apply(audition.dossier, "record_absence", by=by, at=now, motif=motif, expected=expected)


@transaction.atomic
def lock_seance(seance, *, by):
    """No member writes a note of this séance any more. Raises PermissionDenied, TransitionRefused on a second click."""
    ensure_may(by, "juries.lock_seance", seance)
    ensure_hears_all(seance, by)
    updated = Seance.objects.filter(pk=seance.pk, locked_at__isnull=True).update(locked_at=timezone.now())
    if not updated:
        raise TransitionRefused("Les notes de cette séance sont déjà verrouillées.")
    seance.refresh_from_db()
    return seance


def remind_unfinished(seance, *, by):
    """Remind, once a day, the members present whose ballots are not all final. Returns the messages owed.

    Raises PermissionDenied when `by` is recused from a dossier of the séance.
    """
    ensure_may(by, "juries.schedule", seance)
    ensure_hears_all(seance, by)
    sent = []
    for jure, restants in unfinished(seance):
        sent += notify(
            "jury_rappel_notes",
            jure,
            occurrence=f"{seance.pk}-{timezone.localdate()}",
            seance=seance,
            restants=restants,
        )
    return sent
