"""Finding what a link opens."""

from django.apps import apps
from django.db.models import QuerySet

from label.cles import empreinte_of
from label.models import Lien


def kinds() -> dict[str, type[Lien]]:
    """{name of the usage: model} of everything a mail link opens."""
    return {model.LIEN.nom: model for model in apps.get_models() if issubclass(model, Lien)}


def find_lien(rows: QuerySet, jeton: str) -> Lien | None:
    """The object of the queryset `rows` that this key opens, whatever has become of it; None when it opens none.

    Found by its fingerprint, 256 bits that nobody computes without the key: how long it takes tells nothing.
    """
    found = rows.filter(jeton_sha256=empreinte_of(jeton)).first()
    return found if found and found.opens_with(jeton) else None
