"""Files of a dossier: joined, replaced, put back, looked at by the antivirus. None is ever destroyed."""

import hashlib
import logging
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from label import antivirus
from label.celery import enqueue
from label.commodite import convenience
from label.fichiers.inspection import clean_name, inspect_file
from label.fichiers.vignette import make_thumbnail
from label.notifications import notify
from projects.actions.elaboration import ensure_may_write, ensure_writable
from projects.enums import Analyse, Section
from projects.models import Dossier, Piece, Redaction

logger = logging.getLogger(__name__)

PLACE_MANQUE = (
    "ce fichier n’a pas pu être gardé, par manque de place de notre côté. Gardez-le et réessayez dans quelques "
    "minutes\u00a0; si cela recommence, prévenez l’équipe du label."
)
A_VERIFIER = (Analyse.EN_ATTENTE, Analyse.NON_VERIFIE)


@transaction.atomic
def add_piece(dossier, *, fichier, by, demandee=None, vu=None, envoi=None, section=Section.PIECES, at=None):
    """Join a file (an uploaded file, read from its start) to the dossier; the one it replaces is kept aside.

    `demandee`: the PieceDemandee it answers, None for a free one. `vu`: the key of the file the person saw in place,
    "" for none, None when nobody looked. `envoi`: a UUID given to this sending, which joins one file however often it
    arrives. `section`: where it is joined from, which must be open. Returns the Piece. When somebody joined another
    one since `vu`, theirs stays and this one is kept aside: its `remplacee_at` is set.
    Raises ValidationError on a file not accepted, EcritureFermee, EcheancePassee, PermissionDenied.
    """
    at = at or timezone.now()
    if envoi and (received := dossier.pieces.filter(envoi=envoi, by=by).first()):
        return received
    # The heavy work comes before the lock: others go on writing meanwhile.
    type_mime, extension = inspect_file(fichier)
    nom = clean_name(fichier.name, extension)
    miniature = make_thumbnail(fichier, type_mime)
    sha256 = _digest(fichier)
    locked = _open(dossier, section, by=by, at=at)
    if envoi and (received := locked.pieces.filter(envoi=envoi, by=by).first()):
        return received
    en_place = None
    if demandee is None:
        if same := locked.pieces.filter(demandee=None, remplacee_at=None, sha256=sha256, nom=nom).first():
            return same
    else:
        if demandee.edition_id != locked.edition_id:
            raise ValidationError("Cette pièce n’est pas demandée par l’édition de ce dossier.")
        en_place = locked.pieces.filter(demandee=demandee, remplacee_at=None).first()
        if en_place and en_place.sha256 == sha256:
            return en_place
    piece = Piece(
        dossier=locked,
        demandee=demandee,
        nom=nom,
        type_mime=type_mime,
        taille=fichier.size,
        sha256=sha256,
        by=by,
        created_at=at,
        envoi=envoi,
        analyse=Analyse.EN_ATTENTE if antivirus.is_configured() else Analyse.NON_VERIFIE,
    )
    if en_place and vu is not None and en_place.cle != vu:
        # Nobody replaces what they have not seen.
        piece.remplacee_at = at
    elif en_place:
        set_aside(en_place, by=by, at=at)
    _store(piece, fichier, miniature)
    _stamp(locked, by=by, at=at)
    _scan_on_commit(piece)
    return piece


def _open(dossier, section=Section.PIECES, *, by, at):
    """The dossier, locked, once writing its files in this section is known to be allowed."""
    rows = Dossier.objects.select_for_update(of=("self",)).select_related("edition", "structure", "contrat")
    locked = rows.get(pk=dossier.pk)
    ensure_may_write(locked, by)
    ensure_writable(locked, section, at)
    return locked


def _stamp(dossier, *, by, at):
    redaction, _ = Redaction.objects.get_or_create(dossier=dossier, section=Section.PIECES, defaults={"at": at})
    Redaction.objects.filter(pk=redaction.pk).update(version=F("version") + 1, by=by, at=at)
    Dossier.objects.filter(pk=dossier.pk).update(updated_at=at, revision=F("revision") + 1)


def _digest(fichier):
    digest = hashlib.sha256()
    for chunk in fichier.chunks():
        digest.update(chunk)
    fichier.seek(0)
    return digest.hexdigest()


def set_aside(piece, *, by, at):
    """Take a file out of the dossier, within the caller's lock; it is kept."""
    Piece.objects.filter(pk=piece.pk, remplacee_at=None).update(remplacee_at=at, remplacee_by=by)


