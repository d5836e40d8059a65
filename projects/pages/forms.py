"""Forms of the shared draft, one per section. Where scripts run each field also saves by itself."""

from copy import copy
from uuid import uuid4

from django import forms

from contrats.models import Commune
from label.dates import action_of
from label.forms.champs import JourField
from label.forms.section import SectionMixin
from projects.budget.forms import BudgetForm
from projects.champs.forms import meta_of
from projects.champs.table import champ, colonnes_of
from projects.dossier.forms import QuartiersMixin, contrat_field, quartiers_field
from projects.enums import Section
from projects.question.forms import QuestionsForm
from projects.structure.forms import StructureForm


class SectionStructureForm(SectionMixin, StructureForm):
    """Section 1: the structure itself, shared by its dossiers."""

    prefixe = "structure."


class ProjetForm(SectionMixin, forms.ModelForm):
    Meta = meta_of(Section.PROJET)


class TerritoireForm(SectionMixin, QuartiersMixin, forms.ModelForm):
    quartiers = quartiers_field(label=champ("quartiers").libelle, required=False)
    contrat = contrat_field()
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label=champ("communes").libelle,
        to_field_name="insee",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    absents = ("contrat",)
    # The lead contrat is saved apart, when this form could choose it.
    Meta = meta_of(Section.TERRITOIRE, sauf=absents)
    field_order = [one.nom for one in colonnes_of(Section.TERRITOIRE)]

    def changes(self):
        """The lead contrat is one more field, when this form could choose it."""
        changes = super().changes()
        contrat = self.cleaned_data.get("contrat")
        if contrat and contrat != self.instance.contrat and self.instance.is_redaction:
            changes["contrat"] = (self.flat("contrat", self.instance.contrat) or "", contrat.code)
        return changes

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.set_up_territory(self.instance.edition)
        self.fields["contrat"].initial = self.instance.contrat and self.instance.contrat.code
        if not self.is_bound and self.instance.quartiers.exists():
            possible = self.fields["contrat"].queryset.for_quartiers(self.instance.quartiers.all())
            self.choix_contrat = possible.count() > 1
            self.fields["contrat"].queryset = possible

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("quartiers"):
            wished = cleaned.get("contrat") or self.instance.contrat
            cleaned["contrat"] = self.clean_territory(cleaned["quartiers"], wished)
        return cleaned


class CalendrierForm(SectionMixin, forms.ModelForm):
    Meta = meta_of(Section.CALENDRIER)


class IndicateurForm(forms.Form):
    libelle = forms.CharField(
        label="Indicateur", max_length=160, required=False, widget=forms.TextInput({"data-cle": "libelle"})
    )
    cible = forms.CharField(label="Cible", max_length=80, required=False, widget=forms.TextInput({"data-cle": "cible"}))
    cle = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @property
    def nom(self):
        """The name of this row as a field of the dossier."""
        return f"indicateur.{self['cle'].value()}"

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("libelle") and not cleaned.get("cible"):
            self.add_error("cible", "Donnez la valeur visée.")
        if cleaned.get("cible") and not cleaned.get("libelle"):
            self.add_error("libelle", "Dites ce que vous mesurerez.")
        return cleaned


class EvaluationForm(SectionMixin, forms.ModelForm):
    rangees = ("indicateur.",)

    Meta = meta_of(Section.EVALUATION)

    def __init__(self, data=None, *, instance, **kwargs):
        super().__init__(data, instance=instance, **kwargs)
        initial = [{"libelle": row.libelle, "cible": row.cible, "cle": row.cle} for row in instance.indicateurs.all()]
        factory = forms.formset_factory(
            IndicateurForm, extra=1 if initial else 3, max_num=20, absolute_max=20, validate_max=True
        )
        self.indicateurs = factory(data, initial=initial, prefix="indicateurs")
        for form in self.indicateurs.extra_forms:
            form.initial["cle"] = uuid4()

    def is_valid(self):
        return all([super().is_valid(), self.indicateurs.is_valid()])

    def formsets(self):
        return [("Indicateur", self.indicateurs)]

    def stored_rows(self):
        return {
            f"indicateur.{row.cle}": {"libelle": row.libelle, "cible": row.cible}
            for row in self.instance.indicateurs.all()
        }

    def rows(self):
        return {
            f"indicateur.{form.cleaned_data.get('cle') or uuid4()}": {
                "libelle": form.cleaned_data["libelle"],
                "cible": form.cleaned_data["cible"],
            }
            for form in self.indicateurs.forms
            if form.cleaned_data.get("libelle")
        }


FORMS = {
    Section.STRUCTURE: SectionStructureForm,
    Section.PROJET: ProjetForm,
    Section.TERRITOIRE: TerritoireForm,
    Section.CALENDRIER: CalendrierForm,
    Section.BUDGET: BudgetForm,
    Section.EVALUATION: EvaluationForm,
    Section.QUESTIONS: QuestionsForm,
}


def section_form(dossier, section, data=None):
    """The form of a section (every one but the files and the engagements), on its data or on what was posted."""
    # A copy: checking a form writes what was typed on its instance, and the page shows the dossier beside it.
    instance = copy(dossier.structure if section == Section.STRUCTURE else dossier)
    form = FORMS[section](data, instance=instance)
    for field in form.fields.values():
        if isinstance(field, JourField) and section != Section.QUESTIONS:
            field.bornes = action_of(dossier.edition)
    form.add_base()
    return form
