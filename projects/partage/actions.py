"""People let into one dossier: invite, change what they may do, withdraw, leave; mandate somebody to deposit."""

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_signed_in
from label.liens.page import AUTRE_ADRESSE, is_for
from label.limites import spend_tiers
from label.notifications import notify
from label.templatetags.label_ui import jour
from projects.enums import AVANT_DEPOT, SANS_DEPOT, Droit
from projects.models import Dossier, Mandat, Membre, Partage

# Invitations of one dossier that may wait for their answer at the same time: enough for a project, no use to a spammer.
EN_ATTENTE = 20


def forget_partages(user):
    """Invitations and mandates are read once per request by the rules: read them again after a change."""
    for name in ("_partages", "_mandats"):
        user.__dict__.pop(name, None)


def _lock(dossier):
    return Dossier.objects.held().select_related("contrat").get(pk=dossier.pk)


def writes_by_right(dossier, email):
    """Why this address has no need of an invitation, in French, or '' when it may receive one."""
    if Membre.objects.current().filter(structure=dossier.structure_id, user__email=email).exists():
        return "Cette personne écrit déjà ce dossier : elle est membre de la structure."
    if dossier.contrat and dossier.contrat.chefs().filter(email=email).exists():
        return "Cette personne écrit déjà ce dossier : elle est chef de projet du contrat de ville."
    return ""


@transaction.atomic
def invite_to_dossier(dossier, *, email, droit, by, at=None):
    """Let an address into one dossier, once it accepts. Returns the `Partage`.

    Nobody who has not accepted is written to beyond one invitation and one reminder: an address that did not answer
    is invited again only once its first invitation has run out.
    Raises PermissionDenied, or ValidationError (there by right, invited already, too many waiting), TropVite.
    """
    if not by.has_perm("projects.share_dossier", dossier):
        raise PermissionDenied
    at = at or timezone.now()
    email = email.strip().lower()
    locked = _lock(dossier)
    if refusal := writes_by_right(locked, email):
        raise ValidationError({"email": refusal})
    known = locked.partages.filter(email=email)
    silent = known.filter(accepted_at=None, expire_at__gt=at).order_by("-expire_at").first()
    if silent and silent.ended_at:
        raise ValidationError(
            {
                "email": f"Cette adresse a reçu une invitation le {jour(silent.created_at)} et n’est pas entrée : "
                f"une autre pourra partir à compter du {jour(silent.expire_at)}."
            }
        )
    if locked.partages.pending(at).count() >= EN_ATTENTE:
        raise ValidationError(
            f"{EN_ATTENTE} invitations attendent déjà leur réponse dans ce dossier : retirez-en, ou patientez."
        )
    known.filter(accepted_at=None, ended_at=None, expire_at__lte=at).update(ended_at=at)
    partage = Partage(dossier=locked, email=email, droit=droit, by=by, created_at=at, expire_at=at + Partage.DELAI)
    partage.full_clean(exclude=["by", "jeton_sha256"])
    with pghistory.context(user=by.pk):
        partage.save()
    spend_tiers(by, email)
    notify("partage_invitation", partage)
    return partage


def refusal_of(partage, user, now=None):
    """Why this person cannot enter by this link, in French, or '' when nothing stands in the way."""
    if pourquoi := partage.pourquoi_clos(now):
        return pourquoi
    if not is_for(partage, user):
        return AUTRE_ADRESSE
    if user.is_agent:
        return "Vous lisez et commentez déjà ce dossier, comme agent de l’EPT."
    return ""


@transaction.atomic
def accept_partage(partage, *, by, at=None):
    """Enter the dossier. Only the invited address may. Returns the `Partage`; raises ValidationError."""
    ensure_signed_in(by)
    at = at or timezone.now()
    locked = Partage.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=partage.pk)
    if refusal := refusal_of(locked, by, at):
        raise ValidationError(refusal)
    if Partage.objects.current().filter(dossier=locked.dossier_id, user=by).exists():
        raise ValidationError("Vous êtes déjà dans ce dossier.")
    locked.user, locked.accepted_at = by, at
    with pghistory.context(user=by.pk):
        locked.save(update_fields=["user", "accepted_at"])
    forget_partages(by)
    return locked


@transaction.atomic
def decline_partage(partage, *, at=None):
    """Whoever holds the link says no: nothing more is sent. Raises ValidationError when it is too late."""
    rows = Partage.objects.filter(pk=partage.pk, accepted_at=None, ended_at=None)
    if not rows.update(ended_at=at or timezone.now()):
        raise ValidationError("Cette invitation n’attend plus de réponse.")


