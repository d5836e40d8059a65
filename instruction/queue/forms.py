"""The queue as asked by the address: its filters, its orders."""

import django_filters
from django import forms
from django.db.models.functions import Length

from contrats.models import ContratDeVille, Quartier
from instruction.attribution.queries import past_instructeurs
from instruction.liste import Liste
from instruction.queue.queries import DEPOSE_LE, STATUTS, VUES, is_avis_late, is_complement_late
from label.forms.champs import MontantField, NombreInput
from label.forms.recherche import Filtres, Recherche, Tri
from label.models import Edition
from label.recherche import plie
from projects.models import Dossier
from projects.question.forms import answer_filter, field_name
from projects.question.questionnaire import live_questions

NUMERO = ("longueur", "numero")
TRIS = {
    "depot": ("Date de dépôt", ("recu_le", *NUMERO)),
    "numero": ("Numéro", NUMERO),
    "structure": ("Structure", ("structure_pliee", "pk")),
    "contrat": ("Contrat", ("contrat__recherche", "pk")),
    "statut": ("Statut", ("statut", "pk")),
    "instructeur": ("Instructeur", ("instructeur_plie", "pk")),
    "montant": ("Montant demandé", ("montant_demande", "pk")),
}
# Numbers are given as deposits arrive, and have an index.
D_OFFICE = "numero"


def _champ(type_):
    return {"class": "form-control", "type": type_}


def _montant():
    return NombreInput(attrs=_champ("text"))


class MontantFilter(django_filters.NumberFilter):
    """Whole euros, as people write them."""

    field_class = MontantField


class InstructionFilter(Filtres):
    """The queue as asked by the address; without `annee`, the current édition."""

    vue = django_filters.ChoiceFilter(
        choices=[(vue, words) for vue, (words, _) in VUES.items()], method="filter_vue", widget=forms.HiddenInput
    )
    tri = Tri(TRIS)
    q = Recherche(
        label="Numéro, titre, résumé ou structure",
        method="filter_text",
        widget=forms.TextInput(attrs=_champ("search")),
    )
    contrat = django_filters.ChoiceFilter(
        label="Contrat de ville", field_name="contrat__code", empty_label="Tous", widget=Liste
    )
    qpv = django_filters.ChoiceFilter(
        label="Quartier", field_name="quartiers__identifiant", empty_label="Tous", widget=Liste
    )
    statut = django_filters.ChoiceFilter(
        label="Statut",
        choices=[(statut.value, statut.label) for statut in STATUTS],
        empty_label="Tous",
        widget=Liste,
    )
    instructeur = django_filters.ChoiceFilter(
        label="Instructeur", method="filter_instructeur", empty_label="Tous", widget=Liste
    )
    retard = django_filters.ChoiceFilter(
        label="En retard",
        method="filter_retard",
        choices=[("tout", "Tout retard"), ("complement", "Complément en retard"), ("avis", "Avis en retard")],
        empty_label="Sans importance",
        widget=Liste,
    )
    montant_min = MontantFilter(
        label="Demandé, au moins (€)", field_name="montant_demande", lookup_expr="gte", widget=_montant()
    )
    montant_max = MontantFilter(
        label="Demandé, au plus (€)", field_name="montant_demande", lookup_expr="lte", widget=_montant()
    )
    annee = django_filters.ChoiceFilter(
        label="Édition", method="filter_annee", empty_label=None, null_label=None, widget=Liste
    )

    class Meta:
        model = Dossier
        fields = []

    def __init__(self, data=None, queryset=None, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.editions = list(Edition.objects.filter(is_historique=False))
        asked = (data or {}).get("annee", "")
        self.edition = next((e for e in self.editions if str(e.annee) == asked), None) or Edition.objects.current()
        generation = self.edition.generation if self.edition else None
        contrats = ContratDeVille.objects.in_generation(generation).order_by("recherche").values_list("code", "nom")
        quartiers = Quartier.objects.in_generation(generation).order_by("recherche").values_list("identifiant", "nom")
        self.filters["contrat"].extra["choices"] = list(contrats)
        self.filters["qpv"].extra["choices"] = list(quartiers)
        self.filters["annee"].extra["choices"] = [(str(e.annee), str(e.annee)) for e in self.editions]
        self.filters["annee"].extra["initial"] = str(self.edition.annee) if self.edition else None
        self.filters["instructeur"].extra["choices"] = [
            ("aucun", "Personne"),
            *((agent.cle, agent.get_full_name()) for agent in past_instructeurs()),
        ]

        for question in live_questions(self.edition) if self.edition else []:
            if question.is_a_choix:
                added = answer_filter(question, widget=Liste)
                added.parent, added.model = self, Dossier
                self.filters[field_name(question)] = added

    @property
    def in_edition(self):
        """The queue of the édition before the other filters: what the tabs count."""
        return self.queryset.filter(edition=self.edition)

    def filter_queryset(self, queryset):
        sortable = queryset.filter(edition=self.edition).alias(
            longueur=Length("numero"),
            recu_le=DEPOSE_LE,
            structure_pliee=plie("structure__nom"),
            instructeur_plie=plie("instruction__instructeur__nom"),
        )
        found, sign = super().filter_queryset(sortable), "-" if self.tri_demande.startswith("-") else ""
        return found.order_by(*(f"{sign}{field}" for field in TRIS[self.tri_demande.removeprefix("-")][1]))

    @property
    def tri_demande(self):
        """The order of the lines: a name of TRIS, or `-name`."""
        self.form.is_valid()
        return self.form.cleaned_data.get("tri") or D_OFFICE

    def filter_annee(self, queryset, name, value):
        return queryset

    def filter_vue(self, queryset, name, value):
        return queryset.filter(statut__in=VUES[value][1])

    def filter_text(self, queryset, name, value):
        return queryset.matching(value)

    def filter_instructeur(self, queryset, name, value):
        if value == "aucun":
            return queryset.filter(instruction__instructeur=None)
        return queryset.filter(instruction__instructeur__cle=value)

    def filter_retard(self, queryset, name, value):
        match value:
            case "complement":
                return queryset.filter(is_complement_late())
            case "avis":
                return queryset.filter(is_avis_late())
        return queryset.filter(is_complement_late() | is_avis_late())
