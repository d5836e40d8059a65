"""Public home, dashboard, the exports of an édition, and the pages the law asks for."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from label import accueil as accueil_blocs
from label.access import access
from label.conservation.registre import registry
from label.edition.calendrier import calendrier
from label.exports import FORMATS, export_response, named_exports, notices
from label.mentions import AUDIT, EDITEUR, HEBERGEUR, silence_words
from label.models import Edition
from label.pages.temoins import temoins
from label.robots import robots_txt
from label.tableau import panels_for

# {page the law asks for: () -> what it says of this place}
FAITS = {
    "mentions_legales": lambda: {"editeur": EDITEUR, "hebergeur": HEBERGEUR, "siret": settings.LABEL_ATTRIBUANT_SIRET},
    "donnees_personnelles": lambda: {
        "regles": registry.values(),
        "temoins": temoins(),
        "donnees_email": settings.LABEL_DONNEES_EMAIL,
    },
    "accessibilite": lambda: {
        "schema": settings.LABEL_SCHEMA_ACCESSIBILITE,
        "site": settings.SITE_URL,
        "audit": AUDIT,
    },
    "conditions": lambda: {
        "acte": settings.LABEL_ACTE_TELESERVICE,
        "homologation": settings.LABEL_HOMOLOGATION,
        "silence": silence_words(),
    },
}


@access(public=True, indexed=True)
@require_safe
def accueil(request):
    edition = Edition.objects.current()
    return render(
        request,
        "label/pages/accueil.html",
        {
            "edition": edition,
            "etapes": calendrier(edition, timezone.now()) if edition else [],
            **accueil_blocs.context(),
        },
    )


@access()
@require_safe
def tableau(request):
    return render(request, "label/pages/tableau.html", {"panels": panels_for(request)})


@access(public=True, indexed=True)
@require_safe
def page_statique(request, page):
    """The pages the law asks for: who publishes, personal data, accessibility, terms of use."""
    return render(request, f"label/pages/{page}.html", FAITS[page]())


@access(public=True)
@require_safe
def robots(request):
    return HttpResponse(robots_txt(), content_type="text/plain; charset=utf-8")


@access("label.list_export")
@require_safe
def export_list(request):
    """Every named export this person may take away, édition by édition."""
    editions = list(Edition.objects.filter(is_historique=False))
    for edition in editions:
        edition.notices = notices(request.user, edition)
    context = {"exports": named_exports(request.user), "editions": editions, "formats": list(FORMATS)}
    return render(request, "label/pages/exports.html", context)


@access("label.list_export")
@require_safe
def export_download(request, annee, key):
    edition = get_object_or_404(Edition, annee=annee, is_historique=False)
    export = next((one for one in named_exports(request.user) if one.key == key), None)
    extension = request.GET.get("format", "xlsx")
    if export is None or extension not in FORMATS:
        raise Http404
    return export_response(export.build(edition, request.user), extension, f"{key}-{annee}")
