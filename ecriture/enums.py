"""The closed lists of writing together."""

from django.db.models import TextChoices


class SorteRetouche(TextChoices):
    """How a field came to change."""

    FRAPPE = "frappe", "Écrit"
    ECARTEE = "ecartee", "Écrit en même temps, gardé à part"
    CHOIX = "choix", "Choisi entre deux textes"
    RESTAURATION = "restauration", "Rétabli"


class ChoixDivergence(TextChoices):
    """What was kept of two texts."""

    SIEN = "sien", "Le texte en place"
    MIEN = "mien", "L’autre texte"
    DEUX = "deux", "Les deux"


class Visibilite(TextChoices):
    """Who reads a comment; a thing says it in its own words (`Declaration.lecteurs`)."""

    CO_AUTEURS = "co_auteurs", "tous les co-auteurs"
    AGENTS = "agents", "les agents seulement"
