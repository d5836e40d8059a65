"""The ranking as asked by the address: its order, and whether only what was heard is shown."""

import django_filters

from juries.classement.queries import TRIS
from juries.models import Audition
from label.forms.recherche import Filtres, Tri
from projects.enums import Statut


class ClassementFilter(Filtres):
    tri = Tri(TRIS, both_ways=False)
    entendus = django_filters.ChoiceFilter(
        label="Entendus", choices=[("oui", "Déjà entendus")], method="filter_entendus"
    )

    class Meta:
        model = Audition
        fields = []

    def filter_entendus(self, queryset, name, value):
        return queryset.filter(dossier__statut=Statut.AUDITIONNE)
