"""The ranking read from the aggregates of the auditions: one query, whatever the number of notes."""

from django.core.cache import cache
from django.db.models import Count, F, Window
from django.db.models.functions import Rank

from juries.actions.agregats import ranks
from juries.models import Audition

TRIS = {
    "rang": ("-moyenne", "pk"),
    "ecart": ("-ecart_type", "pk"),
    "bulletins": ("nombre_notes", "pk"),
    "numero": ("dossier__numero", "pk"),
    "demande": ("-dossier__montant_demande", "pk"),
}


def ranking(auditions, tri="rang"):
    """These auditions with `rang` (among themselves) and `nombre_ex_aequo`, in the order asked.

    Means equal as shown share a rank (1, 2, 2, 4); without any counted ballot `rang` is to be read as none.
    """
    first, *rest = TRIS[tri]
    order = F(first.lstrip("-"))
    order = order.desc(nulls_last=True) if first.startswith("-") else order.asc(nulls_last=True)
    return auditions.annotate(
        place=Window(Rank(), order_by=F("moyenne").desc(nulls_last=True)),
        nombre_ex_aequo=Window(Count("pk"), partition_by="moyenne"),
    ).order_by(order, *rest)


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
