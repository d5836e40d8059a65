"""The technical administration, behind the same door as everything: a code, then the second factor."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver

FERMEES = {"password_change", "password_change_done"}


class Administration(AdminSite):
    """Repair, not daily work: Habilitations, people, who lost their second factor. Takes no password."""

    site_header = site_title = "Label Actions Innovantes : administration technique"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Its own sign-in page is gone: there is one door."""
        suite = request.GET.get("next") or "/administration/"
        return redirect_to_login(suite)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [url for url in super().get_urls() if getattr(url, "name", None) not in FERMEES]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # No password to change: Django shows the link to who has one.
        return super().each_context(request) | {"has_usable_password": False}


class Cherche(ModelAdmin):
    """A list searched as all others are: every word typed, in what its rows keep folded (`recherche`)."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return (queryset.matching(search_term) if search_term.strip() else queryset), False
