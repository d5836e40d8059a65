"""The technical administration of the jury: repair, not daily work. Notes and declarations are read only."""

from django.contrib import admin

from juries.models import Audition, Bulletin, Declaration, Deliberation, Jure, Jury, Mention, Seance
from projects.models import Dossier


class ReadOnly(admin.ModelAdmin):
    """Nobody changes it here. `dossier`: the way to the dossier it speaks of, hidden from who is recused from that."""

    dossier = ""

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        closed = Dossier.objects.closed_to(request.user)
        return rows.exclude(**{f"{self.dossier}__in": closed}) if self.dossier else rows

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class JureInline(admin.TabularInline):
    model = Jure
    extra = 0
    fields = ["nom", "email", "qualite", "college", "is_president", "user", "accepted_at", "removed_at"]
    raw_id_fields = ["user"]


@admin.register(Jury)
class JuryAdmin(admin.ModelAdmin):
    list_display = ["edition", "quorum", "minimum_par_college"]
    inlines = [JureInline]


@admin.register(Seance)
class SeanceAdmin(admin.ModelAdmin):
    list_display = ["jury", "debut", "fin", "lieu", "locked_at"]


@admin.register(Audition)
class AuditionAdmin(ReadOnly):
    dossier = "dossier"
    list_display = ["dossier", "debut", "moyenne", "nombre_notes"]
    list_select_related = ["dossier"]


@admin.register(Declaration)
class DeclarationAdmin(ReadOnly):
    dossier = "dossier"
    list_display = ["jure", "dossier", "at"]
    list_select_related = ["jure", "dossier"]


@admin.register(Bulletin)
class BulletinAdmin(ReadOnly):
    dossier = "audition__dossier"
    list_display = ["jure", "audition", "final_at"]
    list_select_related = ["jure", "audition__dossier"]


@admin.register(Deliberation)
class DeliberationAdmin(ReadOnly):
    list_display = ["jury", "closed_at", "closed_by"]


@admin.register(Mention)
class MentionAdmin(ReadOnly):
    list_display = ["at", "acte", "objet", "by"]
    list_select_related = ["by"]
