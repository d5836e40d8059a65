"""What to read of the story."""

from django import forms


class HistoireFilter(forms.Form):
    """What to read of the story: one field, one person."""

    champ = forms.ChoiceField(label="Champ", required=False)
    qui = forms.ChoiceField(label="Personne", required=False)

    def __init__(self, data, *, noms, people):
        super().__init__(data)
        self.fields["champ"].choices = [("", "Tous"), *noms.items()]
        self.fields["qui"].choices = [("", "Toutes"), *people.items()]

    def wanted(self):
        """{"champ", "qui"}, '' for all; what is not in the lists counts for nothing asked."""
        self.full_clean()
        found = self.cleaned_data if self.is_bound else {}
        return {name: found.get(name, "") for name in self.fields}
