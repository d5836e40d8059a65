"""Identifiers of structures, checked as they are typed."""

from django.core.exceptions import ValidationError

from stdnum.fr import siret


def valider_siret(value):
    """Refuse a SIRET whose check digit is wrong. Raises ValidationError."""
    if not siret.is_valid(value):
        raise ValidationError("Ce numéro SIRET n’est pas valable.")


def valider_rna(value):
    """Refuse a malformed RNA number. Raises ValidationError."""
    if len(value) != 10 or value[0] != "W":
        raise ValidationError("Ce numéro RNA n’est pas valable.")
