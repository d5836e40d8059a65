"""The laureates in the technical administration: repair, not daily work."""

from django.contrib import admin

from label.administration import Cherche
from laureats.models import Beneficiaire, Decision, Laureat, Versement, Vote


class BeneficiaireInline(admin.TabularInline):
    model = Beneficiaire
    extra = 0


class VersementInline(admin.TabularInline):
    model = Versement
    extra = 0
    readonly_fields = ["etat", "paid_on"]


@admin.register(Laureat)
class LaureatAdmin(Cherche):
    list_display = ["nom", "titre", "edition", "ordre", "montant", "is_a_completer"]
    search_fields = ["recherche"]
    list_filter = ["edition", "is_a_completer"]
    raw_id_fields = ["dossier"]
    filter_horizontal = ["quartiers"]
    inlines = [BeneficiaireInline, VersementInline]


class DecisionInline(admin.TabularInline):
    model = Decision
    extra = 0
    raw_id_fields = ["dossier"]


@admin.register(Vote)
class VoteAdmin(admin.ModelAdmin):
    list_display = ["edition", "organe", "date", "numero"]
    raw_id_fields = ["by"]
    inlines = [DecisionInline]
