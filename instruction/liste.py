"""The lists to choose from in the queue."""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe


class Liste(forms.Select):
    """A select written in one go: a list of a hundred options costs no template for each."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, mark_safe(" selected") if str(key) == chosen else "", words) for key, words in self.choices),
        )
        attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name, "class": "form-select"})
        return format_html("<select{}>{}</select>", flatatt(attrs), options)
