"""The ranking, and the tables the EPT takes away."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from juries import exports
from juries.classement import regles
from juries.classement.forms import ClassementFilter
from juries.classement.queries import CORRIGEES_D_OFFICE, TRIS, corrected_means, fetch, looks_tied, ordered, places
from juries.models import Audition, Jury
from label.access import access
from label.exports import FORMATS, export_as_asked, export_response
from label.listes import order_words, page_of
from projects.deport.queries import ensure_not_recused


@access("juries.view_classement", load=Jury, by="edition__annee")
@require_safe
def classement(request, jury):
    visible = Audition.objects.visible_to(request.user).classees().filter(seance__jury=jury)
    filtre = ClassementFilter(request.GET, visible)
    tri = filtre.form.cleaned_data.get("tri") or "rang" if filtre.is_valid() else "rang"
    visible = filtre.qs
    found = places(visible)
    pks = ordered(visible, found, tri)
    if request.GET.get("format"):
        ensure_not_recused(request.user, jury.edition)
    name = f"classement-{jury.edition.annee}"
    if download := export_as_asked(
        request, lambda: exports.ranking_table(fetch(pks, found), corrected_means(jury)), name, filtre
    ):
        return download
    # Narrow first, then the lines shown.
    page = page_of(request, pks)
    page.object_list = list(fetch(page.object_list, found))
    is_corrigee = "corrigee" in request.GET or page.paginator.count <= CORRIGEES_D_OFFICE
    corrigees = corrected_means(jury) if is_corrigee else {}
    for audition in page:
        audition.corrigee = corrigees.get(audition.dossier_id)
    context = {"jury": jury, "edition": jury.edition, "page_obj": page, "tri": tri, "is_corrigee": is_corrigee}
    context |= {"filtre": filtre, "ordre": order_words(TRIS, tri)}
    context["is_serre"] = looks_tied(page)
    context["regles"] = regles.publiees(jury.regle_departage)
    return render(request, "juries/classement/classement.html", context)


@access("juries.export_notes", load=Jury, by="edition__annee")
@require_safe
def export_download(request, jury, export):
    """A named export of the jury, as a file."""
    asked = request.GET.get("format", "xlsx")
    build = exports.OFFERED.get(export)
    if build is None or asked not in FORMATS:
        raise Http404
    return export_response(build(jury.edition, request.user), asked, f"{export}-{jury.edition.annee}")
