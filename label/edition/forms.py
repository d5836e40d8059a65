"""Forms of an édition: its calendar and rules, what it asks and judges by."""

from django import forms
from django.utils import timezone

from label.dates import procedure_of
from label.forms.champs import DateHeureField, EntierField, JourField
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
        field_classes = {"ouverture": DateHeureField, "cloture": DateHeureField} | dict.fromkeys(
            ("fin_instruction", "jury_debut", "jury_fin", "publication_prevue"), JourField
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.Meta.field_classes:
            self.fields[name].bornes = procedure_of(self.instance)


class EditionCopyForm(forms.Form):
    annee = EntierField(label="Année de la nouvelle édition", min_value=2018)

    def clean_annee(self):
        annee, farthest = self.cleaned_data["annee"], timezone.localdate().year + 5
        if annee > farthest:
            raise forms.ValidationError(f"L’année {annee} est trop lointaine\u00a0: {farthest} au plus.")
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
