"""The box where one searches a list, and what is said when nothing in it can be looked for."""

import django_filters
from django import forms

from label.recherche import words

SIGNES_SEULS = "Des signes seuls ne se cherchent pas\u00a0: écrivez une lettre ou un chiffre."


class RechercheField(forms.CharField):
    pass


class Recherche(django_filters.CharFilter):
    """Wants a `method`, which finds nothing when there is nothing to look for; the form then says why."""

    field_class = RechercheField


class RechercheForm(forms.Form):
    """The form of a filter with a `Recherche`: what was typed stays in `cleaned_data`, so that the list is empty."""

    def full_clean(self):
        super().full_clean()
        for name, field in self.fields.items():
            typed = self.cleaned_data.get(name) if self.is_bound else None
            if isinstance(field, RechercheField) and typed and not words(typed):
                self.add_error(name, SIGNES_SEULS)
                self.cleaned_data[name] = typed
