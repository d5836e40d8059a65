"""The file that answers a question of the édition: a file of the dossier like the others, joined from its section."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from label.enums import SorteQuestion
from projects.enums import Section
from projects.models import Reponse
from projects.piece.actions import add_piece, set_aside
from projects.question.actions import ensure_asked, upsert_reponse


@transaction.atomic
def join_reponse(dossier, question, *, fichier, by, at=None):
    """Answer with a file (an uploaded file, read from its start); the one it replaces is kept aside. Returns the Piece.

    Raises ValidationError, EcritureFermee, EcheancePassee, PermissionDenied.
    """
    at = at or timezone.now()
    ensure_asked(dossier, question)
    if question.sorte != SorteQuestion.FICHIER:
        raise ValidationError("Cette question n’attend pas de fichier.")
    piece = add_piece(dossier, fichier=fichier, by=by, section=Section.QUESTIONS, at=at)
    if Reponse.objects.filter(piece=piece).exclude(question=question).exists():
        raise ValidationError("Ce fichier répond déjà à une autre question.")
    former = Reponse.objects.filter(dossier=dossier, question=question).select_related("piece").first()
    if former and former.piece and former.piece_id != piece.pk:
        set_aside(former.piece, auteur=by, at=at)
    upsert_reponse(Reponse(dossier=dossier, question=question, piece=piece, by=by, at=at))
    return piece
