"""Columns that hold a number people type: their boxes read it as `label.nombres` does.

For migrations, each is the Django field it extends.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from label.forms.champs import EntierField, MontantField, PourcentField

# What each column here is besides.
if TYPE_CHECKING:
    from django.db.models import Field as _Field
else:
    _Field = object


class _Nombre(_Field):
    form_class: type[forms.Field] = EntierField
    extends: str

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.extends}", args, kwargs

    def formfield(self, **kwargs: Any) -> forms.Field:
        return super().formfield(**{"form_class": self.form_class, **kwargs})


class Entier(_Nombre, models.PositiveIntegerField):
    """A whole number, zero or more."""

    extends = "PositiveIntegerField"


class PetitEntier(_Nombre, models.PositiveSmallIntegerField):
    """A whole number up to some thousands."""

    extends = "PositiveSmallIntegerField"


class Pourcentage(PetitEntier):
    """A whole percentage."""

    form_class = PourcentField


class Montant(_Nombre, models.PositiveIntegerField):
    """Whole euros."""

    extends, form_class = "PositiveIntegerField", MontantField
