"""What a list is asked for: the filters of every list, and the box where one searches it.

A filter that means nothing is never left out in silence: the list is empty and the box says why. An export of it is
not made (`label.exports.export_as_asked`).
"""

import django_filters
from django import forms
from django.core.validators import EMPTY_VALUES

from label.recherche import words

INCONNU = "Ce choix n’est pas dans la liste\u00a0: choisissez de nouveau."
TRI_INCONNU = "La liste ne se trie pas ainsi\u00a0: choisissez une colonne."
SIGNES_SEULS = "Des signes seuls ne se cherchent pas\u00a0: écrivez une lettre ou un chiffre."


class RechercheField(forms.CharField):
    pass


class Recherche(django_filters.CharFilter):
    """Wants a `method`; signs alone are not looked for, and the form says so."""

    field_class = RechercheField


class FiltresForm(forms.Form):
    """What the boxes hold, read in their own words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = TRI_INCONNU if name == "tri" else INCONNU

    def full_clean(self):
        super().full_clean()
        for name, field in self.fields.items():
            typed = self.cleaned_data.get(name) if self.is_bound else None
            if isinstance(field, RechercheField) and typed and not words(typed):
                self.add_error(name, SIGNES_SEULS)


class Filtres(django_filters.FilterSet):
    """The filters of a list, as asked by the address; every list declares its own below this one."""

    def get_form_class(self):
        fields = {name: one.field for name, one in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FiltresForm,), fields)

    @property
    def qs(self):
        return super().qs.none() if self.is_refused else super().qs

    @property
    def is_refused(self):
        """Something asked means nothing."""
        return not self.form.is_valid()

    @property
    def is_asked(self):
        """Something is asked, but for the order of the lines."""
        return self.is_refused or any(
            value not in EMPTY_VALUES for name, value in self.form.cleaned_data.items() if name != "tri"
        )


class Tri(django_filters.ChoiceFilter):
    """The order asked: a name of `tris` ({name: (words, …)}), or `-name`. The list itself sorts (`label.listes`)."""

    def __init__(self, tris, *, both_ways=True):
        signs = ("", "-") if both_ways else ("",)
        choices = [(f"{sign}{name}", words) for name, (words, *_) in tris.items() for sign in signs]
        super().__init__(choices=choices, widget=forms.HiddenInput)

    def filter(self, qs, value):
        return qs
