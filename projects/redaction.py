"""Writing together: when it may be done, and by whom. Every write asks until when it may be made."""

from django.core.exceptions import PermissionDenied, ValidationError

from ecriture.declaration import EcritureFermee
from label.minute import is_past
from label.templatetags.label_ui import jour_heure
from projects.echeance import EcheancePassee, ensure_in_time
from projects.enums import REDACTION, Section, Statut


def ensure_writable(dossier, section, now):
    """Raise EcritureFermee or EcheancePassee when `section` of this dossier cannot be written at the datetime `now`.

    A draft is written until its deadline; a dossier sent back, on the sections reopened and until the date it was
    given, whatever the édition's deadline.
    """
    if dossier.statut in REDACTION:
        ensure_in_time(dossier, now)
        return
    if not dossier.is_rouvert:
        raise EcritureFermee("Ce dossier n’est plus en cours d’écriture : son texte reste lisible.")
    if not dossier.rouvre(section):
        raise EcritureFermee(
            "Cette partie n’est pas concernée par le complément demandé : elle reste telle que déposée."
        )
    if is_past(dossier.rouvert_jusqu_au, now):
        raise EcheancePassee(
            f"La date limite de réponse est passée : ce complément était attendu avant le "
            f"{jour_heure(dossier.rouvert_jusqu_au)}, heure de Paris."
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


def ensure_may_write(dossier, by):
    """Raise PermissionDenied to whoever never writes this dossier, EcritureFermee when nobody does any more."""
    if by.has_perm("projects.change_dossier", dossier):
        return
    if not by.has_perm("projects.view_dossier", dossier) or dossier.statut in {*REDACTION, Statut.A_COMPLETER}:
        raise PermissionDenied
    raise EcritureFermee("Ce dossier n’est plus en cours d’écriture\u00a0: son texte reste lisible.")
