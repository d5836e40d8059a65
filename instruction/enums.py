"""Choices of the instruction."""

from django.db.models import TextChoices


class SensAvis(TextChoices):
    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserves"
    DEFAVORABLE = "defavorable", "Défavorable"
    SANS = "sans", "Sans avis"
