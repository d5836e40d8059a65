"""What everybody may write about: the call, a difficulty with the site, one's personal data."""

from functools import partial

from django.conf import settings

from label.contact.registre import Offre, Propos, Sujet, register
from label.models import Demande


def _a_l_ept(cle: str, libelle: str) -> Sujet:
    return Sujet(
        cle,
        lambda user: [Offre("", libelle, f"à l’EPT, {settings.LABEL_SERVICE}")],
        lambda demande: [settings.LABEL_CONTACT_EMAIL],
        partial(_propos, libelle),
        is_commun=True,
    )


def _propos(libelle: str, demande: Demande) -> Propos:
    return Propos(libelle, demande.page)


DONNEES = "Mes données personnelles"
register(
    _a_l_ept("appel", "Une question sur l’appel à projets"),
    _a_l_ept("technique", "Une difficulté avec ce site, ou son accessibilité"),
    Sujet(
        "donnees",
        lambda user: [Offre("", DONNEES, "à la personne qui veille sur les données personnelles à l’EPT")],
        lambda demande: [settings.LABEL_DONNEES_EMAIL],
        partial(_propos, DONNEES),
        is_commun=True,
    ),
)
