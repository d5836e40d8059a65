"""One message to the porteurs of several dossiers: written, read again with who will get it, then sent."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from label.access import access
from label.notifications import registry
from label.notifications import render as render_mail
from label.recherche import fold
from label.templatetags.label_ui import pluriel
from projects.message.actions import recipients, seal, send_message
from projects.message.forms import MessageForm
from projects.models import Dossier


def _chosen(request, values):
    """The dossiers ticked; one that this person does not follow does not exist."""
    keys = set(values.getlist("dossier"))
    found = Dossier.objects.of_chef(request.user).filter(cle__in=keys).select_related("structure", "edition")
    if len(found) != len(keys):
        raise Http404
    return sorted(found, key=lambda dossier: (fold(str(dossier)), dossier.pk))


@access("projects.list_portefeuille")
@require_http_methods(["GET", "HEAD", "POST"])
def message_create(request):
    values = request.POST if request.method == "POST" else request.GET
    dossiers = _chosen(request, values)
    envois = recipients(dossiers)
    form = MessageForm(request.POST or None)
    step = request.POST.get("etape", "")
    if request.method == "POST" and step != "modifier" and dossiers and form.is_valid():
        if step == "envoyer" and (message := _sent(request, form, dossiers)):
            n = len(recipients(message.dossiers.all()))
            messages.success(
                request, f"Votre message part vers {pluriel(n, 'personne,personnes')}, chacune séparément."
            )
            return redirect("projects:portefeuille_list")
        if envois and not form.non_field_errors():
            return _preview(request, form, dossiers, envois)
    served = {dossier.pk for envoi in envois for dossier in envoi.dossiers}
    context = {
        "form": form,
        "dossiers": dossiers,
        "envois": envois,
        "sans_personne": [dossier for dossier in dossiers if dossier.pk not in served],
    }
    refused = request.method == "POST" and step != "modifier"
    return render(request, "projects/message/form.html", context, status=422 if refused else 200)


def _sent(request, form, dossiers):
    """The Message, or None with the refusal written on the form."""
    data = form.cleaned_data
    try:
        return send_message(
            dossiers=dossiers,
            sujet=data["sujet"],
            texte=data["texte"],
            by=request.user,
            envoi=data["envoi"] or uuid.uuid4(),
            vus=data["vus"],
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _preview(request, form, dossiers, envois):
    """The mail as the first person will read it, and everybody who will get it."""
    message = form.save(commit=False)
    message.by = request.user
    first = envois[0]
    sujet, texte, _ = render_mail(registry["message_chef"], message, {"dossiers": first.dossiers}, first.personne)
    context = {
        "message": message,
        "dossiers": dossiers,
        "envois": envois,
        "premier": first.personne,
        "sujet": sujet,
        "texte": texte,
        "envoi": form.cleaned_data["envoi"] or uuid.uuid4(),
        "vus": seal(envois),
    }
    return render(request, "projects/portefeuille/apercu.html", context)
