"""Forms of the territory: what the public asks, what the pilote corrects."""

import django_filters
from django import forms
from django.db.models import Q

from contrats.models import Commune, ContratDeVille, Quartier
from label.adresses import AdresseField
from label.enums import Generation
from label.forms.champs import ReelField
from label.forms.recherche import Filtres, Recherche
from label.recherche import matches


class ContratForm(forms.ModelForm):
    contact_email = AdresseField(label="Adresse électronique de contact", required=False)

    class Meta:
        model = ContratDeVille
        fields = [
            "nom",
            "contact_email",
            "contact_telephone",
            "adresse",
            "permanence",
            "communes",
            "hors_territoire",
            "population_qpv",
            "source",
            "is_verifie",
            "remarque",
        ]
        widgets = {"communes": forms.CheckboxSelectMultiple}


class QuartierForm(forms.ModelForm):
    class Meta:
        model = Quartier
        fields = [
            "nom",
            "code",
            "communes",
            "contrats",
            "hors_territoire",
            "population",
            "lat",
            "lon",
            "successeur",
            "source",
            "is_verifie",
            "remarque",
        ]
        widgets = {"communes": forms.CheckboxSelectMultiple, "contrats": forms.CheckboxSelectMultiple}
        field_classes = {"lat": ReelField, "lon": ReelField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contrats"].queryset = ContratDeVille.objects.in_generation(self.instance.generation)
        later = [generation for generation in Generation.values if generation > self.instance.generation]
        if later:
            self.fields["successeur"].queryset = Quartier.objects.filter(generation__in=later)
        else:
            del self.fields["successeur"]

    def clean_code(self):
        return self.cleaned_data["code"].strip().upper()

    def save(self, commit=True):
        # Who gives the name completes the row.
        if "nom" in self.changed_data:
            self.instance.libelle_a_completer = False
        return super().save(commit)


class QuartierFilter(Filtres):
    q = Recherche(label="Libellé ou code", method="filter_text")
    generation = django_filters.ChoiceFilter(label="Génération", choices=Generation, empty_label="Les deux")
    commune = django_filters.ModelChoiceFilter(
        label="Commune",
        field_name="communes",
        queryset=Commune.objects.all(),
        to_field_name="insee",
        empty_label="Toutes",
    )
    contrat = django_filters.ModelChoiceFilter(
        label="Contrat de ville",
        field_name="contrats",
        queryset=ContratDeVille.objects.all(),
        to_field_name="code",
        empty_label="Tous",
    )
    etat = django_filters.ChoiceFilter(
        label="À reprendre",
        method="filter_state",
        choices=[("libelle", "Libellé à compléter"), ("code", "Sans code officiel"), ("source", "Non vérifié")],
        empty_label="Tout",
    )

    class Meta:
        model = Quartier
        fields = []

    def filter_text(self, queryset, name, value):
        return queryset.filter(matches(value))

    def filter_state(self, queryset, name, value):
        return queryset.filter(
            {"libelle": Q(libelle_a_completer=True), "code": Q(code=""), "source": Q(is_verifie=False)}[value]
        )
