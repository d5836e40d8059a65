"""How the EPT sorts what it follows, and one step of a payment."""

import django_filters
from django import forms
from django.db.models import Q

from label.dates import suite_of
from label.forms.champs import JourField
from label.forms.recherche import Filtres
from laureats.enums import A_PAYER, EtatVersement
from laureats.laureat.forms import LaureatFilter, editions
from laureats.models import Versement
from laureats.models.laureat import SEUIL_CONVENTION


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


class JourFilter(django_filters.DateFilter):
    """A day, as people write it."""

    field_class = JourField


class VersementFilter(Filtres):
    edition = django_filters.ModelChoiceFilter(
        label="Édition", field_name="laureat__edition", queryset=editions, to_field_name="annee", empty_label="Toutes"
    )
    etat = django_filters.ChoiceFilter(
        label="État",
        choices=[(A_PAYER, "Pas encore payé"), *EtatVersement.choices],
        empty_label="Tous",
        method="filter_etat",
    )
    avant = JourFilter(label="Prévu avant le", field_name="prevu_le", lookup_expr="lte")

    class Meta:
        model = Versement
        fields = []

    def filter_etat(self, queryset, name, value):
        return queryset.to_come() if value == A_PAYER else queryset.filter(etat=value)


class VersementMoveForm(forms.Form):
    """What a move of a payment asks: the reason of a step back, the day of a payment."""

    etat = forms.ChoiceField(choices=EtatVersement, widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé au journal du versement, que lisent les agents de l’EPT.",
    )
    paid_on = JourField(label="Payé le")

    def __init__(self, *args, transition, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].bornes = suite_of(edition)
        if not transition.motif_requis:
            del self.fields["motif"]
        if transition.target != EtatVersement.PAYE:
            del self.fields["paid_on"]
