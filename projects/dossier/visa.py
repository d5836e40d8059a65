"""The visa of the chef de projet: asked, awaited, returned with a word; `move_dossier` gives it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from label.droits import ensure_may
from label.lifecycle import TransitionRefused
from label.notifications import notify
from projects.dossier.connu import meanwhile
from projects.echeance import ensure_in_time
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier, Passage

# The move that asks for it: the visa is awaited while it is the last of a draft.
DEMANDE = "ask_visa"
# What is said of it then, in place of its statut.
VISA_ATTENDU = "Visa demandé"
# The same of dossiers `read_by` somebody; one without a move is not one of them, and is not lost by its contrary.
DEMANDE_LUE = Q(statut_lu=Statut.CO_ELABORATION, bouge_par__isnull=False, bouge_par=DEMANDE)


def is_asked(statut, dernier):
    """The visa is awaited of a dossier at this statut, whose last move is `dernier` (None: it has none)."""
    return statut == Statut.CO_ELABORATION and dernier is not None and dernier.transition == DEMANDE


def awaits_visa(dossier):
    """True while the porteur has asked for the visa and nothing has moved since."""
    return is_asked(dossier.statut, _last(dossier))


def _last(dossier):
    return dossier.passages.order_by("-at", "-pk").first()


@LIFECYCLE.gate("return_visa")
def unasked(dossier):
    """What stands in the way of returning the dossier: nobody asks for the visa."""
    if awaits_visa(dossier):
        return []
    return ["Le visa n’est pas demandé : il n’y a rien à renvoyer. Un message ou un commentaire suffit."]


def refusal_to_ask(dossier, user, at):
    """Why this person cannot ask for the visa now, in French, or ''."""
    try:
        ensure_visa_may_be_asked(dossier, user, at)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def ensure_visa_may_be_asked(dossier, user, at):
    """Raise EcheancePassee, or TransitionRefused when it is no time to ask: asked today and awaited, or not a draft."""
    ensure_in_time(dossier, at)
    if dossier.statut != Statut.CO_ELABORATION:
        raise TransitionRefused(meanwhile(dossier, user), code="stale")
    last = _last(dossier)
    if is_asked(dossier.statut, last) and timezone.localdate(last.at) == timezone.localdate(at):
        raise TransitionRefused("Le visa a déjà été demandé aujourd’hui : le chef de projet est prévenu.")


@transaction.atomic
def ask_visa(dossier, *, by, at=None):
    """Tell the chef de projet that the draft is ready to be read; once a day while it is awaited. Returns the Passage.

    Raises PermissionDenied, EcheancePassee, TransitionRefused.
    """
    at = at or timezone.now()
    locked = Dossier.objects.held().select_related("edition").get(pk=dossier.pk)
    ensure_may(by, "projects.ask_visa", locked)
    ensure_visa_may_be_asked(locked, by, at)
    passage = Passage.objects.create(
        dossier=locked, transition=DEMANDE, de=locked.statut, vers=locked.statut, by=by, at=at
    )
    notify("visa_demande", locked, occurrence=str(passage.pk), par=by)
    return passage
