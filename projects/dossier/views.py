"""Pages of the dossier outside its sections: the idea, the list, its home, its moves, its reading."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from ecriture.discussion.queries import open_threads
from label.access import access
from label.documents import render_pdf
from label.exports import export_as_asked
from label.listes import page_of
from label.notifications import prevenus
from projects.dossier.actions import MOUVEMENTS, move_dossier
from projects.dossier.completude import missing_for
from projects.dossier.connu import libelle_for, token_of
from projects.dossier.forms import DossierFilter, PassageForm
from projects.dossier.lecture import lecture, printable
from projects.dossier.visa import ask_visa, refusal_to_ask
from projects.enums import REDACTION, TONS
from projects.exports import dossier_table
from projects.lifecycle import LIFECYCLE
from projects.models import Depot, Dossier
from projects.pages.dossier import fresh, home
from projects.relais import Depart, depart_announced


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
        filtre,
    )
    if download:
        return download
    page = page_of(request, found)
    for dossier in page:
        dossier.libelle = libelle_for(dossier.statut_lu, dossier, request.user)
        dossier.ton = TONS[dossier.statut_lu]
        dossier.is_brouillon = dossier.statut_lu in REDACTION
    return render(request, "projects/dossier/list.html", {"filtre": filtre, "page_obj": page})


@require_safe
@access(load=Dossier)
def dossier_detail(request, dossier):
    """The home of a dossier: whose turn it is, what is missing, what may be done, what happened."""
    return render(request, "projects/dossier/detail.html", home(fresh(dossier), request.user, timezone.now()))


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
            messages.success(request, PHRASES_DES_MOUVEMENTS[name][1])
            return redirect("projects:dossier_detail", dossier.cle)
    missing = LIFECYCLE.missing(dossier, name)
    depart = depart_announced(dossier, request.user, timezone.now()) if name == "withdraw" else Depart()
    context = {
        "dossier": dossier,
        "transition": transition,
        "form": form,
        "suite": PHRASES_DES_MOUVEMENTS[name][0],
        "missing": missing,
        "ouvertes": open_threads(request.user, dossier) if name == "give_visa" else [],
        "peut_rendre": name == "give_visa" and not LIFECYCLE.missing(dossier, "return_visa"),
        "depart": depart.phrases,
        "prevenus": prevenus(transition.notification, dossier, par=request.user) | depart.prevenus,
    }
    return render(request, "projects/dossier/transition.html", context)


# What each move will do, then what it did.
PHRASES_DES_MOUVEMENTS = {
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
    "return_visa": (
        "Le visa n’est pas donné : le dossier revient à la structure avec votre mot. Il reste ouvert à l’écriture, et "
        "le visa peut être demandé de nouveau.",
        "Le dossier est renvoyé : la structure reçoit votre mot.",
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


@access("projects.ask_visa", load=Dossier)
@require_http_methods(["GET", "HEAD", "POST"])
def dossier_visa(request, dossier):
    """Ask for the visa: at once when nothing stands out, else once what is missing and what is open have been read."""
    dossier, user = fresh(dossier), request.user
    manques, ouvertes = missing_for(dossier), open_threads(user, dossier)
    refus = refusal_to_ask(dossier, user, timezone.now())
    read = "quand_meme" in request.POST or not (manques or ouvertes)
    if request.method == "POST" and refus:
        messages.warning(request, refus)
        return redirect("projects:dossier_detail", dossier.cle)
    if request.method == "POST" and read:
        try:
            ask_visa(dossier, by=user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            messages.success(request, "Le chef de projet est prévenu : il relira le dossier.")
        return redirect("projects:dossier_detail", dossier.cle)
    context = {
        "dossier": dossier,
        "manques": manques,
        "ouvertes": ouvertes,
        "refus": refus,
        "prevenus": {} if refus else prevenus("visa_demande", dossier, par=user),
    }
    return render(request, "projects/dossier/visa.html", context)


def _lue(request, dossier):
    """The version asked in the address (`?version=`), or the one this person reads. Raises Http404."""
    try:
        return lecture(dossier.pk, request.user, version=request.GET.get("version") or None)
    except Depot.DoesNotExist as error:
        raise Http404 from error


@require_safe
@access(load=Dossier)
def dossier_read(request, dossier):
    return render(request, "projects/dossier/read.html", {"lue": _lue(request, dossier)})


@require_safe
@access(load=Dossier)
def dossier_pdf(request, dossier):
    lue = _lue(request, dossier)
    name = f"{lue.dossier.numero or 'dossier'} - {lue.entete.titre}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name), "Cache-Control": "no-store"}
    pdf = render_pdf("projects/dossier.typ", printable(lue))
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)
