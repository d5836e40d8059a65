"""What follows the award: conventions, payments, exports."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from label.access import access
from label.exports import FORMATS, export_as_asked, export_response
from label.lifecycle import TransitionRefused
from label.listes import page_of
from label.models import Edition
from label.templatetags.label_ui import euros, jour
from laureats.exports import for_export, laureat_table, scdl_export, versement_table, with_grant
from laureats.lifecycle import LIFECYCLE
from laureats.models import Laureat, Versement
from laureats.versement.actions import move_versement
from laureats.versement.forms import SuiviFilter, VersementFilter, VersementMoveForm
from projects.deport.queries import ensure_not_recused


@require_safe
@access("laureats.view_suivi")
def suivi(request):
    rows = SuiviFilter(request.GET, Laureat.objects.followed_by(request.user).awarded())
    laureats = for_export(rows.qs)
    context = {
        "filtre": rows,
        "page_obj": page_of(request, laureats),
        "editions": Edition.objects.filter(published_at__isnull=False, laureats__dossier__isnull=False).distinct(),
    }
    return export_as_asked(request, lambda: laureat_table(laureats), "suivi-des-laureats", rows) or render(
        request, "laureats/versement/suivi.html", context
    )


@require_safe
@access("laureats.view_suivi")
def versement_list(request):
    rows = VersementFilter(request.GET, Versement.objects.visible_to(request.user))
    versements = with_grant(rows.qs.order_by("prevu_le", "pk"))
    context = {
        "filtre": rows,
        "page_obj": page_of(request, versements),
        "total": rows.qs.total(),
        "reste": rows.qs.to_come().total(),
        "today": timezone.localdate(),
    }
    return export_as_asked(request, lambda: versement_table(versements), "versements", rows) or render(
        request, "laureats/versement/list.html", context
    )


@require_safe
@access("laureats.view_suivi", load=Laureat)
def suivi_detail(request, laureat):
    if laureat.dossier_id is None:
        raise Http404
    followed = for_export(Laureat.objects.followed_by(request.user)).select_related("dossier__proposition")
    laureat = get_object_or_404(followed, pk=laureat.pk)
    versements = laureat.versements.prefetch_related("passages__by")
    for versement in versements:
        moves = LIFECYCLE.available(versement, request.user)
        versement.actions = [move for move in moves if not move.is_retour]
        versement.retours = [move for move in moves if move.is_retour]
    decision = getattr(laureat.dossier, "decision", None)
    context = {
        "laureat": laureat,
        "decision": decision,
        "versements": versements,
        "etapes": etapes(laureat, decision, versements),
    }
    return render(request, "laureats/versement/suivi_detail.html", context)


def etapes(laureat, decision, versements):
    """The states that stay apart, as steps for `components/timeline.html`."""
    proposition = getattr(laureat.dossier, "proposition", None)
    verse = sum(versement.montant for versement in versements if versement.is_paye)
    attendue = laureat.is_convention_requise or laureat.convention_signee_le
    steps = [
        ("Proposé par le jury", euros(proposition.montant) if proposition else "", True),
        ("Voté", f"{euros(laureat.montant)}, {decision.vote}" if decision else euros(laureat.montant), True),
        ("Notifié", jour(laureat.date_notification), laureat.date_notification is not None),
        (
            "Conventionné" if attendue else "Convention facultative",
            f"Signée le {jour(laureat.convention_signee_le)}" if laureat.convention_signee_le else "",
            not attendue or laureat.convention_signee_le is not None,
        ),
        ("Versé", f"{euros(verse)} sur {euros(laureat.montant)}", verse == laureat.montant),
        ("Justifié", "Le bilan viendra après l’action.", False),
    ]
    current = next((rank for rank, step in enumerate(steps) if not step[2]), None)
    return [
        {
            "label": label,
            "text": text,
            "date": "",
            "tour": "",
            "state": "done" if done else "current" if rank == current else "todo",
        }
        for rank, (label, text, done) in enumerate(steps)
    ]


@access("laureats.move_versement", load=Laureat)
def versement_move(request, laureat, rang, transition):
    """A page that asks to confirm, then the move."""
    move = LIFECYCLE.transitions.get(transition)
    if move is None:
        raise Http404
    versement = get_object_or_404(laureat.versements.prefetch_related("passages"), rang=rang)
    initial = {"etat": versement.etat, "paid_on": timezone.localdate()}
    form = VersementMoveForm(request.POST or None, transition=move, edition=laureat.edition, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            move_versement(
                versement,
                transition,
                by=request.user,
                motif=data.get("motif", ""),
                paid_on=data.get("paid_on"),
                expected=data["etat"],
            )
        except TransitionRefused as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{versement.libelle}\u00a0: {versement.get_etat_display().lower()}.")
            return redirect("laureats:suivi_detail", cle=laureat.cle)
    context = {"form": form, "laureat": laureat, "versement": versement, "move": move}
    return render(request, "laureats/versement/form.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@access("laureats.export_laureat", load=Edition, by="annee")
def export(request, edition):
    """The complete list of one édition: three spreadsheets, and the open data once what it refuses was read."""
    ensure_not_recused(request.user, edition)
    laureats = for_export(Laureat.objects.visible_to(request.user).in_edition(edition))
    asked = request.GET.get("format")
    if asked in FORMATS:
        return export_response(laureat_table(laureats), asked, f"laureats-{edition.annee}")
    if asked not in (None, "scdl"):
        raise Http404
    content, problemes = scdl_export(laureats)
    if asked == "scdl" and (not problemes or request.GET.get("ignorer")):
        headers = {
            "Content-Disposition": content_disposition_header(True, f"subventions-label-{edition.annee}.csv"),
            "Cache-Control": "no-store",
        }
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
    context = {"edition": edition, "laureats": laureats, "problemes": problemes, "asked": asked}
    return render(request, "laureats/versement/export.html", context)
