"""Filters of the portfolio, and the message to several porteurs."""

import django_filters
from django import forms

from contrats.models import ContratDeVille, Quartier
from label.forms.recherche import Filtres, Recherche, Tri
from label.models import Edition
from projects.models import Dossier
from projects.portefeuille.queries import ETAPES, TRIS, current, lignes, ordered, portfolio


class PortefeuilleFilter(Filtres):
    """The dossiers of one chef de projet as asked by the address; without `annee`, the current édition and after."""

    etape = django_filters.ChoiceFilter(
        choices=[(code, words) for code, (words, _) in ETAPES.items()],
        field_name="etape",
        widget=forms.HiddenInput,
    )
    tri = Tri(TRIS)
    q = Recherche(label="Numéro, titre, résumé ou structure", method="filter_text")
    contrat = django_filters.ModelChoiceFilter(
        label="Contrat de ville", queryset=ContratDeVille.objects.none(), to_field_name="code", empty_label="Tous"
    )
    quartier = django_filters.ModelChoiceFilter(
        label="Quartier",
        field_name="quartiers",
        queryset=Quartier.objects.none(),
        to_field_name="identifiant",
        empty_label="Tous",
    )
    montre = django_filters.ChoiceFilter(
        label="Montrer",
        method="unchanged",
        choices=[("risque", "Les brouillons à risque"), ("nouveau", "Ce qui a bougé depuis votre visite")],
        empty_label="Tout",
    )
    annee = django_filters.ChoiceFilter(label="Édition", method="unchanged", empty_label="En cours")

    class Meta:
        model = Dossier
        fields = []

    def __init__(self, data, *, user):
        self.user = user
        super().__init__(data, portfolio(user))
        mine = Dossier.objects.of_chef(user).values("pk")
        contrats = ContratDeVille.objects.filter(dossiers__in=mine).distinct()
        self.filters["contrat"].queryset = contrats.defer("contour", "importe")
        self.filters["quartier"].queryset = (
            Quartier.objects.filter(dossiers__in=mine).distinct().defer("contour", "importe")
        )
        annees = Edition.objects.filter(is_historique=False, dossiers__in=mine).distinct().order_by("-annee")
        self.filters["annee"].extra["choices"] = [(str(n), str(n)) for n in annees.values_list("annee", flat=True)]

    def filter_text(self, queryset, name, value):
        return queryset.matching(value)

    def unchanged(self, queryset, name, value):
        return queryset

    @property
    def asked(self):
        """The valid values of the form, {} when one is not."""
        return self.form.cleaned_data if self.form.is_valid() else {}

    def in_edition(self):
        """All the lines of the édition asked, before the other filters: what the tabs count."""
        annee = self.asked.get("annee")
        return lignes(self.queryset.filter(edition__annee=annee) if annee else current(self.queryset), self.user)

    def found(self, in_edition):
        """Those of `in_edition` that answer the filters, in the order asked."""
        kept = set(self.qs.values_list("pk", flat=True))
        rows = [ligne for ligne in in_edition if ligne.dossier.pk in kept]
        match self.asked.get("montre"):
            case "risque":
                rows = [ligne for ligne in rows if ligne.raisons]
            case "nouveau":
                rows = [ligne for ligne in rows if ligne.nouveautes.total]
        return ordered(rows, self.asked.get("tri") or "")
