"""The note for the jury as a form."""

from django import forms

from label.forms.champs import MontantField
from label.textes import LIMITE, TEXTE_MAX, LongueurMax


class NoteForm(forms.Form):
    note_synthese = forms.CharField(
        label="Note de synthèse pour le jury",
        required=False,
        validators=[LongueurMax(TEXTE_MAX)],
        widget=forms.Textarea(attrs={"rows": 9, **LIMITE}),
        help_text="Lue par le jury. Rien de ce qui relève de la vie privée.",
    )
    montant_propose = MontantField(label="Montant proposé (€)", required=False, help_text="En euros entiers.")
    version = forms.IntegerField(widget=forms.HiddenInput)
