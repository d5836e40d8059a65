"""The plan of messages, and the outbox in the EPT’s hands."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.courriel.actions import dismiss_courriel, resend_courriel
from label.courriel.forms import CourrielFilter
from label.exports import notices
from label.listes import page_of
from label.models import Courriel
from label.notifications import registry


@access("label.view_courriel")
@require_safe
def plan_messages(request):
    plan = sorted(registry.values(), key=lambda notification: notification.key)
    return render(request, "label/courriel/plan.html", {"notifications": plan})


@access("label.view_courriel")
@require_safe
def courriel_list(request):
    filtre = CourrielFilter(request.GET, Courriel.objects.visible_to(request.user).defer("texte", "html"))
    context = {
        "filtre": filtre,
        "page_obj": page_of(request, filtre.qs),
        "situation": Courriel.objects.situation(),
        "notices": notices(request.user, None),
    }
    return render(request, "label/courriel/list.html", context)


@access("label.view_courriel", load=Courriel, by="pk")
@require_safe
def courriel_detail(request, courriel):
    return render(
        request, "label/courriel/detail.html", {"courriel": courriel, "fichiers": courriel.fichiers.defer("contenu")}
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
