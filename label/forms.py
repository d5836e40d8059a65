"""Forms of the ground floor."""

from django import forms

from label.models import Critere, Edition, PieceDemandee, PointRecevabilite
from label.vus import VusMixin


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class EditionForm(VusMixin, forms.ModelForm):
    """The calendar, the envelope and the rules of one édition."""

    class Meta:
        model = Edition
        fields = [
            "titre",
            "generation",
            "ouverture",
            "cloture",
            "fin_instruction",
            "jury_debut",
            "jury_fin",
            "publication_prevue",
            "enveloppe",
            "montant_min",
            "montant_max",
            "visa_requis",
            "convention_toujours",
            "conservation_annees",
        ]
        widgets = {
            "ouverture": DateTimeInput,
            "cloture": DateTimeInput,
            "fin_instruction": DateInput,
            "jury_debut": DateInput,
            "jury_fin": DateInput,
            "publication_prevue": DateInput,
        }


class EditionCopyForm(forms.Form):
    annee = forms.IntegerField(label="Année de la nouvelle édition", min_value=2018, max_value=2100)

    def clean_annee(self):
        annee = self.cleaned_data["annee"]
        if Edition.objects.filter(annee=annee).exists():
            raise forms.ValidationError(f"L’édition {annee} existe déjà.")
        return annee


CritereFormSet = forms.inlineformset_factory(
    Edition, Critere, fields=["ordre", "nom", "description", "poids", "note_max"], extra=1
)
PieceFormSet = forms.inlineformset_factory(
    Edition, PieceDemandee, fields=["ordre", "nom", "aide", "is_obligatoire", "validite_mois"], extra=1
)
PointFormSet = forms.inlineformset_factory(Edition, PointRecevabilite, fields=["ordre", "libelle", "aide"], extra=1)

# What an édition asks and judges by, as the addresses name it: (title, formset).
REGLAGES = {
    "criteres": ("Grille de notation", CritereFormSet),
    "pieces": ("Pièces demandées", PieceFormSet),
    "recevabilite": ("Points de recevabilité", PointFormSet),
}
