"""Pages of the dossier outside its sections: the idea, the list, its home, its moves, its reading."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.documents import render_pdf
from label.exports import attachment_header, export_as_asked
from projects.actions.completude import missing_for, prefetch_completude
from projects.actions.dossier import MOUVEMENTS, ask_visa, move_dossier
from projects.actions.echeance import deadline_of, is_caduc
from projects.actions.elaboration import open_complement, writable_sections
from projects.actions.reprise import edition_for_copy
from projects.connu import libelle_for, moves_known_to, statut_for, token_of
from projects.discussions import open_counts
from projects.enums import AVANT_DEPOT, REDACTION, Statut
from projects.exports import dossier_table
from projects.forms.dossier import DossierFilter, PassageForm
from projects.lecture import (
    TONS,
    awaits_visa,
    frise,
    journal,
    lecture,
    printable,
    summary,
)
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier, Structure
from projects.pages.dossier import parties
from projects.rules import is_membre

PAGE = 50


@require_safe
@access("projects.list_dossier")
def dossier_list(request):
    rows = Dossier.objects.visible_to(request.user).read_by(request.user)
    filtre = DossierFilter(request.GET, rows, user=request.user)
    found = filtre.qs.select_related("structure", "contrat", "edition").order_by("-updated_at", "pk")
    download = export_as_asked(
        request,
        lambda: dossier_table(found, request.user, edition=filtre.form.cleaned_data.get("edition")),
        "dossiers",
    )
    if download:
        return download
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    for dossier in page:
        dossier.libelle = libelle_for(dossier.statut_lu, dossier, request.user)
        dossier.ton = TONS.get(dossier.statut_lu, "neutral")
        dossier.is_brouillon = dossier.statut_lu in REDACTION
    return render(request, "projects/dossier_list.html", {"filtre": filtre, "page_obj": page})


@require_safe
@access(load=Dossier)
def dossier_detail(request, dossier):
    """The home of a dossier: whose turn it is, what is missing, what may be done, what happened."""
    now = timezone.now()
    dossier = prefetch_completude(Dossier.objects.filter(pk=dossier.pk)).prefetch_related("prolongations").get()
    echeance, visa_asked = deadline_of(dossier), awaits_visa(dossier)
    is_draft = dossier.statut in AVANT_DEPOT and not is_caduc(dossier, now)
    ouvertes = writable_sections(dossier, now) if request.user.has_perm("projects.change_dossier", dossier) else set()
    missing = missing_for(dossier) if dossier.statut in REDACTION or ouvertes else []
    statut = statut_for(dossier, request.user, now)
    resume = summary(
        dossier, request.user, statut, missing, now=now, echeance=echeance if is_draft else None, visa_asked=visa_asked
    )
    moves = LIFECYCLE.available(dossier, request.user) if is_draft or dossier.statut not in AVANT_DEPOT else []
    membre = is_membre.test(request.user, dossier)
    passages = moves_known_to(dossier, request.user)
    discussions = open_counts(request.user, dossier)
    context = {
        "dossier": dossier,
        "resume": resume,
        "frise": frise(dossier, statut, request.user, echeance, passages, visa_asked=visa_asked),
        "journal": journal(dossier, request.user, passages),
        "manques": missing,
        "sections": parties(dossier, missing, ouvertes, discussions=discussions),
        "ouvertes": ouvertes,
        "mouvements": [move for move in moves if move.name in MOUVEMENTS],
        "autres_mouvements": [move for move in moves if move.name in MOUVEMENTS and move.tone != "primary"],
        "peut_deposer": any(move.name.startswith("deposit") for move in moves),
        "peut_demander_visa": is_draft
        and dossier.statut == Statut.CO_ELABORATION
        and dossier.edition.visa_requis
        and not visa_asked
        and request.user.has_perm("projects.ask_visa", dossier),
        "complement": open_complement(dossier) if dossier.statut == Statut.A_COMPLETER else None,
        "is_membre": membre,
        "voit_structure": membre or Structure.objects.visible_to(request.user).filter(pk=dossier.structure_id).exists(),
        "commentaires": sum(discussions.values()),
        "chefs": dossier.contrat.chefs() if dossier.contrat else [],
        "edition_copie": edition_for_copy(dossier, now) if membre else None,
        **_around_deposit(dossier, request.user),
    }
    return render(request, "projects/dossier_detail.html", context)


def _around_deposit(dossier, user):
    """The pages of the deposit and of the instruction this person may open from here."""
    depose = dossier.numero != "" and Depot.objects.filter(dossier=dossier).exists()
    return {
        "depose": depose,
        "peut_instruire": depose and user.has_perm("projects.instruct_dossier", dossier),
        "peut_prolonger": dossier.statut in {*AVANT_DEPOT, Statut.CADUC}
        and user.has_perm("projects.extend_dossier", dossier),
    }


@access(load=Dossier)
def dossier_transition(request, dossier, name):
    """One page for every simple move: it says what will happen, asks the reason, and moves once."""
    if name not in MOUVEMENTS:
        raise Http404
    transition = LIFECYCLE[name]
    if not request.user.has_perm(transition.perm, dossier):
        raise PermissionDenied
    kept = {"expected": token_of(dossier, request.user)}
    form = PassageForm(request.POST or None, transition=transition, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            move_dossier(
                dossier,
                name,
                by=request.user,
                motif=form.cleaned_data.get("motif", ""),
                token=form.cleaned_data["expected"] or None,
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, SUITES[name][1])
            return redirect("projects:dossier_detail", dossier.cle)
    missing = LIFECYCLE.missing(dossier, name)
    context = {"dossier": dossier, "transition": transition, "form": form, "suite": SUITES[name][0], "missing": missing}
    return render(request, "projects/dossier_transition.html", context)


# What each move will do, then what it did.
SUITES = {
    "accept_idee": (
        "Le dossier s’ouvre à l’écriture, pour la structure et pour vous. La structure en est prévenue par courriel.",
        "L’idée est acceptée : le dossier est ouvert à l’écriture.",
    ),
    "decline_idee": (
        "L’idée reste sans suite. Votre motif est envoyé à la structure.",
        "L’idée est déclarée sans suite ; la structure en reçoit le motif.",
    ),
    "give_visa": (
        "Vous attestez que le dossier est prêt. La structure pourra le déposer, ou rouvrir l’écriture.",
        "Votre visa est donné : la structure peut déposer.",
    ),
    "reopen": (
        "Le visa tombe et le dossier revient en écriture. Un nouveau visa sera nécessaire avant le dépôt.",
        "Le dossier est de nouveau en cours d’écriture.",
    ),
    "abandon": (
        "Le projet est abandonné pour cette édition. Son texte reste lisible, il ne pourra plus être déposé.",
        "Le projet est abandonné.",
    ),
    "withdraw": (
        "Le dossier est retiré de l’appel. L’EPT et le chef de projet en reçoivent le motif.",
        "Le dossier est retiré.",
    ),
}


@require_POST
@access("projects.ask_visa", load=Dossier)
def dossier_visa(request, dossier):
    try:
        ask_visa(dossier, by=request.user)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, "Le chef de projet est prévenu : il relira le dossier.")
    return redirect("projects:dossier_detail", dossier.cle)


@require_safe
@access(load=Dossier)
def dossier_read(request, dossier):
    return render(request, "projects/dossier_read.html", {"lue": lecture(dossier.pk, request.user)})


@require_safe
@access(load=Dossier)
def dossier_pdf(request, dossier):
    lue = lecture(dossier.pk, request.user)
    name = f"{lue.dossier.numero or 'dossier'} - {lue.dossier.titre or 'sans titre'}.pdf"
    headers = {"Content-Disposition": attachment_header(name), "Cache-Control": "no-store"}
    pdf = render_pdf("projects/dossier.typ", printable(lue))
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
