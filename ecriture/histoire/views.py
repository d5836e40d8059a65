"""The story of a section, and a former value put back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ecriture.declaration import ChampInconnu, declaration_of
from ecriture.enregistrement.actions import restore_version
from ecriture.enregistrement.queries import read_champ
from ecriture.histoire.forms import HistoireFilter
from ecriture.histoire.queries import filters_of, quand, recits, story
from ecriture.lexique import Lexique
from ecriture.models import Retouche
from label.listes import page_of


def _fresh(objet):
    """The thing with what these pages read of it."""
    declared = declaration_of(objet)
    return declared.for_histoire(declared.model.objects.filter(pk=objet.pk)).get()


def _writable(objet, section, user):
    """True when this person may write the section now."""
    declared = declaration_of(objet)
    try:
        declared.ensure_writable(objet, section, timezone.now())
    except ValidationError:
        return False
    return user.has_perm(declared.change, objet)


@require_safe
def histoire_list(request, objet, section):
    """Who wrote what in a section, and when, latest first."""
    declared = declaration_of(objet)
    section = declared.section(section)
    if not declared.kinds_in(section):
        # Its own page says all: nobody types there.
        return redirect(declared.address("section_edit", objet, section))
    objet = _fresh(objet)
    lexique = Lexique(objet)
    noms, people = filters_of(objet, section, lexique)
    filtre = HistoireFilter(request.GET if {"champ", "qui"} & request.GET.keys() else None, noms=noms, people=people)
    page = page_of(request, [] if filtre.is_refused else story(objet, section, **filtre.wanted()))
    context = {
        "objet": objet,
        "section": section,
        "filtre": filtre,
        "has_filters": len(noms) > 1 or len(people) > 1,
        "page_obj": page,
        "recits": recits(page.object_list, lexique),
        "peut_retablir": _writable(objet, section, request.user),
        "onglets": [
            (part.label, declared.address("histoire_list", objet, part.value)) for part in declared.sections(objet)
        ],
    }
    return render(request, "ecriture/histoire/list.html", context)


def histoire_restore(request, objet, pk, cote):
    """Say what would come back and what would make way, then put it back once."""
    declared, objet = declaration_of(objet), _fresh(objet)
    retouche = get_object_or_404(Retouche.objects.select_related("by"), ecrit=objet.ecrit_id, pk=pk)
    ferme = _closed(objet, retouche.section, request.user)
    retour = declared.address("histoire_list", objet, retouche.section)
    if request.method == "POST" and not ferme:
        try:
            restore_version(retouche, cote, by=request.user, objet=objet)
        except ValidationError as error:
            ferme = " ".join(error.messages)
        except ChampInconnu as error:
            raise Http404 from error
        else:
            messages.success(request, "C’est rétabli. Ce qui était en place reste dans l’histoire.")
            return redirect(retour)
    lexique, valeur = Lexique(objet), getattr(retouche, cote)
    en_place = read_champ(objet, retouche.nom)
    context = {
        "objet": objet,
        "retouche": retouche,
        "libelle": lexique.libelle(retouche.nom, valeur or en_place),
        "quand": quand(retouche.debut, retouche.fin),
        "is_avant": cote == "avant",
        "changement": lexique.changement(retouche.nom, en_place, valeur),
        "is_en_place": en_place == valeur,
        "ferme": ferme,
        "retour": retour,
    }
    return render(request, "ecriture/histoire/restore.html", context, status=409 if ferme else 200)


def _closed(objet, section, user):
    """Why this person cannot put anything back now, in French, or ''. Raises PermissionDenied."""
    declared = declaration_of(objet)
    try:
        declared.ensure_may_write(objet, user)
        declared.ensure_writable(objet, section, timezone.now())
    except ValidationError as error:
        return " ".join(error.messages)
    return ""
