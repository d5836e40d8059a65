"""What the outbox is filtered by."""

import django_filters

from label.forms.recherche import Filtres
from label.models import Courriel
from label.models.courriel import Etat


class CourrielFilter(Filtres):
    etat = django_filters.ChoiceFilter(label="État", choices=Etat, empty_label="Tous")

    class Meta:
        model = Courriel
        fields = []
