"""The ranking read from the aggregates of the auditions, whatever the number of notes."""

from itertools import batched

from django.core.cache import cache
from django.db.models import F

from juries.classement.actions import ranks
from juries.classement.rangs import classer
from juries.models import Audition
from projects.models.dossier import by_numero

# The sort asked of the list: its words, then SQL; the rank itself is `classer`'s.
TRIS = {
    "rang": ("Rang", None),
    "numero": ("Dossier", by_numero("dossier__")),
    "ecart": ("Écart-type", [F("ecart_type").desc(nulls_last=True)]),
    "bulletins": ("Bulletins", [F("nombre_notes").asc(nulls_last=True)]),
    "demande": ("Demandé", [F("dossier__montant_demande").desc(nulls_last=True)]),
}
# Above this many auditions the corrected means, made from every ballot, are computed only when asked for.
CORRIGEES_D_OFFICE = 300


def places(auditions):
    """{audition pk: Place} among these auditions, best first, those nobody scored at the end; one query."""
    return classer(dict(auditions.order_by("pk").values_list("pk", "moyenne_exacte")))


def ordered(auditions, found, tri="rang"):
    """The primary keys of these auditions in the order asked (a key of TRIS); `found` is their `places`."""
    if tri == "rang":
        return list(found)
    return list(auditions.order_by(*TRIS[tri][1], "pk").values_list("pk", flat=True))


def _placed(audition, place):
    """The audition with its `rang` (None when nobody scored it) and `nombre_ex_aequo`, itself counted."""
    audition.rang, audition.nombre_ex_aequo = place.rang, len(place.ex_aequo) + 1 if place.rang else 0
    return audition


def fetch(pks, found):
    """The auditions of these primary keys, in that order, placed, with what the ranking shows of their dossiers."""
    shown = Audition.objects.select_related("dossier__structure").only(
        "cle",
        "moyenne_exacte",
        "ecart_type",
        "nombre_notes",
        "dossier__titre",
        "dossier__numero",
        "dossier__montant_demande",
        "dossier__structure__nom",
    )
    for several in batched(pks, 2000, strict=False):
        rows = shown.in_bulk(several)
        for pk in several:
            yield _placed(rows[pk], found[pk])


def ranking(auditions):
    """All of these auditions, placed, best first, those nobody scored at the end; one query."""
    rows = {audition.pk: audition for audition in auditions.order_by("pk")}
    found = classer({pk: audition.moyenne_exacte for pk, audition in rows.items()})
    return [_placed(rows[pk], place) for pk, place in found.items()]


def looks_tied(auditions):
    """Two of these placed auditions show the same mean and have different ranks: the reader must be told why."""
    ranks_of = {}
    for audition in auditions:
        ranks_of.setdefault(audition.moyenne, set()).add(audition.rang)
    return any(len(found) > 1 for found in ranks_of.values())


def corrected_means(jury):
    """{dossier pk: mean corrected for severe and lenient members}, over all counted ballots, kept for one version."""
    key = f"juries-corrigees-{jury.pk}-{jury.version_notes}"
    found = cache.get(key)
    if found is None:
        found = {
            dossier: rang.moyenne_corrigee
            for dossier, rang in ranks(Audition.objects.filter(seance__jury=jury), jury.edition_id).items()
        }
        cache.set(key, found, 24 * 3600)
    return found
