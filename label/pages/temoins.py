"""The cookies this service sets, as its page on personal data lists them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from label.porte import navigateur
from label.templatetags.label_ui import duree


@dataclass(frozen=True)
class Temoin:
    """One cookie: its name, what it is for, how long a browser keeps it, in words."""

    nom: str
    role: str
    duree: str


def temoins():
    """Every cookie a browser may receive here, in the order it meets them."""
    return [
        Temoin(
            settings.CSRF_COOKIE_NAME, "protège vos formulaires\u00a0: un autre site ne peut pas les envoyer", "un an"
        ),
        Temoin(
            settings.SESSION_COOKIE_NAME,
            "garde votre session ouverte",
            duree(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        ),
        Temoin(
            navigateur.NOM,
            "reconnaît un navigateur qui est déjà entré, pour que les essais d’un inconnu ne vous ferment pas la porte",
            "un an",
        ),
        Temoin(
            "messages",
            "porte d’une page à la suivante une phrase comme «\u00a0C’est enregistré\u00a0»",
            "le temps de la lire",
        ),
    ]
