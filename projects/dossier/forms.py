"""Forms of the dossier: the idea, a move, the list."""

from itertools import groupby

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from contrats.models import ContratDeVille, Quartier
from label.forms.recherche import Filtres, Recherche
from label.listes import PAGE
from label.models import Edition
from label.recherche import fold
from projects.dossier.actions import PlusieursContrats, route
from projects.enums import LIBELLES_PORTEUR, Statut
from projects.models import Dossier, Structure
from projects.models.dossier import JOURS_A_RISQUE

AUTRE_STRUCTURE = "nouvelle"


def quartier_choices(quartiers):
    """These quartiers grouped by commune, as (commune, [(identifiant, nom)]), in the order of a dictionary."""
    rows = [
        (" et ".join(sorted((commune.nom for commune in quartier.communes.all()), key=fold)) or "Autres", quartier)
        for quartier in quartiers
    ]
    rows.sort(key=lambda row: (fold(row[0]), fold(row[1].nom)))
    return [
        (place, [(quartier.identifiant, quartier.nom) for _, quartier in group])
        for place, group in groupby(rows, key=lambda row: row[0])
    ]


class QuartiersMixin:
    """Fields `quartiers` and `contrat`: the lead contrat is asked only when the quartiers leave a choice."""

    def set_up_territory(self, edition):
        self.edition = edition
        self.choix_contrat = False
        quartiers = Quartier.objects.in_generation(edition.generation).prefetch_related("communes")
        # Nobody ticks a place whose name is not known yet; one a dossier holds already stays.
        ticked = {getattr(one, "identifiant", one) for one in self.initial.get("quartiers") or ()}
        quartiers = quartiers.filter(Q(libelle_a_completer=False) | Q(identifiant__in=ticked))
        self.fields["quartiers"].queryset = quartiers
        self.fields["quartiers"].choices = quartier_choices(quartiers)
        self.fields["contrat"].queryset = ContratDeVille.objects.in_generation(edition.generation)

    def clean_territory(self, quartiers, contrat):
        """The lead contrat of these quartiers; asks for it (and returns None) when there are several."""
        possible = ContratDeVille.objects.in_generation(self.edition.generation).for_quartiers(quartiers)
        if possible.count() > 1:
            self.choix_contrat = True
            self.fields["contrat"].queryset = possible
        try:
            return route(quartiers, self.edition, contrat)
        except PlusieursContrats as error:
            self.add_error("contrat", error)
            return None


def quartiers_field(**kwargs):
    return forms.ModelMultipleChoiceField(
        Quartier.objects.none(), to_field_name="identifiant", widget=forms.CheckboxSelectMultiple, **kwargs
    )


def contrat_field():
    return forms.ModelChoiceField(
        ContratDeVille.objects.none(),
        label="Contrat de ville qui suivra le projet",
        to_field_name="code",
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
        help_text="Les chefs de projet des autres contrats pourront lire et commenter.",
    )


class PassageForm(forms.Form):
    """A move: what the page kept of the dossier (`connu.token_of`), and the reason where one is required."""

    expected = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)
    motif = forms.CharField(label="Motif", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, transition, **kwargs):
        super().__init__(*args, **kwargs)
        if transition.motif_requis:
            self.fields["motif"].help_text = "Il sera lu par les personnes concernées et inscrit au journal du dossier."
            if transition.name == "return_visa":
                self.fields["motif"].label = "Votre mot à la structure"
                self.fields["motif"].help_text = (
                    "Dites ce qui est à reprendre. Il part par courriel, et reste dans le fil du dossier, que "
                    "lisent toutes les personnes du dossier."
                )
        else:
            del self.fields["motif"]


class DossierFilter(Filtres):
    """Filters of the list; `agent` reads the real statuts, the others what they may know."""

    ETAPES = {
        "idee": ("Idées", [Statut.IDEE]),
        "ecriture": ("Écriture à deux", [Statut.CO_ELABORATION, Statut.PRET]),
        "instruction": ("Déposés, en instruction", [Statut.DEPOSE, Statut.A_COMPLETER, Statut.EN_INSTRUCTION]),
        "jury": ("Devant le jury", [Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE]),
        "attente": ("Liste d’attente", [Statut.RESERVE]),
        "laureat": ("Lauréats", [Statut.LAUREAT]),
        "termine": (
            "Terminés sans label",
            [
                Statut.IRRECEVABLE,
                Statut.NON_ADMIS,
                Statut.NON_RETENU,
                Statut.RETIRE,
                Statut.ABANDONNE,
                Statut.SANS_SUITE,
                Statut.CADUC,
            ],
        ),
    }

    q = Recherche(label="Numéro, titre, résumé ou structure", method="filter_text")
    edition = django_filters.ModelChoiceFilter(
        label="Édition",
        queryset=Edition.objects.filter(is_historique=False),
        to_field_name="annee",
        empty_label="Toutes",
    )
    etape = django_filters.ChoiceFilter(
        label="Étape",
        method="filter_step",
        choices=[(key, label) for key, (label, _) in ETAPES.items()],
        empty_label="Toutes",
    )
    statut = django_filters.ChoiceFilter(label="Statut", field_name="statut_lu", choices=Statut, empty_label="Tous")
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier",
        field_name="quartiers",
        queryset=Quartier.objects.all(),
        to_field_name="identifiant",
        empty_label="Tous",
    )
    structure = django_filters.ModelChoiceFilter(
        label="Structure", queryset=Structure.objects.none(), to_field_name="cle", empty_label="Toutes"
    )
    a_risque = django_filters.ChoiceFilter(
        label="Échéance",
        method="filter_risk",
        choices=[("oui", f"À déposer dans les {JOURS_A_RISQUE}\u00a0jours")],
        empty_label="Toutes",
    )

    class Meta:
        model = Dossier
        fields = []

    def __init__(self, data, queryset, *, user):
        super().__init__(data, queryset)
        mine = Dossier.objects.visible_to(user)
        served = Dossier.quartiers.through.objects.filter(quartier=OuterRef("pk"), dossier__in=mine.order_by())
        self.filters["quartier"].queryset = Quartier.objects.filter(Exists(served)).defer("contour", "importe")
        structures = Structure.objects.filter(Exists(mine.filter(structure=OuterRef("pk")).order_by()))
        few = list(structures.values_list("cle", "nom")[: PAGE + 1])
        if len(few) > PAGE:
            # A list nobody reads, and the heaviest part of the page: the box of the search finds names of structures.
            self.filters["structure"].queryset = structures
            self.filters["structure"].extra["widget"] = forms.HiddenInput
        else:
            self.filters["structure"] = django_filters.ChoiceFilter(
                label="Structure", field_name="structure__cle", choices=few, empty_label="Toutes"
            )
        if not user.is_agent:
            words = LIBELLES_PORTEUR if not user.has_perm("projects.export_dossier") else None
            hidden = {Statut.PROPOSE, Statut.RESERVE}
            choices = [(s.value, words[s] if words else s.label) for s in Statut if s not in hidden]
            self.filters["statut"].extra["choices"] = choices

    def filter_text(self, queryset, name, value):
        return queryset.matching(value)

    def filter_step(self, queryset, name, value):
        return queryset.filter(statut_lu__in=self.ETAPES[value][1])

    def filter_risk(self, queryset, name, value):
        return queryset.at_risk()
