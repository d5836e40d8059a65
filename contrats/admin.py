"""The territory in the technical administration: repair, not daily work."""

from django.contrib import admin

from contrats.models import (
    Affectation,
    Commune,
    ContratCommune,
    ContratDeVille,
    Quartier,
    QuartierCommune,
    QuartierContrat,
)
from label.administration import Cherche


class ContratCommuneInline(admin.TabularInline):
    model = ContratCommune
    extra = 0


class QuartierCommuneInline(admin.TabularInline):
    model = QuartierCommune
    extra = 0


class QuartierContratInline(admin.TabularInline):
    model = QuartierContrat
    extra = 0


@admin.register(Commune)
class CommuneAdmin(Cherche):
    list_display = ["nom", "insee", "departement", "population"]
    search_fields = ["recherche"]


@admin.register(ContratDeVille)
class ContratDeVilleAdmin(admin.ModelAdmin):
    list_display = ["nom", "code", "generation", "contact_email"]
    list_filter = ["generation"]
    inlines = [ContratCommuneInline]


@admin.register(Quartier)
class QuartierAdmin(Cherche):
    list_display = ["nom", "code", "generation", "libelle_a_completer", "is_verifie"]
    search_fields = ["recherche"]
    list_filter = ["generation", "libelle_a_completer", "is_verifie"]
    inlines = [QuartierCommuneInline, QuartierContratInline]


@admin.register(Affectation)
class AffectationAdmin(admin.ModelAdmin):
    list_display = ["user", "contrat", "du", "au"]
    list_filter = ["contrat"]
    autocomplete_fields = ["user"]
