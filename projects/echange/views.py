"""The messages of a dossier: what was written, and a box to write."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import get_text_list

from label.access import GET_POST, access
from label.listes import page_of
from projects.echange.actions import send_echange
from projects.echange.cercles import cercle_of, followers, people_of, told
from projects.echange.forms import EchangeForm
from projects.echange.queries import echanges_of, last_envoi, mot_of
from projects.enums import MotCommence
from projects.models import Dossier


@GET_POST
@access("projects.write_echange", load=Dossier, along=("structure", "edition", "contrat"))
def echange_list(request, dossier):
    user = request.user
    de, people = cercle_of(user, dossier), people_of(dossier)
    begun = request.GET.get("mot")
    initial = {"envoi": uuid.uuid4(), "texte": MotCommence(begun).label if begun in MotCommence else ""}
    form = EchangeForm(request.POST or None, de=de, people=people, user=user, initial=initial)
    refused = request.method == "POST"
    if refused and form.is_valid() and (echange := _sent(request, form, dossier)):
        names = [one.get_full_name() for one in told(dossier, echange.vers, people) if one != user]
        messages.success(request, f"Votre message est envoyé. Un courriel part vers {get_text_list(names, 'et')}.")
        return redirect(f"{reverse('projects:echange_list', args=[dossier.cle])}#message-{echange.pk}")
    page = page_of(request, echanges_of(dossier, user))
    context = {
        "dossier": dossier,
        "form": form,
        "page_obj": page,
        "mots": [mot_of(echange) for echange in reversed(page.object_list)],
        "dernier_envoi": last_envoi(dossier, user),
        "miens": [one.get_full_name() for one in people[de] if one != user],
        "suivi": [one.get_full_name() for one in followers(dossier, people)],
    }
    return render(request, "projects/echange/list.html", context, status=422 if refused else 200)


def _sent(request, form, dossier):
    """The Echange, or None with the refusal written on the form."""
    data = form.cleaned_data
    try:
        return send_echange(
            dossier, by=request.user, vers=data["vers"], texte=data["texte"], envoi=data["envoi"], vus=data["vus"]
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
