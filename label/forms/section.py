"""What every form of a section shares: what its fields held when the page was shown, and what was typed.

A section form carries that `base`: each field typed is merged with what others wrote since, as if it had been saved
alone.
"""

import json
from datetime import date

from django import forms
from django.db import models

from label.entree import read_json


def flat(value, code="pk"):
    """A value as JSON holds it: a row by its `code`, several rows sorted, a date in ISO."""
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(flat(item, code) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, code)) if isinstance(value, models.Model) else value


class SectionMixin:
    """What every section form adds to its ModelForm."""

    # Fields that are not columns of the instance.
    absents = ()
    # What the names of its fields begin with, and those of its rows.
    prefixe, rangees = "", ()

    def name_of(self, column):
        """The name a field is saved under."""
        return f"{self.prefixe}{column}"

    def flat(self, name, value):
        """What a field holds, as JSON: a row as its choices name it."""
        return flat(value, getattr(self.fields[name], "to_field_name", None) or "pk")

    def add_base(self):
        for name, field in self.fields.items():
            # The name it is commented under; '' when it is not.
            field.nom = self.name_of(name) if name in self.contenu else ""
            if field.nom:
                field.widget.attrs["data-champ"] = field.nom
        # Before what was typed is put in the instance.
        self._montre = self.stored()
        self.fields["base"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=json.dumps(self._montre, ensure_ascii=False)
        )

    @property
    def contenu(self):
        return [name for name in self.fields if name not in {"base", *self.absents}]

    def stored(self):
        """What the database holds, {nom: JSON value}."""
        state = {}
        for name in self.contenu:
            value = getattr(self.instance, name)
            state[self.name_of(name)] = self.flat(name, value.all() if hasattr(value, "all") else value)
        return state | self.stored_rows()

    def stored_rows(self):
        """The rows the section holds, {nom: JSON value}."""
        return {}

    def typed(self):
        """What was typed, {nom: JSON value}; the form is valid."""
        typed = {self.name_of(name): self.flat(name, self.cleaned_data.get(name)) for name in self.contenu}
        # Browsers end the lines of a form in their own way.
        return {n: v.replace("\r\n", "\n") if isinstance(v, str) else v for n, v in typed.items()} | self.rows()

    def rows(self):
        """The rows typed, {nom: JSON value}."""
        return {}

    def formsets(self):
        """The formsets of the rows, each with what one row is called: [(label, formset)]."""
        return []

    def unsaved(self):
        """What was posted and is not held, whatever is wrong with it, in words to copy: [(label, text)]."""
        typed = [(field.label, _words(field)) for field in self.visible_fields() if _is_changed(field)]
        for label, formset in self.formsets():
            for form in formset.forms:
                fields = form.visible_fields()
                if any(map(_is_changed, fields)):
                    typed.append((label, " · ".join(filter(None, map(_words, fields)))))
        return [(label, text) for label, text in typed if text.strip()]

    def changes(self):
        """The argument `values` of `save_fields`: {nom: (base, valeur)}; a row no longer there becomes None."""
        try:
            base = read_json(self.cleaned_data.get("base") or "{}")
        except ValueError:
            base = {}
        typed, known = self.typed(), self._montre | base
        gone = [nom for nom in base if nom.startswith(self.rangees) and nom not in typed]
        return {nom: (known.get(nom), typed.get(nom)) for nom in [*typed, *gone]}


def _is_changed(field):
    return not isinstance(field.field, forms.FileField) and field.field.has_changed(field.initial, field.data)


def _words(field):
    """What was put in a BoundField, as a person reads it."""
    if isinstance(field.field, forms.BooleanField):
        return str(field.label) if field.value() else ""
    if isinstance(field.field.widget, forms.widgets.ChoiceWidget):
        return ", ".join(
            str(one.choice_label) for one in field.subwidgets if one.data["selected"] and one.data["value"]
        )
    return "" if field.data is None else str(field.data)
