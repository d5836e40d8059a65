"""Choices of the instruction."""

from django.db.models import TextChoices

from label.enums import Ton


class SensAvis(TextChoices):
    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserves"
    DEFAVORABLE = "defavorable", "Défavorable"
    SANS = "sans", "Sans avis"


TONS_DE_L_AVIS = {
    SensAvis.FAVORABLE: Ton.SUCCES,
    SensAvis.RESERVE: Ton.ATTENTE,
    SensAvis.DEFAVORABLE: Ton.REFUS,
    SensAvis.SANS: Ton.NEUTRE,
}