def _store(piece, fichier, miniature):
    """Write the file, its thumbnail and the row; a row that is refused leaves no file behind."""
    try:
        piece.fichier.save(fichier.name, fichier, save=False)
        if miniature is not None:
            with convenience("a thumbnail that could not be kept"):
                piece.miniature.save("miniature", miniature, save=False)
        piece.save()
    except BaseException as error:
        for field in (piece.fichier, piece.miniature):
            if field:
                field.delete(save=False)
        if isinstance(error, OSError):
            # The disk is full, or gone: nothing of the person's doing.
            logger.exception("A file could not be kept")
            raise ValidationError(PLACE_MANQUE, code="place") from error
        raise


@transaction.atomic
def remove_piece(piece, *, by, at=None):
    """Set a file aside: it no longer belongs to the dossier, it is not destroyed. Raises as `add_piece`."""
    at = at or timezone.now()
    locked = _open(piece.dossier, by=by, at=at)
    changes = {"remplacee_at": at, "remplacee_by": by}
    if not locked.pieces.filter(pk=piece.pk, remplacee_at=None).update(**changes):
        raise ValidationError("Cette pièce a déjà été retirée ou remplacée.")
    _stamp(locked, by=by, at=at)


@transaction.atomic
def restore_piece(piece, *, by, at=None):
    """Put a former file back: a new line of the dossier on the same bytes. Returns it.

    The one in place, if any, is set aside in its turn. Raises as `add_piece`.
    """
    at = at or timezone.now()
    locked = _open(piece.dossier, by=by, at=at)
    former = locked.pieces.get(pk=piece.pk)
    if former.analyse == Analyse.INFECTE:
        raise ValidationError("L’antivirus a écarté ce fichier\u00a0: il ne peut pas être remis.")
    same_place = locked.pieces.filter(demandee=former.demandee_id, remplacee_at=None)
    if former.remplacee_at is None or same_place.filter(sha256=former.sha256, nom=former.nom).exists():
        raise ValidationError("Ce fichier est déjà en place.")
    if former.demandee_id and (en_place := same_place.first()):
        set_aside(en_place, by=by, at=at)
    kept = ("demandee_id", "nom", "type_mime", "taille", "sha256", "analyse", "analyse_at")
    restored = Piece.objects.create(
        dossier=locked,
        fichier=former.fichier.name,
        miniature=former.miniature.name,
        by=by,
        created_at=at,
        reprise_de=former,
        **{name: getattr(former, name) for name in kept},
    )
    _stamp(locked, by=by, at=at)
    _scan_on_commit(restored)
    return restored


# --- The antivirus ----------------------------------------------------------------------------


def _scan_on_commit(piece):
    if piece.analyse == Analyse.EN_ATTENTE:
        transaction.on_commit(partial(enqueue, "projects.tasks.scan_piece", piece.pk), robust=True)


def scan_piece(pk, at=None):
    """Ask the antivirus what one file is, and keep its answer. Returns the Analyse it now has, None when not asked.

    An infected file leaves the dossier and is never given again; who joined it is told.
    Raises AntivirusAbsent: the file stays as it was, to be asked again.
    """
    piece = Piece.objects.select_related("dossier").filter(pk=pk, analyse__in=A_VERIFIER).first()
    if piece is None or not antivirus.is_configured():
        return None
    try:
        with piece.fichier.open("rb") as file:
            threat = antivirus.scan(file)
    except FileNotFoundError:
        logger.error("The file of the piece %s is lost", pk)
        Piece.objects.filter(pk=pk).update(analyse=Analyse.NON_VERIFIE, analyse_at=at or timezone.now())
        return None
    at = at or timezone.now()
    changes = {"analyse": Analyse.SAIN, "analyse_at": at}
    if threat:
        changes |= {"analyse": Analyse.INFECTE, "menace": threat[:200]}
        changes["remplacee_at"] = Coalesce("remplacee_at", Value(at))
    with transaction.atomic():
        if not Piece.objects.filter(pk=pk, analyse__in=A_VERIFIER).update(**changes):
            return None
        if threat:
            logger.warning("Antivirus: %s in the piece %s", threat, piece.cle)
            Dossier.objects.filter(pk=piece.dossier_id).update(updated_at=at)
            notify("piece_ecartee", piece)
    return changes["analyse"]


def scan_pieces(limit=200):
    """Ask about the files no task has asked about: those that wait first, then those joined without antivirus.

    Returns the number of files answered; stops when the antivirus is away. A file it cannot read waits, and keeps
    nobody else waiting.
    """
    if not antivirus.is_configured():
        return 0
    done = 0
    for state in A_VERIFIER:
        pks = (
            Piece.objects.filter(analyse=state, analyse_at=None)
            .order_by("created_at")
            .values_list("pk", flat=True)[:limit]
        )
        for pk in list(pks):
            try:
                done += scan_piece(pk) is not None
            except antivirus.AntivirusAbsent as error:
                logger.warning("Antivirus: no answer for the piece %s (%s)", pk, error)
                if not antivirus.is_reachable():
                    return done
    return done
