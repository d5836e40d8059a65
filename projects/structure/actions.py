"""Structures and their people: create, join, invite, hand over, leave. One responsable at least stays."""

from datetime import timedelta

import pghistory
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.forms.models import model_to_dict
from django.utils import timezone

from ecriture.models import Redaction
from label.droits import ensure_may, ensure_signed_in
from label.liens.page import AUTRE_ADRESSE, is_for
from label.limites import spend_tiers
from label.notifications import notify
from projects.enums import Section
from projects.models import Invitation, Membre, Structure
from projects.partage.actions import end_mandats


def find_structure(*, siret="", rna=""):
    """The structure already known under one of these numbers, or None."""
    for name, value in (("siret", siret), ("rna", rna)):
        if value and (found := Structure.objects.filter(**{name: value}).first()):
            return found
    return None


@transaction.atomic
def create_structure(*, by, **fields):
    """Record a structure; the person who does it becomes its first responsable.

    `fields`: values of Structure (nom, type, rna, siret…). Raises ValidationError when they do not hold or when a
    number is already taken.
    """
    ensure_may(by, "projects.send_idee")
    structure = Structure(**fields)
    structure.full_clean()
    with pghistory.context(user=by.pk):
        structure.save()
        Membre.objects.create(structure=structure, user=by, is_responsable=True)
    forget_adhesions(by)
    return structure


@transaction.atomic
def update_structure(structure, *, values, by, at, vus=None):
    """Write the identity of a structure: `values` maps field names to cleaned values.

    `vus`: what the page showed, {field name: value}. A field left as it was shown stays as others wrote it since.
    Its dossiers show it in their first section: each is marked as rewritten, so that a page opened before is told.
    Raises PermissionDenied; StructureChangee, nothing written, when others wrote one of the fields typed.
    """
    if not by.has_perm("projects.change_structure", structure):
        raise PermissionDenied
    locked = Structure.objects.select_for_update(no_key=True).get(pk=structure.pk)
    held = model_to_dict(locked, fields=values)
    shown = held | {name: value for name, value in (vus or {}).items() if name in held}
    typed = {name: getattr(value, "pk", value) for name, value in values.items()}
    touched = {name for name in values if typed[name] != shown[name]}
    moved = sorted(name for name in touched if held[name] not in (shown[name], typed[name]))
    if moved:
        raise StructureChangee(locked, moved)
    written = {name: values[name] for name in touched if held[name] != typed[name]}
    if not written:
        return locked
    write_structure(locked, values=written, auteur=by)
    ecrits = locked.dossiers.values_list("ecrit", flat=True)
    Redaction.objects.bulk_create(
        [Redaction(ecrit_id=ecrit, section=Section.STRUCTURE) for ecrit in ecrits], ignore_conflicts=True
    )
    shown_in = Redaction.objects.filter(ecrit__dossier__structure=locked, section=Section.STRUCTURE)
    shown_in.update(version=F("version") + 1, by=by, at=at)
    return locked


class StructureChangee(ValidationError):
    """Somebody else wrote these fields since the page was shown; by field, what they hold now."""

    def __init__(self, structure, noms):
        said = {}
        for nom in noms:
            column = Structure._meta.get_field(nom)
            held = getattr(structure, f"get_{nom}_display", lambda c=column: getattr(structure, c.name))()
            text = f"«\u00a0{held}\u00a0»" if held not in (None, "") else "vide"
            said[nom] = f"Quelqu’un vient d’écrire ici\u00a0: {text}. Enregistrez à nouveau pour garder votre texte."
        super().__init__(said)


def write_structure(structure, *, values, auteur):
    """The write itself, its permission checked by the caller (the page of the structure, or a dossier's section).

    Raises ValidationError when another structure bears the same number.
    """
    for name, value in values.items():
        setattr(structure, name, value)
    try:
        with transaction.atomic(), pghistory.context(user=auteur.pk):
            structure.save(update_fields=list(values))
    except IntegrityError as error:
        broken = error.__cause__.diag.constraint_name
        for constraint in Structure._meta.constraints:
            if constraint.name == broken:
                raise ValidationError(constraint.violation_error_message) from error
        raise


