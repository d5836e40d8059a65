"""The form of a decision of the instruction: which reason is told, which is kept."""

from django import forms


class DecisionForm(forms.Form):
    """The reasons of a decision: the one told to the structure, and the one kept at the EPT.

    `transition` says which is asked; `motif_lu`: where the structure reads the first.
    """

    INTERNE = "Gardé au journal du dossier\u00a0: seuls les agents de l’EPT le lisent. Aucune lettre ne le reprend."

    motif = forms.CharField(
        label="Motif communiqué à la structure", max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    motif_interne = forms.CharField(
        label="Motif interne (facultatif)",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=INTERNE,
    )
    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, transition, motif_lu="", **kwargs):
        super().__init__(*args, **kwargs)
        if transition.is_motif_interne:
            # One box: its reason is asked under the name the life cycle knows.
            del self.fields["motif_interne"]
            self.fields["motif"].required = transition.motif_requis
            self.fields["motif"].label = "Motif interne" if transition.motif_requis else "Motif interne (facultatif)"
            self.fields["motif"].help_text = self.INTERNE
        else:
            self.fields["motif"].help_text = motif_lu
