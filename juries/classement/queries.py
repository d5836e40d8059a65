"""The ranking read from the aggregates of the auditions, whatever the number of notes."""

from django.core.cache import cache
from django.db.models import Count, F

from juries.classement.actions import ranks
from juries.models import Audition

TRIS = {
    "rang": ("-moyenne", "pk"),
    "ecart": ("-ecart_type", "pk"),
    "bulletins": ("nombre_notes", "pk"),
    "numero": ("dossier__numero", "pk"),
    "demande": ("-dossier__montant_demande", "pk"),
}
# Above this many auditions the corrected means, made from every ballot, are computed only when asked for.
CORRIGEES_D_OFFICE = 300


def ranking(auditions, tri="rang"):
    """These auditions in the order asked (a key of TRIS), those without a value at the end."""
    first, *rest = TRIS[tri]
    order = F(first.lstrip("-"))
    order = order.desc(nulls_last=True) if first.startswith("-") else order.asc(nulls_last=True)
    return auditions.order_by(order, *rest)


def places(auditions):
    """{mean: (rank, how many share it)} among these auditions, in one query.

    Means equal as shown share a rank (1, 2, 2, 4); an audition nobody scored has none.
    """
    found, rank = {}, 1
    groups = auditions.filter(moyenne__isnull=False).order_by("-moyenne").values("moyenne").annotate(nombre=Count("pk"))
    for group in groups:
        found[group["moyenne"]] = (rank, group["nombre"])
        rank += group["nombre"]
    return found


def placed(rows, found):
    """Each audition with its `rang` (None when nobody scored it) and `nombre_ex_aequo`, from what `places` found."""
    for audition in rows:
        audition.rang, audition.nombre_ex_aequo = found.get(audition.moyenne, (None, 0))
        yield audition


def fetch(pks):
    """The auditions of these primary keys, in that order, with what the ranking shows of their dossiers."""
    rows = (
        Audition.objects.filter(pk__in=pks)
        .select_related("dossier__structure")
        .only(
            "cle",
            "moyenne",
            "ecart_type",
            "nombre_notes",
            "dossier__titre",
            "dossier__numero",
            "dossier__montant_demande",
            "dossier__structure__nom",
        )
        .in_bulk()
    )
    return [rows[pk] for pk in pks]


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
