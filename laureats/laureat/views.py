"""The laureates, for everybody; and what staff corrects of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from label.access import access
from label.exports import export_as_asked
from label.listes import page_of
from label.models import Edition
from laureats.exports import for_export, public_table, scdl_export
from laureats.laureat.actions import precise_edition, record_convention
from laureats.laureat.forms import ConventionForm, HistoriqueForm, LaureatFilter
from laureats.laureat.mosaique import mosaique
from laureats.models import Laureat


@require_safe
@access(public=True, indexed=True)
def laureat_list(request):
    visible = Laureat.objects.visible_to(request.user).filter(edition__published_at__isnull=False)
    rows = LaureatFilter(request.GET, visible)
    laureats = rows.qs.with_places()
    download = export_as_asked(request, lambda: public_table(laureats), "laureats", rows)
    if download:
        return download
    totaux = dict(rows.qs.order_by().values_list("edition").annotate(n=Count("pk", distinct=True)))
    page = page_of(request, laureats)
    for laureat in page:
        laureat.total_edition = totaux[laureat.edition_id]
    context = {"filtre": rows, "page_obj": page}
    return render(request, "laureats/laureat/list.html", context)


@require_safe
@access(public=True, indexed=True, load=Laureat)
def laureat_detail(request, laureat):
    laureat = for_export(Laureat.objects.visible_to(request.user)).get(pk=laureat.pk)
    vote = laureat.dossier.decision.vote if laureat.dossier and hasattr(laureat.dossier, "decision") else None
    tuiles = [] if laureat.is_a_completer else mosaique(laureat.cle)
    return render(request, "laureats/laureat/detail.html", {"laureat": laureat, "vote": vote, "tuiles": tuiles})


@require_safe
@access(public=True, indexed=True)
def laureat_scdl(request, annee):
    """The open data of one published édition; what the schema refuses is left out."""
    edition = get_object_or_404(Edition, annee=annee, published_at__isnull=False, is_historique=False)
    content, _ = scdl_export(for_export(Laureat.objects.in_edition(edition)))
    headers = {"Content-Disposition": content_disposition_header(True, f"subventions-label-{annee}.csv")}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@access("laureats.change_laureat", load=Laureat)
def laureat_edit(request, laureat):
    is_passe = laureat.dossier_id is None
    form = (HistoriqueForm if is_passe else ConventionForm)(request.POST or None, instance=laureat)
    if request.method == "POST" and form.is_valid():
        try:
            _save(laureat, form, is_passe, request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u202f{laureat.titre_affiche}\u202f» est enregistré.")
            return redirect("laureats:laureat_detail" if is_passe else "laureats:suivi_detail", cle=laureat.cle)
    context = {"form": form, "laureat": laureat, "is_passe": is_passe}
    return render(request, "laureats/laureat/form.html", context, status=422 if request.method == "POST" else 200)


@transaction.atomic
def _save(laureat, form, is_passe, user):
    if not is_passe:
        data = form.cleaned_data
        record_convention(
            laureat,
            signee_le=data["convention_signee_le"],
            objet=data["objet"],
            siret=data.get("siret"),
            by=user,
            today=timezone.localdate(),
        )
        return
    form.save()
    if form.cleaned_data.get("annee"):
        precise_edition(laureat, form.cleaned_data["annee"], by=user)
