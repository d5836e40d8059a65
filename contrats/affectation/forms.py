"""Who is chef de projet where, and until when."""

import django_filters
from django import forms
from django.utils import timezone

from contrats.models import Affectation, ContratDeVille
from label.adresses import AdresseField
from label.dates import charges
from label.forms.champs import JourField
from label.forms.recherche import Filtres


class AffectationForm(forms.Form):
    """Names a chef de projet; the person is found by address, or created."""

    contrat = forms.ModelChoiceField(ContratDeVille.objects.none(), label="Contrat de ville", empty_label="Choisir")
    email = AdresseField(label="Adresse électronique", help_text="La personne se connectera avec cette adresse.")
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    telephone = forms.CharField(
        label="Téléphone", max_length=20, required=False, help_text="Publié tant que dure la charge."
    )
    du = JourField(
        label="Premier jour",
        initial=timezone.localdate,
    )
    au = JourField(
        label="Dernier jour",
        required=False,
        help_text="Laissez vide si la date n’est pas connue.",
    )

    def __init__(self, *args, generation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contrat"].queryset = ContratDeVille.objects.in_generation(generation)
        self.fields["du"].bornes = self.fields["au"].bornes = charges()


class AffectationEndForm(forms.Form):
    au = JourField(
        label="Dernier jour",
        help_text="Ce jour compris. La personne cesse ensuite d’être annoncée et de voir les dossiers du contrat.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["au"].bornes = charges()


class AffectationFilter(Filtres):
    contrat = django_filters.ModelChoiceFilter(
        label="Contrat de ville", queryset=ContratDeVille.objects.all(), to_field_name="code", empty_label="Tous"
    )
    quand = django_filters.ChoiceFilter(
        label="Période",
        method="filter_period",
        choices=[("en_poste", "En poste aujourd’hui"), ("a_venir", "À venir"), ("terminee", "Terminées")],
        empty_label="Toutes",
    )

    class Meta:
        model = Affectation
        fields = []

    def filter_period(self, queryset, name, value):
        today = timezone.localdate()
        match value:
            case "a_venir":
                return queryset.filter(du__gt=today)
            case "terminee":
                return queryset.filter(au__lt=today)
        return queryset.current(today)
