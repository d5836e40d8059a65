"""Laureates: what the public filters by, what staff corrects."""

import django_filters
from django import forms
from django.db.models import Q

from contrats.models import ContratDeVille, Quartier
from label.models import Edition
from laureats.enums import EtatVersement
from laureats.models import Laureat, Versement
from laureats.models.laureat import SEUIL_CONVENTION
from projects.identifiants import normaliser_siret, valider_siret

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _editions(request):
    return Edition.objects.filter(published_at__isnull=False, laureats__isnull=False).distinct()


def _contrats(request):
    return ContratDeVille.objects.filter(laureats__isnull=False).distinct()


def _quartiers(request):
    return Quartier.objects.filter(laureats__isnull=False).distinct()


class LaureatFilter(django_filters.FilterSet):
    """What a visitor looks for; only places that have laureates are offered."""

    q = django_filters.CharFilter(label="Structure ou projet", method="filter_text")
    edition = django_filters.ModelChoiceFilter(
        label="Édition", queryset=_editions, to_field_name="annee", empty_label="Toutes"
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


class SuiviFilter(LaureatFilter):
    """What the EPT follows."""

    convention = django_filters.ChoiceFilter(
        label="Convention",
        method="filter_convention",
        choices=[("a_signer", "À signer"), ("signee", "Signée"), ("facultative", "Facultative")],
        empty_label="Toutes",
    )
    versement = django_filters.ChoiceFilter(
        label="A un versement", method="filter_versement", choices=EtatVersement, empty_label="Peu importe"
    )
    quartier = None

    def filter_convention(self, queryset, name, value):
        requise = Q(montant__gt=SEUIL_CONVENTION) | Q(edition__convention_toujours=True)
        return queryset.filter(
            {
                "a_signer": requise & Q(convention_signee_le__isnull=True),
                "signee": Q(convention_signee_le__isnull=False),
                "facultative": ~requise,
            }[value]
        )

    def filter_versement(self, queryset, name, value):
        return queryset.filter(pk__in=Versement.objects.filter(etat=value).values("laureat"))


class VersementFilter(django_filters.FilterSet):
    edition = django_filters.ModelChoiceFilter(
        label="Édition", field_name="laureat__edition", queryset=_editions, to_field_name="annee", empty_label="Toutes"
    )
    etat = django_filters.ChoiceFilter(label="État", choices=EtatVersement, empty_label="Tous")
    avant = django_filters.DateFilter(label="Prévu avant le", field_name="prevu_le", lookup_expr="lte", widget=DATE)

    class Meta:
        model = Versement
        fields = []


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
            "resume": forms.Textarea(attrs={"rows": 4, "data-max": "300"}),
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
        widgets = {"objet": forms.Textarea(attrs={"rows": 3, "data-max": "256"}), "convention_signee_le": DATE}
        help_texts = {
            "objet": "Court, 256 caractères au plus. Il est publié dans les données ouvertes.",
            "convention_signee_le": "Laissez vide tant qu’elle n’est pas signée.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["objet"].required = True
        beneficiaires = list(self.instance.beneficiaires.all())
        if len(beneficiaires) == 1:
            self.initial["siret"] = beneficiaires[0].siret
        else:
            del self.fields["siret"]

    def clean_siret(self):
        return normaliser_siret(self.cleaned_data["siret"])

    def _post_clean(self):
        """The action validates and writes the model: here only what was typed is checked."""


class VersementMoveForm(forms.Form):
    """What a move of a payment asks: the reason of a step back, the day of a payment."""

    etat = forms.ChoiceField(choices=EtatVersement, widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé au journal du versement, que lisent les agents de l’EPT.",
    )
    paid_on = forms.DateField(label="Payé le", widget=DATE)

    def __init__(self, *args, transition, **kwargs):
        super().__init__(*args, **kwargs)
        if not transition.motif_requis:
            del self.fields["motif"]
        if transition.target != EtatVersement.PAYE:
            del self.fields["paid_on"]
