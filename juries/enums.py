"""The closed lists of the jury."""

from django.db.models import TextChoices


class College(TextChoices):
    ELUS = "elus", "Élus"
    EXPERTS = "experts", "Experts"
    TECHNICIENS = "techniciens", "Techniciens de l’innovation"


class Sens(TextChoices):
    """What the jury proposes for one dossier."""

    LAUREAT = "laureat", "Proposé lauréat"
    RESERVE = "reserve", "Liste d’attente"
    REFUS = "refus", "Non retenu"
