"""Forms of the structure: who it is, whom it invites."""

from django import forms

from projects.identifiants import normaliser_rna, normaliser_siret, valider_rna, valider_siret
from projects.models import Structure


class Identifiant(forms.CharField):
    """A number typed with or without blanks, stored without, checked at once."""

    def __init__(self, *, normalise, validate, **kwargs):
        super().__init__(required=False, max_length=40, **kwargs)
        self.normalise, self.validate_number = normalise, validate

    def clean(self, value):
        value = self.normalise(super().clean(value))
        if value:
            self.validate_number(value)
        return value


def siret_field(**kwargs):
    return Identifiant(
        normalise=normaliser_siret,
        validate=valider_siret,
        label="Numéro SIRET",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        **kwargs,
    )


def rna_field(**kwargs):
    return Identifiant(
        normalise=normaliser_rna,
        validate=valider_rna,
        label="Numéro RNA",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        **kwargs,
    )


class StructureForm(forms.ModelForm):
    siret = siret_field(help_text="14 chiffres. Il sera indispensable au moment du versement.")
    rna = rna_field(help_text="W suivi de neuf caractères, pour une association déclarée.")

    class Meta:
        model = Structure
        fields = [
            "nom",
            "sigle",
            "type",
            "rna",
            "siret",
            "adresse",
            "code_postal",
            "ville",
            "commune",
            "representant_nom",
            "representant_fonction",
            "benevoles",
            "salaries",
            "adherents",
            "aides_publiques",
        ]
        widgets = {"aides_publiques": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].empty_label = "Hors du territoire"

    def clean_code_postal(self):
        value = self.cleaned_data["code_postal"].replace(" ", "")
        if value and not (len(value) == 5 and value.isascii() and value.isdigit()):
            raise forms.ValidationError("Un code postal compte cinq chiffres.")
        return value


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="La personne recevra un lien. Elle seule, avec cette adresse, pourra l’accepter.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    is_responsable = forms.BooleanField(
        label="Responsable : présidence ou personne mandatée, qui peut déposer le dossier", required=False
    )
