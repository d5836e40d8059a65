"""What this floor lends to the public home and to the map of the territory."""

from django.db.models import Count, Q, Sum

from contrats.carte.queries import register_count
from label.accueil import bloc
from label.templatetags.label_ui import euros, nombre
from laureats.models import Laureat

MAX = 6


def _published():
    return Laureat.objects.filter(edition__published_at__isnull=False)


@bloc
def laureats():
    """`laureats`: the latest ones known by name; `chiffres`: the label in figures."""
    recents = _published().filter(is_a_completer=False).with_places()[:MAX]
    totaux = _published().aggregate(
        nombre=Count("pk", distinct=True),
        editions=Count("edition", distinct=True),
        quartiers=Count("quartiers", distinct=True),
    )
    somme = _published().aggregate(somme=Sum("montant", filter=Q(montant__isnull=False)))["somme"]
    chiffres = [
        {"label": "projets lauréats", "valeur": nombre(totaux["nombre"])},
        {"label": "éditions", "valeur": nombre(totaux["editions"])},
        {"label": "quartiers servis", "valeur": nombre(totaux["quartiers"])},
    ]
    if somme:
        chiffres.append({"label": "accordés aux projets connus", "valeur": euros(somme)})
    return {
        "laureats": [
            {
                "titre": laureat.titre_affiche,
                "structure": laureat.nom_affiche,
                "quartier": ", ".join(quartier.nom for quartier in laureat.quartiers.all()),
                "annee": "2018 ou 2019" if laureat.edition_incertaine else laureat.edition.annee,
                "url": laureat.get_absolute_url(),
            }
            for laureat in recents
        ],
        "chiffres": chiffres if totaux["nombre"] else [],
    }


@register_count
def laureats_by_quartier(quartier_ids):
    """Published laureates of each quartier, in one query: {primary key: number}."""
    rows = _published().filter(quartiers__in=quartier_ids).order_by().values_list("quartiers")
    return {pk: number for pk, number in rows.annotate(number=Count("pk", distinct=True)) if pk in set(quartier_ids)}
