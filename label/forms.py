"""Forms of the ground floor."""

from django import forms


class SignupForm(forms.Form):
    """What we ask at account creation besides the address: a name to be called by."""

    prenom = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    nom = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"}))

    def signup(self, request, user):
        """Called by allauth once the account exists."""
        user.prenom = self.cleaned_data["prenom"]
        user.nom = self.cleaned_data["nom"]
        user.save(update_fields=["prenom", "nom"])
