"""What the outbox is filtered by."""

import django_filters

from label.models import Courriel
from label.models.courriel import Etat


class CourrielFilter(django_filters.FilterSet):
    etat = django_filters.ChoiceFilter(label="État", choices=Etat, empty_label="Tous")

    class Meta:
        model = Courriel
        fields = []
