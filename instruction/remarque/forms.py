"""A remark between agents, from the work page."""

from django import forms


class RemarqueForm(forms.Form):
    texte = forms.CharField(
        label="Nouvelle remarque",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lue par le chef de projet et l’EPT, jamais par le porteur.",
    )
