"""Files of a dossier: joined, replaced, put back, looked at by the antivirus. None is ever destroyed."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ecriture.enregistrement.actions import stamp
from ecriture.presence.ecrans import stir
from label.enums import Analyse
from label.fichiers.quarantaine import Quarantaine
from label.fichiers.reception import keep_again, keep_file, receive_file
from label.notifications import notify
from label.templatetags.label_ui import heure
from projects.enums import Section
from projects.models import Dossier, Piece
from projects.piece.limites import ensure_room
from projects.redaction import ensure_may_write, ensure_writable


def _hold(piece):
    list(Dossier.objects.held().filter(pk=piece.dossier_id))


def _tell_threat(piece, at):
    """Who joined it is told, and the dossier is seen to have changed."""
    Dossier.objects.filter(pk=piece.dossier_id).update(updated_at=at)
    transaction.on_commit(partial(stir, piece.dossier), robust=True)
    notify("piece_ecartee", piece)


QUARANTAINE = Quarantaine(
    Piece.objects.select_related("dossier"), task="projects.tasks.scan_piece", on_threat=_tell_threat, hold=_hold
)


@transaction.atomic
def add_piece(dossier, *, fichier, by, demandee=None, vu=None, envoi=None, section=Section.PIECES, at=None):
    """Join a file (an uploaded file, read from its start) to the dossier; the one it replaces is kept aside.

    `demandee`: the PieceDemandee it answers, None for a free one. `vu`: the key of the file the person saw in place,
    "" for none, None when nobody looked. `envoi`: a UUID given to this sending, which joins one file however often it
    arrives. `section`: where it is joined from, which must be open. Returns the Piece. When somebody joined another
    one since `vu`, theirs stays and this one is kept aside: its `remplacee_at` is set.
    Raises ValidationError on a file not accepted or without room, EcritureFermee, EcheancePassee, PermissionDenied.
    """
    ensure_may_write(dossier, by)
    at = at or timezone.now()
    if envoi and (received := dossier.pieces.filter(envoi=envoi, by=by).first()):
        return received
    # The heavy work comes before the lock: others go on writing meanwhile.
    recu = receive_file(fichier)
    locked = _open(dossier, section, by=by, at=at)
    if envoi and (received := locked.pieces.filter(envoi=envoi, by=by).first()):
        return received
    en_place = None
    if demandee is None:
        if same := locked.pieces.filter(demandee=None, remplacee_at=None, sha256=recu.sha256, nom=recu.nom).first():
            return same
    else:
        if demandee.edition_id != locked.edition_id:
            raise ValidationError("Cette pièce n’est pas demandée par l’édition de ce dossier.")
        en_place = locked.pieces.filter(demandee=demandee, remplacee_at=None).first()
        if en_place and en_place.sha256 == recu.sha256:
            return en_place
    libre = demandee is None and section == Section.PIECES
    ensure_room(locked, taille=recu.taille, libre=libre, by=by, at=at)
    piece = Piece(dossier=locked, demandee=demandee, by=by, created_at=at, envoi=envoi)
    if en_place and vu is not None and en_place.cle != vu:
        # Nobody replaces what they have not seen.
        piece.remplacee_at = at
    elif en_place:
        set_aside(en_place, auteur=by, at=at)
    keep_file(piece, recu)
    stamp(locked, Section.PIECES, auteur=by, at=at)
    QUARANTAINE.ask_on_commit(piece)
    return piece


def _open(dossier, section=Section.PIECES, *, by, at):
    """The dossier, locked, once writing its files in this section is known to be allowed."""
    rows = Dossier.objects.held().select_related("edition", "structure", "contrat")
    locked = rows.get(pk=dossier.pk)
    ensure_may_write(locked, by)
    ensure_writable(locked, section, at)
    return locked


def set_aside(piece, *, auteur, at):
    """Take a file out of the dossier, within the caller's lock; it is kept."""
    Piece.objects.filter(pk=piece.pk, remplacee_at=None).update(remplacee_at=at, remplacee_by=auteur)


def join_piece(dossier, *, fichier, **options):
    """`add_piece`, and what to say of it to who sent the file: (etat, sentence).

    `etat`: joint, garde (somebody was quicker: theirs stays, this one is kept aside) or refuse. Raises
    PermissionDenied.
    """
    try:
        piece = add_piece(dossier, fichier=fichier, **options)
    except ValidationError as error:
        return "refuse", f"«\u00a0{fichier.name}\u00a0» n’est pas joint. {' '.join(error.messages)}"
    if piece.remplacee_at is None:
        return "joint", f"«\u00a0{piece.nom}\u00a0» est joint au dossier, à {heure(piece.created_at)}."
    other = dossier.pieces.filter(demandee=piece.demandee, remplacee_at=None).select_related("by").first()
    if other is None:
        return "garde", f"«\u00a0{piece.nom}\u00a0» est gardé parmi les versions précédentes."
    return "garde", (
        f"{other.by.get_full_name()} a joint «\u00a0{other.nom}\u00a0» à {heure(other.created_at)}, avant vous. "
        f"Les deux fichiers sont gardés\u00a0: le sien reste en place, «\u00a0{piece.nom}\u00a0» est dans les versions "
        "précédentes, d’où vous pouvez le remettre."
    )


@transaction.atomic
def remove_piece(piece, *, by, at=None):
    """Set a file aside: it no longer belongs to the dossier, it is not destroyed. Raises as `add_piece`."""
    at = at or timezone.now()
    locked = _open(piece.dossier, by=by, at=at)
    changes = {"remplacee_at": at, "remplacee_by": by}
    if not locked.pieces.filter(pk=piece.pk, remplacee_at=None).update(**changes):
        raise ValidationError("Cette pièce a déjà été retirée ou remplacée.")
    stamp(locked, Section.PIECES, auteur=by, at=at)


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
    if former.demandee_id is None:
        ensure_room(locked, taille=former.taille, libre=True)
    elif en_place := same_place.first():
        set_aside(en_place, auteur=by, at=at)
    restored = Piece(dossier=locked, demandee_id=former.demandee_id, by=by, created_at=at, reprise_de=former)
    keep_again(restored, former)
    stamp(locked, Section.PIECES, auteur=by, at=at)
    QUARANTAINE.ask_on_commit(restored)
    return restored
