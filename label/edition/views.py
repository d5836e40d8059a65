"""The éditions and their rules, in the pilote’s hands."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from label.access import access
from label.edition.actions import ReglageFige, copy_edition, save_reglage
from label.edition.calendrier import calendrier
from label.edition.forms import REGLAGES, EditionCopyForm, EditionForm
from label.listes import page_of
from label.models import Edition
from label.vus import held


@access("label.view_edition")
@require_safe
def edition_list(request):
    editions = list(Edition.objects.visible_to(request.user))
    return render(request, "label/edition/list.html", {"page_obj": page_of(request, editions)})


@access("label.view_edition", load=Edition, by="annee")
@require_safe
def edition_detail(request, edition):
    context = {
        "edition": edition,
        "etapes": calendrier(edition, timezone.now()),
        "criteres": edition.criteres.all(),
        "questions": edition.questions.filter(retiree_at=None),
        "pieces": edition.pieces_demandees.all(),
        "points": edition.points_recevabilite.all(),
        "peut_modifier": request.user.has_perm("label.change_edition", edition),
    }
    return render(request, "label/edition/detail.html", context)


@access("label.change_edition", load=Edition, by="annee")
def edition_edit(request, edition):
    with held(request, edition) as edition:
        form = EditionForm(request.POST or None, instance=edition)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, "L’édition est enregistrée.")
            return redirect("label:edition_detail", annee=edition.annee)
    return render(request, "label/edition/form.html", {"edition": edition, "form": form})


@access("label.change_edition", load=Edition, by="annee")
def edition_reglage(request, edition, reglage):
    titre, formset_class = REGLAGES[reglage]
    # Whoever writes one of its lists holds the édition: the rows compared are those that stand.
    with held(request, edition) as edition:
        formset = formset_class(request.POST or None, instance=edition)
        if request.method == "POST" and formset.is_valid():
            try:
                save_reglage(edition, reglage, formset, now=timezone.now())
            except ReglageFige as refus:
                messages.error(request, refus.message)
            else:
                messages.success(request, "C’est enregistré.")
                return redirect("label:edition_detail", annee=edition.annee)
    return render(request, "label/edition/reglage.html", {"edition": edition, "formset": formset, "titre": titre})


@access("label.change_edition", load=Edition, by="annee")
def edition_copy(request, edition):
    form = EditionCopyForm(request.POST or None, initial={"annee": edition.annee + 1})
    if request.method == "POST" and form.is_valid():
        copie = copy_edition(edition, annee=form.cleaned_data["annee"], by=request.user)
        messages.success(request, f"L’édition {copie.annee} est prête\u00a0: vérifiez ses dates.")
        return redirect("label:edition_edit", annee=copie.annee)
    return render(request, "label/edition/copy.html", {"edition": edition, "form": form})
