"""Laureates: what the public filters by, what staff corrects."""

import django_filters
from django import forms

from contrats.models import ContratDeVille, Quartier
from label.dates import suite_of
from label.forms.champs import JourField
from label.forms.recherche import Filtres, Recherche
from label.models import Edition
from laureats.models import Laureat
from projects.models.dossier import RESUME_MAX
from projects.structure.identifiants import normaliser_siret, valider_siret


def editions(request):
    return Edition.objects.filter(published_at__isnull=False, laureats__isnull=False).distinct()


def _contrats(request):
    return ContratDeVille.objects.filter(laureats__isnull=False).distinct()


def _quartiers(request):
    return Quartier.objects.filter(laureats__isnull=False).distinct()


class LaureatFilter(Filtres):
    """What a visitor looks for; only places that have laureates are offered."""

    q = Recherche(label="Structure ou projet", method="filter_text")
    edition = django_filters.ModelChoiceFilter(
        label="Édition", queryset=editions, to_field_name="annee", empty_label="Toutes"
    )
    contrat = django_filters.ModelChoiceFilter(
        label="Contrat de ville", queryset=_contrats, to_field_name="code", empty_label="Tous"
    )
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier", field_name="quartiers", queryset=_quartiers, to_field_name="identifiant", empty_label="Tous"
    )

    class Meta:
        model = Laureat
        fields = []

    def filter_text(self, queryset, name, value):
        return queryset.matching(value)


class HistoriqueForm(forms.ModelForm):
    """A past laureate, completed as sources are found. `annee` empty: still unknown."""

    annee = forms.ModelChoiceField(
        Edition.objects.none(),
        label="Édition",
        required=False,
        to_field_name="annee",
        empty_label="Encore inconnue",
        help_text="Il prend la place d’un lauréat «\u00a0à compléter\u00a0» de l’édition\u00a0: le total reste juste.",
    )

    class Meta:
        model = Laureat
        fields = ["nom", "titre", "resume", "contrat", "quartiers", "commune", "montant", "source"]
        labels = {"nom": "Structure"}
        help_texts = {
            "source": "Où l’avez-vous trouvé\u202f? La source est montrée au public.",
            "nom": "Le nom de la structure, jamais celui d’une personne.",
        }
        widgets = {
            "resume": forms.Textarea(attrs={"rows": 4, "data-max": str(RESUME_MAX)}),
            "quartiers": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        generation = self.instance.edition.generation
        self.fields["contrat"].queryset = ContratDeVille.objects.in_generation(generation)
        self.fields["quartiers"].queryset = Quartier.objects.in_generation(generation)
        if self.instance.is_a_completer and not self.is_bound:
            self.initial["nom"] = ""
        if self.instance.edition_incertaine:
            self.fields["annee"].queryset = Edition.objects.filter(is_historique=True)
        else:
            del self.fields["annee"]

    def save(self, commit=True):
        # Who gives the name completes the row.
        self.instance.is_a_completer = False
        return super().save(commit)


class ConventionForm(forms.ModelForm):
    """The convention of a present laureate, the object published in open data, the SIRET to pay to."""

    siret = forms.CharField(
        label="SIRET du bénéficiaire",
        required=False,
        max_length=20,
        validators=[valider_siret],
        help_text="14 chiffres. Sans lui, le comptable public ne peut pas payer.",
    )

    class Meta:
        model = Laureat
        fields = ["objet", "convention_signee_le"]
        widgets = {"objet": forms.Textarea(attrs={"rows": 3, "data-max": "256"})}
        field_classes = {"convention_signee_le": JourField}
        help_texts = {
            "objet": "Court, 256 caractères au plus. Il est publié dans les données ouvertes.",
            "convention_signee_le": "Laissez vide tant qu’elle n’est pas signée.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objet"].required = True
        self.fields["convention_signee_le"].bornes = suite_of(self.instance.edition)
        beneficiaires = list(self.instance.beneficiaires.all())
        if len(beneficiaires) == 1:
            self.initial["siret"] = beneficiaires[0].siret
        else:
            del self.fields["siret"]

    def clean_siret(self):
        return normaliser_siret(self.cleaned_data["siret"])

    def _post_clean(self):
        """The action validates and writes the model: here only what was typed is checked."""