@transaction.atomic
def invite(structure, *, email, is_responsable=False, by, at=None):
    """Invite an address to join. Returns the Invitation.

    Raises PermissionDenied, or ValidationError when the person belongs to the structure or is invited already, or
    TropVite.
    """
    if not by.has_perm("projects.change_structure", structure):
        raise PermissionDenied
    email = email.strip().lower()
    at = at or timezone.now()
    if email == by.email or by.emailaddress_set.filter(email=email).exists():
        # An agent may repair any structure: nobody makes himself a member of one.
        raise ValidationError("Vous ne pouvez pas vous inviter vous-même\u00a0: demandez à rejoindre la structure.")
    Structure.objects.select_for_update().get(pk=structure.pk)
    if Membre.objects.current().filter(structure=structure, user__email=email).exists():
        raise ValidationError("Cette personne est déjà membre de la structure.")
    open_ones = structure.invitations.filter(email=email, accepted_at=None, revoked_at=None)
    open_ones.filter(created_at__lte=at - Invitation.DELAI).update(revoked_at=at)
    invitation = Invitation(structure=structure, email=email, is_responsable=is_responsable, by=by, created_at=at)
    invitation.full_clean(exclude=["jeton_sha256"])
    invitation.save()
    spend_tiers(by, email)
    notify("invitation", invitation)
    return invitation


@transaction.atomic
def revoke_invitation(invitation, *, by, at=None):
    """Close the door before it was used. Raises PermissionDenied, or ValidationError when it is too late."""
    if not by.has_perm("projects.change_structure", invitation.structure):
        raise PermissionDenied
    updated = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(
        revoked_at=at or timezone.now()
    )
    if not updated:
        raise ValidationError("Cette invitation a déjà été acceptée ou retirée.")


def refusal_of(invitation, user, now=None):
    """Why this person cannot take up the invitation, in French, or '' when nothing stands in the way."""
    return invitation.pourquoi_clos(now) or ("" if is_for(invitation, user) else AUTRE_ADRESSE)


@transaction.atomic
def accept_invitation(invitation, *, by, at=None):
    """Enter the structure. Only the invited address may. Returns the Membre; raises ValidationError."""
    ensure_signed_in(by)
    at = at or timezone.now()
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if refusal := refusal_of(locked, by, at):
        raise ValidationError(refusal)
    locked.accepted_at = at
    locked.save(update_fields=["accepted_at"])
    with pghistory.context(user=by.pk):
        membre, created = Membre.objects.get_or_create(
            structure=locked.structure, user=by, au=None, defaults={"is_responsable": locked.is_responsable}
        )
        if not created and locked.is_responsable and not membre.is_responsable:
            membre.is_responsable = True
            membre.save(update_fields=["is_responsable"])
    forget_adhesions(by)
    return membre


def _lock_others(membre):
    """Lock the structure and count its other responsables today, so that two departures cannot cross."""
    Structure.objects.select_for_update().get(pk=membre.structure_id)
    current = Membre.objects.current().filter(structure=membre.structure_id, is_responsable=True)
    return current.exclude(pk=membre.pk).count()


@transaction.atomic
def end_membership(membre, *, by):
    """Take a person out of the structure. Raises PermissionDenied, or ValidationError for the last responsable.

    The last day recorded is yesterday: access ends at once. Who came today leaves only a history.
    """
    if by.pk != membre.user_id and not by.has_perm("projects.change_structure", membre.structure):
        raise PermissionDenied
    others = _lock_others(membre)
    membre.refresh_from_db()
    if membre.is_responsable and not others:
        raise ValidationError(
            "C’est la dernière personne responsable de la structure : désignez-en une autre avant son départ."
        )
    yesterday = timezone.localdate() - timedelta(days=1)
    with pghistory.context(user=by.pk):
        if membre.du > yesterday:
            membre.delete()
        else:
            membre.au = yesterday
            membre.save(update_fields=["au"])
    end_mandats(membre.user, membre.structure.dossiers.values("pk"), auteur=by)
    forget_adhesions(membre.user)


@transaction.atomic
def change_responsibility(membre, *, is_responsable, by):
    """Give a member the right to commit the structure, or take it back.

    Raises PermissionDenied, or ValidationError for the last responsable.
    """
    if not by.has_perm("projects.change_structure", membre.structure):
        raise PermissionDenied
    others = _lock_others(membre)
    if not is_responsable and not others:
        raise ValidationError("Une structure garde toujours au moins une personne responsable.")
    membre.is_responsable = is_responsable
    with pghistory.context(user=by.pk):
        membre.save(update_fields=["is_responsable"])
    forget_adhesions(membre.user)


def forget_adhesions(user):
    """Memberships are read once per request by the rules: read them again after a change."""
    user.__dict__.pop("_adhesions", None)
