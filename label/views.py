"""Public home, dashboard, the plan of messages and the outbox, the demonstration's doors."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from label import accueil as accueil_blocs
from label.access import access
from label.actions.courriel import dismiss_courriel, resend_courriel
from label.actions.edition import ReglageFige, copy_edition, save_reglage
from label.calendrier import calendrier
from label.demo import COMPTES
from label.exports import FORMATS, export_response, named_exports, notices
from label.forms.edition import REGLAGES, EditionCopyForm, EditionForm
from label.models import Courriel, Edition, User
from label.models.courriel import Etat
from label.notifications import registry
from label.tableau import panels_for
from label.vus import held


@access(public=True)
@require_GET
def accueil(request):
    edition = Edition.objects.current()
    return render(
        request,
        "label/accueil.html",
        {
            "edition": edition,
            "etapes": calendrier(edition, timezone.now()) if edition else [],
            **accueil_blocs.context(),
        },
    )


@access()
@require_GET
def tableau(request):
    return render(request, "label/tableau.html", {"panels": panels_for(request)})


@access(public=True)
@require_GET
def page_statique(request, page):
    """The pages the law asks for: personal data, accessibility, terms of use."""
    return render(request, f"label/{page}.html")


@access("label.view_courriel")
@require_GET
def plan_messages(request):
    return render(request, "label/message_plan.html", {"notifications": sorted(registry.values(), key=lambda n: n.key)})


@access("label.view_courriel")
@require_GET
def courriel_list(request):
    courriels = Courriel.objects.visible_to(request.user).defer("texte", "html")
    etat = request.GET.get("etat", "")
    if etat in Etat.values:
        courriels = courriels.filter(etat=etat)
    page = Paginator(courriels, 50).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "etats": Etat.choices,
        "etat": etat,
        "situation": Courriel.objects.situation(),
        "notices": notices(request.user, None),
    }
    return render(request, "label/courriel_list.html", context)


@access("label.view_courriel", load=Courriel, by="pk")
@require_GET
def courriel_detail(request, courriel):
    return render(
        request, "label/courriel_detail.html", {"courriel": courriel, "fichiers": courriel.fichiers.defer("contenu")}
    )


@access("label.send_courriel", load=Courriel, by="pk")
@require_POST
def courriel_resend(request, courriel):
    if resend_courriel(courriel, by=request.user):
        messages.success(request, "Le message va être envoyé de nouveau.")
    elif Courriel.objects.in_failure().filter(pk=courriel.pk).exists():
        messages.error(request, "Ce message ne peut toujours pas être envoyé\u00a0: le détail dit pourquoi.")
    else:
        messages.warning(request, "Ce message n’est pas en échec\u00a0: rien à renvoyer.")
    # A message whose recipients were unknown has become one message for each.
    if not Courriel.objects.filter(pk=courriel.pk).exists():
        return redirect("label:courriel_list")
    return redirect("label:courriel_detail", pk=courriel.pk)


@access("label.send_courriel", load=Courriel, by="pk")
@require_POST
def courriel_dismiss(request, courriel):
    if dismiss_courriel(courriel, by=request.user):
        messages.success(request, "C’est réglé\u00a0: ce message ne sera pas envoyé.")
    else:
        messages.warning(request, "Ce message n’est pas en échec\u00a0: rien à régler.")
    return redirect("label:courriel_list")


@access("label.view_edition")
@require_GET
def edition_list(request):
    return render(request, "label/edition_list.html", {"editions": Edition.objects.visible_to(request.user)})


@access("label.view_edition", load=Edition, by="annee")
@require_GET
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
    return render(request, "label/edition_detail.html", context)


@access("label.change_edition", load=Edition, by="annee")
def edition_edit(request, edition):
    with held(request, edition) as edition:
        form = EditionForm(request.POST or None, instance=edition)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, "L’édition est enregistrée.")
            return redirect("label:edition_detail", annee=edition.annee)
    return render(request, "label/edition_form.html", {"edition": edition, "form": form})


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
    return render(request, "label/edition_reglage.html", {"edition": edition, "formset": formset, "titre": titre})


@access("label.change_edition", load=Edition, by="annee")
def edition_copy(request, edition):
    form = EditionCopyForm(request.POST or None, initial={"annee": edition.annee + 1})
    if request.method == "POST" and form.is_valid():
        copie = copy_edition(edition, annee=form.cleaned_data["annee"], by=request.user)
        messages.success(request, f"L’édition {copie.annee} est prête\u00a0: vérifiez ses dates.")
        return redirect("label:edition_edit", annee=copie.annee)
    return render(request, "label/edition_copy.html", {"edition": edition, "form": form})


@access("label.list_export")
@require_GET
def export_list(request):
    """Every named export this person may take away, édition by édition."""
    editions = list(Edition.objects.filter(is_historique=False))
    for edition in editions:
        edition.notices = notices(request.user, edition)
    context = {"exports": named_exports(request.user), "editions": editions, "formats": list(FORMATS)}
    return render(request, "label/export_list.html", context)


@access("label.list_export")
@require_GET
def export_download(request, annee, key):
    edition = get_object_or_404(Edition, annee=annee, is_historique=False)
    export = next((one for one in named_exports(request.user) if one.key == key), None)
    extension = request.GET.get("format", "xlsx")
    if export is None or extension not in FORMATS:
        raise Http404
    return export_response(export.build(edition, request.user), extension, f"{key}-{annee}")


def _demo_only():
    if not settings.DEMO:
        raise Http404


@access(public=True)
@require_GET
def demo_comptes(request):
    _demo_only()
    return render(request, "label/demo_comptes.html", {"comptes": COMPTES, "next": request.GET.get("next", "")})


@access(public=True)
@require_POST
def demo_login(request):
    _demo_only()
    email = request.POST.get("email", "")
    if email not in {compte.email for compte in COMPTES}:
        raise Http404
    user = get_object_or_404(User, email=email, is_active=True)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("label:tableau")
