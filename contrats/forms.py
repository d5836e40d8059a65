"""Forms of the territory: what the public asks, what the pilote corrects."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from contrats.models import Affectation, Commune, ContratDeVille, Quartier
from contrats.recherche import matches
from label.enums import Generation
from label.models import Edition


def wanted_generation(request):
    """The generation named in the address, else the current édition's, else the label's first frame."""
    asked = request.GET.get("generation")
    if asked in Generation.values:
        return Generation(asked)
    edition = Edition.objects.current()
    return Generation(edition.generation) if edition else Generation.G2015


class ContratForm(forms.ModelForm):
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


class AffectationForm(forms.Form):
    """Names a chef de projet; the person is found by address, or created."""

    contrat = forms.ModelChoiceField(ContratDeVille.objects.none(), label="Contrat de ville", empty_label="Choisir")
    email = forms.EmailField(label="Adresse électronique", help_text="La personne se connectera avec cette adresse.")
    prenom = forms.CharField(label="Prénom", max_length=80)
    nom = forms.CharField(label="Nom", max_length=80)
    telephone = forms.CharField(
        label="Téléphone", max_length=20, required=False, help_text="Publié tant que dure la charge."
    )
    du = forms.DateField(
        label="Premier jour",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    au = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Laissez vide si la date n’est pas connue.",
    )

    def __init__(self, *args, generation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contrat"].queryset = ContratDeVille.objects.in_generation(generation)


class AffectationEndForm(forms.Form):
    au = forms.DateField(
        label="Dernier jour",
        help_text="Ce jour compris. La personne cesse ensuite d’être annoncée et de voir les dossiers du contrat.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class QuartierFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label="Libellé ou code", method="filter_text")
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


class AffectationFilter(django_filters.FilterSet):
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
