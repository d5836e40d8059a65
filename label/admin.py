"""The technical administration: repair, not daily work."""

from django.contrib import admin

from label.administration import Cherche
from label.models import Critere, Edition, Habilitation, PieceDemandee, PointRecevabilite, User


class HabilitationInline(admin.TabularInline):
    model = Habilitation
    extra = 0


@admin.register(User)
class UserAdmin(Cherche):
    list_display = ["email", "prenom", "nom", "is_active"]
    search_fields = ["recherche"]
    fields = ["email", "prenom", "nom", "telephone", "is_active", "is_staff", "is_superuser"]
    inlines = [HabilitationInline]


class CritereInline(admin.TabularInline):
    model = Critere
    extra = 0


class PieceDemandeeInline(admin.TabularInline):
    model = PieceDemandee
    extra = 0


class PointRecevabiliteInline(admin.TabularInline):
    model = PointRecevabilite
    extra = 0


@admin.register(Edition)
class EditionAdmin(admin.ModelAdmin):
    list_display = ["titre", "annee", "ouverture", "cloture", "published_at"]
    inlines = [CritereInline, PieceDemandeeInline, PointRecevabiliteInline]
