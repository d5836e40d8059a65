"""The budget and the sheets people keep it in: paste, import, export, and the labels an édition prints."""

import json
import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from ecriture.enregistrement.actions import save_fields
from label.access import access
from label.entree import read_json
from label.exports import export_response
from label.models import Edition
from label.templatetags.label_ui import pluriel
from projects.budget.actions import name_comptes
from projects.budget.forms import LibellesForm, TableurForm
from projects.budget.kinds import row_of
from projects.budget.releve import read_text, read_workbook
from projects.budget.saisie import clean_ligne
from projects.budget.tableur import Changement, compare, table
from projects.enums import Section
from projects.models import Dossier, LibelleCompte
from projects.pages.section import show_section
from projects.redaction import ensure_writable

_NOM = re.compile(r"ligne\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@access("projects.change_dossier", load=Dossier)
def budget_tableur(request, dossier):
    """Text pasted or a workbook: what is understood and what is not is shown first; nothing is written before."""
    try:
        ensure_writable(dossier, Section.BUDGET, timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        if texte := request.POST.get("texte", request.POST.get("reste", "")).strip():
            # Closed between the paste and the button: the lines are given back.
            return show_section(request, dossier, Section.BUDGET, status=422, tapes=[("Vos lignes", texte)])
        return redirect("projects:section_edit", dossier.cle, Section.BUDGET)
    if request.method != "POST":
        return _show(request, dossier, TableurForm())
    if "changements" in request.POST:
        return _confirm(request, dossier)
    form = TableurForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, dossier, form, status=422)
    plan = LibelleCompte.objects.plan(dossier.edition_id)
    fichier = form.cleaned_data["fichier"]
    try:
        if fichier:
            lecture = read_workbook(fichier, plan, dossier.montant_demande)
        else:
            lecture = read_text(form.cleaned_data["texte"], plan, dossier.montant_demande)
    except ValidationError as error:
        form.add_error("fichier", error)
        return _show(request, dossier, form, status=422)
    tenues = {f"ligne.{ligne.cle}": row_of(ligne) for ligne in dossier.budget_lignes.filter(is_ept=False)}
    comparaison = compare(tenues, lecture)
    context = {
        "lecture": lecture,
        "ajouts": [_shown(one, plan) for one in comparaison.ajouts],
        "modifications": [_shown(one, plan) for one in comparaison.modifications],
        "absentes": [_shown(one, plan) for one in comparaison.absentes] if fichier else [],
        "changements": _sent(comparaison.changements),
        "retraits": _sent(comparaison.absentes if fichier else []),
        "rien": not (comparaison.changements or lecture.refus or (fichier and comparaison.absentes)),
    }
    return _show(request, dossier, form, **context)


def _show(request, dossier, form, status=200, **context):
    context = {"lecture": None, "reste": "", "dossier": dossier, "form": form} | context
    return render(request, "projects/budget/tableur.html", context, status=status)


def _shown(changement, plan):
    """One change as people read it: account, words and amounts before and after."""
    valeur = changement.apres or changement.avant
    return {
        "compte": plan.intitule(valeur["compte"]),
        "avant": changement.avant,
        "apres": changement.apres,
    }


def _sent(changements):
    return json.dumps({one.nom: [one.avant, one.apres] for one in changements}, ensure_ascii=False)


def _received(text):
    """The changes a preview sent, checked as if each line had been typed, {nom: (base, valeur)}.

    Raises ValidationError.
    """
    try:
        found = read_json(text or "{}")
        changes = [Changement(nom, avant, apres) for nom, (avant, apres) in found.items()]
    except (ValueError, TypeError, AttributeError) as error:
        raise ValidationError("Cet aperçu est illisible : collez de nouveau vos lignes.") from error
    if not all(_NOM.fullmatch(one.nom) for one in changes):
        raise ValidationError("Cet aperçu est illisible : collez de nouveau vos lignes.")
    return {one.nom: tuple(valeur and clean_ligne(valeur) for valeur in (one.avant, one.apres)) for one in changes}


def _confirm(request, dossier):
    reste = request.POST.get("reste", "")
    try:
        changes = _received(request.POST["changements"])
        if request.POST.get("retirer") == "oui":
            changes |= _received(request.POST.get("retraits", ""))
        # The EPT's own line follows the amount requested, whatever a page sends.
        for cle in dossier.budget_lignes.filter(is_ept=True).values_list("cle", flat=True):
            changes.pop(f"ligne.{cle}", None)
        done = save_fields(dossier, Section.BUDGET, changes, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _show(request, dossier, TableurForm(initial={"texte": reste}), status=422)
    messages.success(request, f"{pluriel(len(done), 'ligne enregistrée,lignes enregistrées')} dans le budget.")
    if any(saved.divergence for saved in done.values()):
        messages.warning(request, "Quelqu’un a changé les mêmes lignes entre-temps : les deux versions sont gardées.")
    if reste.strip():
        # What was refused stays in the box, to be put right: nothing pasted is lost.
        return _show(request, dossier, TableurForm(initial={"texte": reste}), reste=reste)
    return redirect("projects:section_edit", dossier.cle, Section.BUDGET)


@require_safe
@access(load=Dossier)
def budget_export(request, dossier):
    """The grid as an XLSX workbook, to be filled elsewhere and imported again."""
    plan = LibelleCompte.objects.plan(dossier.edition_id)
    return export_response(table(dossier.budget_lignes.all(), plan), "xlsx", f"budget-{dossier.cle}")


@access("label.change_edition", load=Edition, by="annee")
def libelle_edit(request, edition):
    """The numbers and labels this édition prints for the accounts of the budget."""
    plan = LibelleCompte.objects.plan(edition.pk)
    form = LibellesForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        name_comptes(edition, form.changes(), by=request.user)
        messages.success(request, "Les libellés sont enregistrés.")
        return redirect("projects:libelle_edit", annee=edition.annee)
    status = 422 if form.is_bound else 200
    return render(request, "projects/budget/libelle_edit.html", {"edition": edition, "form": form}, status=status)
