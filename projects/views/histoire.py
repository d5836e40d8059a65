"""The story of a section, and a former value put back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from label.access import access
from projects import champs
from projects.actions.elaboration import ensure_may_write, ensure_writable
from projects.actions.histoire import restore_version
from projects.enums import SANS_CHAMPS, Section
from projects.histoire import Lexique, filters_of, quand, recits, story
from projects.models import Dossier, Retouche
from projects.questionnaire import sections_of

PAGE = 25


class HistoireFilter(forms.Form):
    """What to read of the story: one field, one person."""

    champ = forms.ChoiceField(label="Champ", required=False)
    qui = forms.ChoiceField(label="Personne", required=False)

    def __init__(self, data, *, noms, people):
        super().__init__(data)
        self.fields["champ"].choices = [("", "Tous"), *noms.items()]
        self.fields["qui"].choices = [("", "Toutes"), *people.items()]

    def wanted(self):
        """{"champ", "qui"}, '' for all; what is not in the lists counts for nothing asked."""
        self.full_clean()
        found = self.cleaned_data if self.is_bound else {}
        return {name: found.get(name, "") for name in self.fields}


def _writable(dossier, section, user):
    """True when this person may write the section now."""
    try:
        ensure_writable(dossier, section, timezone.now())
    except ValidationError:
        return False
    return user.has_perm("projects.change_dossier", dossier)


@require_safe
@access(load=Dossier)
def histoire_list(request, dossier, section):
    """Who wrote what in a section, and when, latest first."""
    if section in SANS_CHAMPS:
        # Its own page says all: every file, those set aside included; what is confirmed at the deposit.
        return redirect("projects:section_edit", dossier.cle, section.value)
    dossier = Dossier.objects.select_related("edition", "structure").get(pk=dossier.pk)
    lexique = Lexique.of(dossier, section)
    noms, people = filters_of(dossier, section, lexique)
    filtre = HistoireFilter(request.GET if {"champ", "qui"} & request.GET.keys() else None, noms=noms, people=people)
    page = Paginator(story(dossier, section, **filtre.wanted()), PAGE).get_page(request.GET.get("page"))
    context = {
        "dossier": dossier,
        "section": section,
        "filtre": filtre,
        "has_filters": len(noms) > 1 or len(people) > 1,
        "page_obj": page,
        "recits": recits(page.object_list, lexique),
        "peut_retablir": _writable(dossier, section, request.user),
        "onglets": [
            (part.label, reverse("projects:histoire_list", args=[dossier.cle, part.value]))
            for part in sections_of(dossier)
            if part not in SANS_CHAMPS
        ],
    }
    return render(request, "projects/histoire_list.html", context)


@access(load=Dossier)
def histoire_restore(request, dossier, pk, cote):
    """Say what would come back and what would make way, then put it back once."""
    dossier = Dossier.objects.select_related("edition", "structure", "contrat").get(pk=dossier.pk)
    retouche = get_object_or_404(Retouche.objects.select_related("by"), dossier=dossier, pk=pk)
    try:
        ensure_may_write(dossier, request.user)
        ensure_writable(dossier, retouche.section, timezone.now())
        ferme = ""
    except ValidationError as error:
        ferme = " ".join(error.messages)
    retour = reverse("projects:histoire_list", args=[dossier.cle, retouche.section])
    if request.method == "POST" and not ferme:
        try:
            restore_version(retouche, cote, by=request.user)
        except ValidationError as error:
            ferme = " ".join(error.messages)
        except champs.ChampInconnu as error:
            raise Http404 from error
        else:
            messages.success(request, "C’est rétabli. Ce qui était en place reste dans l’histoire.")
            return redirect(retour)
    lexique, valeur = Lexique.of(dossier, Section(retouche.section)), getattr(retouche, cote)
    en_place = champs.read(dossier, retouche.nom)
    context = {
        "dossier": dossier,
        "retouche": retouche,
        "libelle": lexique.libelle(retouche.nom, valeur or en_place),
        "quand": quand(retouche.debut, retouche.fin),
        "is_avant": cote == "avant",
        "changement": lexique.changement(retouche.nom, en_place, valeur),
        "is_en_place": en_place == valeur,
        "ferme": ferme,
        "retour": retour,
    }
    return render(request, "projects/histoire_restore.html", context, status=409 if ferme else 200)
