"""The territory in the technical administration: repair, not daily work."""

from django.contrib import admin

from contrats.models import Affectation, Commune, ContratDeVille, Quartier


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    list_display = ["nom", "insee", "departement", "population"]
    search_fields = ["nom", "insee"]


@admin.register(ContratDeVille)
class ContratDeVilleAdmin(admin.ModelAdmin):
    list_display = ["nom", "code", "generation", "contact_email"]
    list_filter = ["generation"]
    filter_horizontal = ["communes"]


@admin.register(Quartier)
class QuartierAdmin(admin.ModelAdmin):
    list_display = ["nom", "code", "generation", "libelle_a_completer", "is_verifie"]
    list_filter = ["generation", "libelle_a_completer", "is_verifie"]
    search_fields = ["nom", "code"]
    filter_horizontal = ["communes", "contrats"]


@admin.register(Affectation)
class AffectationAdmin(admin.ModelAdmin):
    list_display = ["user", "contrat", "du", "au"]
    list_filter = ["contrat"]
    autocomplete_fields = ["user"]
