"""Forms of the deposit."""

from django import forms

from projects.forms.instruction import DateHeureField


class DepotForm(forms.Form):
    """The click itself; `expected` is what the page kept of the dossier (`connu.token_of`)."""

    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)


class ProlongationForm(forms.Form):
    jusqu_au = DateHeureField(label="Le dossier pourra être déposé jusqu’au", help_text="Heure de Paris.")
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il est gardé au journal et envoyé à la structure et au chef de projet.",
    )
