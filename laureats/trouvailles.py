"""What the floor of laureates finds for who searches: those that are public, and no other."""

from urllib.parse import urlencode

from django.urls import reverse

from label.trouvaille.registre import MAX, Chercheur, Sorte, Trouvaille, register
from laureats.models import Laureat


def laureats(user, text):
    rows = Laureat.objects.visible_to(user).filter(edition__published_at__isnull=False).matching(text)
    return [
        Trouvaille(
            laureat.titre_affiche,
            " · ".join(filter(None, [laureat.nom if laureat.titre else "", laureat.edition_affichee])),
            laureat.get_absolute_url(),
        )
        for laureat in rows.select_related("edition").order_by("-edition__annee", "ordre", "pk")[: MAX + 1]
    ]


def _tous(user, text):
    return f"{reverse('laureats:laureat_list')}?{urlencode({'q': text})}"


register(Chercheur(Sorte.LAUREAT, laureats, _tous))
