"""Forms of the deposit."""

from django import forms

from label.dates import procedure_of
from label.forms.champs import DateHeureField
from projects.dossier.completude import pieces_jointes
from projects.dossier.engagements import engagements_of, represents


class DepotForm(forms.Form):
    """The click itself; `expected` is what the page kept of the dossier (`connu.token_of`).

    A box sends the fingerprint of the words beside it: what was confirmed is what was read.
    """

    expected = forms.CharField(max_length=64, widget=forms.HiddenInput)
    pouvoir = forms.ChoiceField(
        label="Le pouvoir qui vous est donné, parmi les pièces du dossier",
        required=False,
        help_text="Il sera figé avec le dossier. L’EPT le lit.",
    )

    def __init__(self, *args, dossier, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.engagements = engagements_of(dossier.structure)
        for engagement in self.engagements:
            # Checked by the action, which knows what the words are today.
            self.fields[engagement.nature.value] = forms.CharField(label=engagement.nature.label, required=False)
        pieces = [(piece.cle, piece.nom) for piece in pieces_jointes(dossier)]
        self.fields["pouvoir"].choices = [("", "Choisir la pièce"), *pieces]
        if represents(user, dossier):
            del self.fields["pouvoir"]
        self.order_fields([*(engagement.nature.value for engagement in self.engagements), "pouvoir"])

    @property
    def boxes(self):
        """[(engagement, its field as bound)] in order."""
        return [(engagement, self[engagement.nature.value]) for engagement in self.engagements]

    @property
    def said(self):
        """What the person confirmed, as `submit_dossier` takes it: the fingerprints of texts, the key of a file."""
        lus = {self.cleaned_data.get(engagement.nature.value) for engagement in self.engagements}
        return {"lus": lus - {"", None}, "pouvoir": self.cleaned_data.get("pouvoir", "")}

    def refuse(self, error):
        """Put each message of `EngagementsRefuses` beside its field."""
        for name, sentences in error.message_dict.items():
            self.add_error(name if name in self.fields else None, sentences)


class ProlongationForm(forms.Form):
    jusqu_au = DateHeureField(label="Le dossier pourra être déposé jusqu’au", help_text="Heure de Paris.")
    motif = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Il est gardé au journal et envoyé à la structure et au chef de projet.",
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jusqu_au"].bornes = procedure_of(edition)
