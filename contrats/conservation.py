"""Whose account the contrats de ville keep open: the chefs de projet of today."""

from contrats.models import Affectation
from label.conservation.registre import tient


@tient
def chefs():
    return Affectation.objects.current().values("user")
