"""Forms of an édition: its calendar and rules, what it asks and judges by."""

from django import forms

from label.forms.champs import DateInput, DateTimeInput
from label.models import Critere, Edition, PieceDemandee, PointRecevabilite
from label.vus import VusMixin


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


class ReglageForm(VusMixin, forms.ModelForm):
    """One row of a list of the édition, among the others of its page."""

    @property
    def _sealed(self):
        # Not the key, the édition and the box that removes the row, which the list adds to each.
        return [name for name in self._meta.fields if name != "edition"]


def _liste(model, *fields):
    return forms.inlineformset_factory(Edition, model, form=ReglageForm, fields=list(fields), extra=1)


CritereFormSet = _liste(Critere, "ordre", "nom", "description", "poids", "note_max")
PieceFormSet = _liste(PieceDemandee, "ordre", "nom", "aide", "is_obligatoire", "validite_mois")
PointFormSet = _liste(PointRecevabilite, "ordre", "libelle", "aide")

# What an édition asks and judges by, as the addresses name it: (title, formset).
REGLAGES = {
    "criteres": ("Grille de notation", CritereFormSet),
    "pieces": ("Pièces demandées", PieceFormSet),
    "recevabilite": ("Points de recevabilité", PointFormSet),
}
