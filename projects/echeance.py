"""The deadline: one function says until when a dossier may be written, every write asks it.

The server's clock decides, with aware datetimes; the instant of the deadline itself is still in time, and so are
the seconds of its minute shown to people («23 h 59» lasts until 23:59:59.999).
"""

from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from ecriture.declaration import EcritureFermee
from label.arrivee import ATTENTE_MAX
from label.minute import is_past
from label.templatetags.label_ui import jour_heure, jour_heure_seconde
from projects.enums import AVANT_DEPOT, Statut

# Days before the deadline on which the members of a structure are told what is missing.
JOURS_DE_RAPPEL = (30, 15, 7, 2, 1)


class EcheancePassee(EcritureFermee):
    """A write came after the deadline; the message says when it was, and what to do."""


def deadline_of(dossier: Any) -> datetime:
    """Until when this dossier may be written and deposited: the édition's deadline, or its own extension if later.

    Returns an aware datetime. Without a query when it was read with the dossier, or its prolongations prefetched.
    """
    if hasattr(dossier, "echeance"):
        return dossier.echeance
    if "prolongations" in getattr(dossier, "_prefetched_objects_cache", ()):
        prolongation = max((p.jusqu_au for p in dossier.prolongations.all()), default=None)
    else:
        prolongation = dossier.prolongations.aggregate(jusqu_au=Max("jusqu_au"))["jusqu_au"]
    cloture = dossier.edition.cloture
    return max(cloture, prolongation) if prolongation else cloture


def may_close(deadline: datetime, now: datetime) -> bool:
    """True once a draft may be recorded as caduc: no deposit clicked in time can still be on its way to us."""
    return is_past(deadline, now - ATTENTE_MAX)


def is_caduc(dossier: Any, now: datetime | None = None) -> bool:
    """True for a draft whose deadline has passed, whether or not the beat has recorded it."""
    if dossier.statut == Statut.CADUC:
        return True
    return dossier.statut in AVANT_DEPOT and is_past(deadline_of(dossier), now or timezone.now())


def ensure_in_time(dossier: Any, now: datetime, *, arrivee: datetime | None = None) -> None:
    """Raise EcheancePassee when a draft can no longer be written or deposited at the aware datetime `now`.

    `arrivee`: of a deposit, when it reached us; it is judged by that instant, and told it.
    """
    deadline = deadline_of(dossier)
    if is_past(deadline, arrivee or now):
        recu = f"Reçu le {jour_heure_seconde(arrivee)}, heure de Paris. " if arrivee else ""
        raise EcheancePassee(
            f"{recu}La date limite est passée\u00a0: ce dossier pouvait être écrit et déposé jusqu’au "
            f"{jour_heure(deadline)}, heure de Paris. Votre texte reste lisible et pourra être repris dans une "
            "prochaine édition."
        )
