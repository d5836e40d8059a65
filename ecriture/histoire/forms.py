"""What to read of the story."""

from django import forms

from label.forms.recherche import FiltresForm


class HistoireFilter(FiltresForm):
    """What to read of the story: one field, one person."""

    champ = forms.ChoiceField(label="Champ", required=False)
    qui = forms.ChoiceField(label="Personne", required=False)

    def __init__(self, data, *, noms, people):
        super().__init__(data)
        self.fields["champ"].choices = [("", "Tous"), *noms.items()]
        self.fields["qui"].choices = [("", "Toutes"), *people.items()]

        self.is_asked = any(self.wanted().values())

    @property
    def is_refused(self):
        """Something asked is not in the lists."""
        return bool(self.errors)

    def wanted(self):
        """{"champ", "qui"}, '' for all."""
        found = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {name: found.get(name, "") for name in self.fields}
