"""Convocations: each person concerned learns of a slot by a mail with a calendar file, and of its changes only."""

import hashlib
import json
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from contrats.models import Affectation
from juries.creneau import Creneau
from juries.declaration.actions import pin_recusals
from juries.enums import SorteConvocation
from juries.models import Audition, Convocation, Declaration, Jure, Oral
from juries.oral.repetitions import cancel_too_late, told_of_answer, too_late
from juries.seance.actions import ensure_hears_all, hold
from juries.seance.inscrits import inscrits
from label.droits import ensure_may
from label.models import Courriel, User
from label.notifications import notify, prevenus
from projects.enums import Statut
from projects.models import Membre
from projects.notifications import set_apart


def porteurs(dossier):
    """The people of the structure and the chefs de projet in post who read the dossier, each once."""
    membres = Membre.objects.current().filter(structure=dossier.structure_id).values("user")
    chefs = Affectation.objects.current().filter(contrat=dossier.contrat_id).exclude(user__in=set_apart(dossier))
    return list(User.objects.filter(pk__in=membres) | User.objects.filter(pk__in=chefs.values("user")))


def to_announce(seance):
    """The auditions still to come of the séance whose present slot was not announced."""
    return [
        audition
        for audition in seance.auditions.filter(dossier__statut=Statut.ADMIS).select_related("seance", "dossier")
        if not audition.is_annoncee
    ]


@dataclass(frozen=True)
class Envoi:
    """One message a convocation owes: what `notify` takes."""

    key: str
    objet: object
    occurrence: str
    contexte: dict = field(default_factory=dict)


def _digest(auditions):
    lines = [[one.cle, one.convocation, Creneau.read(one.creneau).kept()] for one in auditions]
    return hashlib.sha256(json.dumps(lines).encode()).hexdigest()[:16]


def _heard_by(auditions, jures):
    """{juror's key: those of these auditions the juror hears, in order} for these members, in one query."""
    dossiers = [one.dossier_id for one in auditions]
    declared = Declaration.objects.libres().filter(jure__in=jures, dossier__in=dossiers)
    pairs = set(declared.values_list("jure", "dossier"))
    return {jure.pk: [one for one in auditions if (jure.pk, one.dossier_id) in pairs] for jure in jures}


def _told_before(seance, jures):
    """{juror's key: the occurrences already owed for this séance, in order} for these members, in one query."""
    owed = Courriel.objects.filter(
        cle_notification="convocation_jury",
        object_id__in=[jure.pk for jure in jures],
        occurrence__startswith=f"{seance.cle}-",
    )
    found = {jure.pk: [] for jure in jures}
    for jure, occurrence in owed.order_by("pk").values_list("object_id", "occurrence"):
        found[jure].append(occurrence)
    return found


def _envoi_to_jure(jure, seance, heard, before, held):
    """The `Envoi` of the whole séance to this member, or None while his own list has not changed.

    `heard`: the auditions the member hears, of this séance and of those his calendar holds (`held`, the `Inscrit` of
    each); `before`: the occurrences already owed.
    """
    auditions = [one for one in heard if one.seance_id == seance.pk]
    digest = _digest(auditions)
    if before[-1].endswith(digest) if before else not auditions:
        return None
    kept = {one.cle for one in heard}
    contexte = {
        "seance": seance,
        "auditions": auditions,
        "is_modifiee": bool(before),
        "retires": [
            one for one in held.values() if one.seance == seance.cle and one.cle not in kept and not one.is_annule
        ],
        # One that comes back is later than what took it away.
        "versions": {
            one.cle: max(one.convocation, held[one.cle].sequence + 1)
            for one in auditions
            if one.cle in held and held[one.cle].is_annule
        },
    }
    return Envoi("convocation_jury", jure, f"{seance.cle}-{len(before) + 1}-{digest}", contexte)


def _plan(seance):
    """(the auditions still to come, each with its number once announced; the `Envoi`s owed by the séance as it stands).

    Nothing is written: the page that asks whether to send them reads it too. A constant number of queries.
    """
    auditions = list(seance.auditions.devant_le_jury().select_related("seance", "dossier__structure"))
    waiting = [audition for audition in auditions if audition.is_to_come]
    envois = []
    for audition in waiting:
        if not audition.is_annoncee:
            audition.convocation += 1
        # The same convocation again reaches only who has not had it: a member who joined since.
        key = "convocation" if audition.convocation == 1 else "convocation_modifiee"
        envois.append(Envoi(key, audition, str(audition.convocation)))
    jures = list(Jure.objects.active().filter(jury=seance.jury_id).select_related("user"))
    before, held = _told_before(seance, jures), inscrits([jure.user_id for jure in jures])
    elsewhere = Audition.objects.exclude(seance=seance).filter(cle__in={cle for own in held.values() for cle in own})
    heard = _heard_by([*auditions, *elsewhere], jures)
    envois += [_envoi_to_jure(one, seance, heard[one.pk], before[one.pk], held[one.user_id]) for one in jures]
    return waiting, [envoi for envoi in envois if envoi]


def told_of(seance):
    """Whom the convocations would reach now, as {address: name}."""
    told = {}
    for envoi in _plan(seance)[1]:
        told |= prevenus(envoi.key, envoi.objet, occurrence=envoi.occurrence, **envoi.contexte)
    for repetition in rehearsals_undone(seance):
        told |= told_of_answer(repetition)
    return told


def rehearsals_undone(seance):
    """The rehearsals that would come after the hearing once it is announced: the convocations cancel them."""
    return too_late({one.dossier_id: one.debut for one in to_announce(seance)}, timezone.now())


@transaction.atomic
def publish_convocations(seance, *, by):
    """Tell everybody concerned of the séance as it stands; who knows already hears nothing. Returns the messages owed.

    Porteurs and chefs de projet get a mail for their audition, each juror one mail for the auditions he hears.
    Raises PermissionDenied when `by` schedules nothing here, or is recused from a dossier of the séance; SeanceFermee.
    """
    ensure_may(by, "juries.schedule", seance)
    hold(seance)
    ensure_hears_all(seance, by)
    pin_recusals(seance.jury)
    now = timezone.now()
    # A dossier that leaves meanwhile takes its audition away: before this, or once it is told. What is prepared is held
    # first, as by whoever answers a convocation.
    list(Oral.objects.select_for_update().filter(dossier__audition__seance=seance).order_by("pk"))
    list(seance.auditions.select_for_update(of=("self",)).order_by("pk"))
    waiting, envois = _plan(seance)
    changed = {audition.dossier_id: audition.debut for audition in waiting if not audition.is_annoncee}
    for audition in waiting:
        if not audition.is_annoncee:
            sorte = SorteConvocation.DEPLACEE if audition.annonce else SorteConvocation.ENVOYEE
            audition.announce(now)
            audition.save(update_fields=["convocation", "convoked_at", "annonce"])
            Convocation.objects.create(dossier=audition.dossier, sorte=sorte, creneau=audition.annonce, by=by, at=now)
    sent = []
    for envoi in envois:
        sent += notify(envoi.key, envoi.objet, occurrence=envoi.occurrence, **envoi.contexte)
    cancel_too_late(changed, by, now)
    return sent