def _take(partage):
    """Lock one invitation that is not over. Raises ValidationError."""
    locked = Partage.objects.select_for_update(of=("self",)).select_related("dossier", "user").get(pk=partage.pk)
    if locked.ended_at:
        raise ValidationError("Entre-temps, cette personne a été retirée du dossier.")
    return locked


@transaction.atomic
def change_droit(partage, *, droit, by, at=None):
    """Let an invited person do more, or less. Returns the `Partage`. Raises PermissionDenied, ValidationError."""
    locked = _take(partage)
    if not by.has_perm("projects.share_dossier", locked.dossier):
        raise PermissionDenied
    locked.droit = Droit(droit)
    with pghistory.context(user=by.pk):
        locked.save(update_fields=["droit"])
    if locked.user:
        if locked.droit != Droit.ECRITURE:
            end_mandats(locked.user, [locked.dossier_id], auteur=by, at=at)
        forget_partages(locked.user)
    return locked


@transaction.atomic
def end_partage(partage, *, by, at=None):
    """Take somebody out of the dossier, or leave it oneself; what was written stays.

    Raises PermissionDenied, or ValidationError when it is over already.
    """
    locked = _take(partage)
    if by.pk != locked.user_id and not by.has_perm("projects.share_dossier", locked.dossier):
        raise PermissionDenied
    locked.ended_at, locked.ended_by = at or timezone.now(), by
    with pghistory.context(user=by.pk):
        locked.save(update_fields=["ended_at", "ended_by"])
    if locked.user:
        end_mandats(locked.user, [locked.dossier_id], auteur=by, at=at)
        forget_partages(locked.user)
    return locked


def remind_partages(now=None):
    """Remind once, a week after the invitation, who has neither accepted nor declined. Returns how many.

    A dossier whose writing ended without a deposit asks nobody any more.
    """
    now = now or timezone.now()
    due = Partage.objects.pending(now).filter(relance_at=None, created_at__lte=now - Partage.RAPPEL)
    sent = 0
    for pk in due.exclude(dossier__statut__in=SANS_DEPOT).values_list("pk", flat=True):
        with transaction.atomic():
            partage = (
                Partage.objects.pending(now)
                .select_for_update(skip_locked=True, of=("self",))
                .select_related("dossier__structure", "by")
                .filter(pk=pk, relance_at=None)
                .first()
            )
            if partage is None:
                continue
            partage.relance_at = now
            partage.save(update_fields=["relance_at"])
            sent += len(notify("partage_relance", partage, occurrence="j+7"))
    return sent


# --- Mandate to deposit -----------------------------------------------------------------------


@transaction.atomic
def give_mandat(dossier, personne, *, by, at=None):
    """A responsable lets `personne` (a User who writes this dossier) deposit it. Returns the `Mandat`.

    Raises PermissionDenied, or ValidationError (deposited already, does not write it, mandated or responsable already).
    """
    if not by.has_perm("projects.mandate_dossier", dossier):
        raise PermissionDenied
    locked = _lock(dossier)
    if locked.statut not in AVANT_DEPOT:
        raise ValidationError("Ce dossier n’est plus à déposer.")
    membre = Membre.objects.current().filter(structure=locked.structure_id, user=personne).first()
    if membre and membre.is_responsable:
        raise ValidationError("Cette personne est responsable de la structure : elle peut déjà déposer.")
    writer = locked.partages.current().filter(user=personne, droit=Droit.ECRITURE).exists()
    if membre is None and (not writer or personne.is_agent):
        raise ValidationError("Seule une personne qui écrit ce dossier pour la structure peut être mandatée.")
    mandat = Mandat(dossier=locked, user=personne, by=by, created_at=at or timezone.now())
    mandat.full_clean(exclude=["by", "revoked_by"])
    with pghistory.context(user=by.pk):
        mandat.save()
    forget_partages(personne)
    spend_tiers(by, personne.email)
    notify("mandat_donne", mandat)
    return mandat


@transaction.atomic
def revoke_mandat(mandat, *, by, at=None):
    """Take the mandate back; the person mandated may give it up too. Raises PermissionDenied, ValidationError."""
    if by.pk != mandat.user_id and not by.has_perm("projects.mandate_dossier", mandat.dossier):
        raise PermissionDenied
    if not end_mandats(mandat.user, [mandat.dossier_id], auteur=by, at=at):
        raise ValidationError("Ce mandat est déjà retiré.")


def end_mandats(user, dossiers, *, auteur, at=None):
    """End this person's mandates on these dossiers (primary keys). Returns how many ended; checks no permission."""
    rows = Mandat.objects.current().filter(user=user, dossier__in=dossiers)
    with pghistory.context(user=auteur.pk):
        ended = rows.update(revoked_at=at or timezone.now(), revoked_by=auteur)
    forget_partages(user)
    return ended
