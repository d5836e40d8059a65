"""Writing together: sections saved against a version, files. Every write asks until when it may be made."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from label.templatetags.label_ui import heure, jour, jour_heure
from projects.actions.dossier import route
from projects.actions.echeance import EcheancePassee, ensure_in_time, is_past
from projects.actions.structure import write_structure
from projects.enums import REDACTION, Section, Statut
from projects.fichiers import clean_name, inspect_file
from projects.models import BudgetLigne, Dossier, Indicateur, Piece, Redaction


class EcritureFermee(ValidationError):
    """The dossier, or this section of it, is no longer written."""


class SectionPerimee(ValidationError):
    """Somebody saved this section meanwhile. `redaction`: the version now held, with who and when."""

    def __init__(self, redaction):
        who = redaction.by.get_full_name() if redaction.by else "Quelqu’un"
        same_day = timezone.localdate(redaction.at) == timezone.localdate()
        when = f"à {heure(redaction.at)}" if same_day else f"le {jour(redaction.at)} à {heure(redaction.at)}"
        super().__init__(
            f"{who} a enregistré cette partie {when}, pendant que vous écriviez. Rien de ce que vous avez écrit n’est "
            "perdu : comparez ci-dessous, puis enregistrez ce qui doit rester."
        )
        self.redaction = redaction


def open_complement(dossier):
    """The request for a complement that waits for its answer, or None."""
    return dossier.complements.filter(answered_at=None).first()


def ensure_writable(dossier, section, now):
    """Raise EcritureFermee or EcheancePassee when `section` of this dossier cannot be written at the datetime `now`.

    A draft is written until its deadline; a dossier sent back, on the sections reopened and until the date of that
    request, whatever the édition's deadline.
    """
    if dossier.statut in REDACTION:
        ensure_in_time(dossier, now)
        return
    complement = open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None
    if complement is None:
        raise EcritureFermee("Ce dossier n’est plus en cours d’écriture : son texte reste lisible.")
    if not complement.rouvre(section):
        raise EcritureFermee(
            "Cette partie n’est pas concernée par le complément demandé : elle reste telle que déposée."
        )
    if is_past(complement.echeance, now):
        raise EcheancePassee(
            f"La date limite de réponse est passée : ce complément était attendu avant le "
            f"{jour_heure(complement.echeance)}, heure de Paris."
        )


def writable_sections(dossier, now):
    """The sections that may be written at the aware datetime `now`, as a set; empty when the dossier is closed."""
    writable = set()
    for section in Section:
        try:
            ensure_writable(dossier, section, now)
        except ValidationError:
            if dossier.statut != Statut.A_COMPLETER:
                break
        else:
            writable.add(section)
            if dossier.statut in REDACTION:
                return set(Section)
    return writable


def _take(dossier, section, *, by, at):
    """Lock the dossier and the version of its section, once the write is known to be allowed."""
    locked = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("edition", "structure", "contrat")
        .get(pk=dossier.pk)
    )
    if not by.has_perm("projects.change_dossier", locked):
        if not by.has_perm("projects.view_dossier", locked) or locked.statut in {*REDACTION, Statut.A_COMPLETER}:
            raise PermissionDenied
        raise EcritureFermee("Ce dossier n’est plus en cours d’écriture : son texte reste lisible.")
    ensure_writable(locked, section, at)
    Redaction.objects.get_or_create(dossier=locked, section=section, defaults={"at": at})
    return locked, Redaction.objects.select_for_update(of=("self",)).select_related("by").get(
        dossier=locked, section=section
    )


def _stamp(dossier, redaction, *, by, at, **values):
    redaction.version += 1
    redaction.by, redaction.at = by, at
    redaction.save(update_fields=["version", "by", "at"])
    Dossier.objects.filter(pk=dossier.pk).update(updated_at=at, **values)
    return redaction


@transaction.atomic
def save_section(dossier, section, *, values, version, by, at=None, lignes=None, indicateurs=None):
    """Write one section, if nobody saved it since `version` was read. Returns its Redaction (new version).

    `values`: cleaned values by field name (of the structure in the first section, of the dossier elsewhere).
    `lignes`: the whole budget, dicts (sens, compte, libelle, montant in whole euros, is_obtenu, is_ept).
    `indicateurs`: all of them, dicts (libelle, cible).
    Raises SectionPerimee, EcritureFermee, EcheancePassee, PermissionDenied, PlusieursContrats.
    """
    at = at or timezone.now()
    section = Section(section)
    locked, redaction = _take(dossier, section, by=by, at=at)
    if redaction.version != version:
        raise SectionPerimee(redaction)
    values = dict(values)
    if section == Section.STRUCTURE:
        write_structure(locked.structure, values=values, by=by, at=at)
        Dossier.objects.filter(pk=locked.pk).update(updated_at=at)
        redaction.refresh_from_db()
        return redaction
    relations = {name: values.pop(name) for name in ("quartiers", "communes") if name in values}
    if "quartiers" in relations:
        contrat = values.pop("contrat", None)
        # Once received by the EPT a dossier stays with the chef de projet who followed it.
        if locked.statut in REDACTION and relations["quartiers"]:
            values["contrat"] = route(relations["quartiers"], locked.edition, contrat or locked.contrat)
    for name, rows in relations.items():
        getattr(locked, name).set(rows)
    if lignes is not None:
        locked.budget_lignes.all().delete()
        BudgetLigne.objects.bulk_create(
            BudgetLigne(dossier=locked, ordre=rank, **ligne) for rank, ligne in enumerate(lignes)
        )
    if indicateurs is not None:
        locked.indicateurs.all().delete()
        Indicateur.objects.bulk_create(
            Indicateur(dossier=locked, ordre=rank, **indicateur) for rank, indicateur in enumerate(indicateurs)
        )
    return _stamp(locked, redaction, by=by, at=at, **values)


@transaction.atomic
def add_piece(dossier, *, fichier, by, demandee=None, at=None):
    """Join a file (an uploaded file, read from its start) to the dossier; the one it replaces is kept aside.

    `demandee`: the PieceDemandee it answers, None for a free one. Returns the Piece.
    Raises ValidationError on a file not accepted, and what `save_section` raises.
    """
    at = at or timezone.now()
    type_mime, extension = inspect_file(fichier)
    locked, redaction = _take(dossier, Section.PIECES, by=by, at=at)
    if demandee is not None:
        if demandee.edition_id != locked.edition_id:
            raise ValidationError("Cette pièce n’est pas demandée par l’édition de ce dossier.")
        locked.pieces.filter(demandee=demandee, remplacee_at=None).update(remplacee_at=at)
    digest = hashlib.sha256()
    for chunk in fichier.chunks():
        digest.update(chunk)
    fichier.seek(0)
    piece = Piece(
        dossier=locked,
        demandee=demandee,
        nom=clean_name(fichier.name, extension),
        type_mime=type_mime,
        taille=fichier.size,
        sha256=digest.hexdigest(),
        by=by,
        created_at=at,
    )
    piece.fichier.save(fichier.name, fichier, save=False)
    piece.save()
    _stamp(locked, redaction, by=by, at=at)
    return piece


@transaction.atomic
def remove_piece(piece, *, by, at=None):
    """Set a file aside: it no longer belongs to the dossier, it is not destroyed. Raises as `add_piece`."""
    at = at or timezone.now()
    locked, redaction = _take(piece.dossier, Section.PIECES, by=by, at=at)
    if not locked.pieces.filter(pk=piece.pk, remplacee_at=None).update(remplacee_at=at):
        raise ValidationError("Cette pièce a déjà été retirée ou remplacée.")
    _stamp(locked, redaction, by=by, at=at)
