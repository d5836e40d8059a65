"""SCDL."""

from django.core.exceptions import ValidationError


def valider_objet(value):
    """Refuse an object that a spreadsheet would take for a formula. Raises ValidationError."""
    if value[:1] in "=+-@":
        raise ValidationError("L’objet ne peut pas commencer par un signe de calcul.")
