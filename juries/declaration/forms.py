"""What a member declares, and the reason of an act that asks for one."""

from django import forms


class DeclarationForm(forms.Form):
    """One question per dossier, none answered in advance. Rows are dicts of the view; keys are public."""

    AUCUN, LIEN = "aucun", "lien"
    CHOIX = ((AUCUN, "Aucun lien"), (LIEN, "J’ai un lien"))

    def __init__(self, *args, dossiers, **kwargs):
        super().__init__(*args, **kwargs)
        self.dossiers = {dossier.cle: dossier for dossier in dossiers}
        for cle, dossier in self.dossiers.items():
            self.fields[f"lien_{cle}"] = forms.ChoiceField(
                label=str(dossier), choices=self.CHOIX, required=False, widget=forms.RadioSelect
            )
            self.fields[f"nature_{cle}"] = forms.CharField(
                label=f"Nature du lien avec « {dossier} »",
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"placeholder": "Par exemple : je siège à son bureau"}),
            )

    def clean(self):
        for cle in self.dossiers:
            if (
                self.cleaned_data.get(f"lien_{cle}") == self.LIEN
                and not self.cleaned_data.get(f"nature_{cle}", "").strip()
            ):
                self.add_error(f"nature_{cle}", "Dites en quelques mots la nature du lien.")
        return self.cleaned_data

    def lines(self):
        """(dossier, choice field, nature field) for the page."""
        return [(dossier, self[f"lien_{cle}"], self[f"nature_{cle}"]) for cle, dossier in self.dossiers.items()]

    def answers(self):
        """{dossier pk: nature of the link, or None}, for the dossiers answered."""
        found = {}
        for cle, dossier in self.dossiers.items():
            if choice := self.cleaned_data[f"lien_{cle}"]:
                found[dossier.pk] = self.cleaned_data[f"nature_{cle}"] if choice == self.LIEN else None
        return found


class MotifForm(forms.Form):
    """A reason, asked before an act; `lu` says who will read it."""

    motif = forms.CharField(label="Motif", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

    def __init__(self, *args, lu, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["motif"].help_text = lu
