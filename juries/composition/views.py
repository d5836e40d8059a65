"""The jury's own pages: who sits, invitations, declarations, register."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from juries.composition import actions
from juries.composition.forms import JureEditForm, JureForm, JuryForm
from juries.declaration.forms import MotifForm
from juries.declaration.queries import undeclared
from juries.enums import Acte
from juries.models import Jure, Jury
from juries.quorum import ballots_to_finish
from juries.rules import seat_of
from label.access import GET_POST, access
from label.liens.page import opened_by
from label.models import Edition
from label.recherche import plie
from label.templatetags.label_ui import de
from label.vus import held
from projects.models import Dossier


@access("juries.enter_jury")
@require_safe
def jury_home(request):
    """The jury of the latest édition this person has to do with; the pilote may create it."""
    jury = Jury.objects.visible_to(request.user).select_related("edition").order_by("-edition__annee").first()
    edition = Edition.objects.current()
    # The next call opens while this one's jury sits: until its results are out, this jury is the one at work.
    is_at_work = jury and (edition is None or jury.edition.annee >= edition.annee or not jury.edition.is_published)
    if jury and (is_at_work or not request.user.is_pilote):
        return redirect("juries:jury_detail", jury.edition.annee)
    return render(request, "juries/composition/jury_create.html", {"edition": edition})


@access("juries.change_jury")
@require_POST
def jury_create(request):
    edition = get_object_or_404(Edition, annee=request.POST.get("annee") or 0)
    actions.create_jury(edition, by=request.user)
    return redirect("juries:jury_detail", edition.annee)


@access("juries.view_jury", load=Jury, by="edition__annee")
@require_safe
def jury_detail(request, jury):
    seat = seat_of(request.user, jury)
    context = {"jury": jury, "edition": jury.edition, "seat": seat}
    if seat:
        context |= {
            "a_declarer": len(undeclared(seat)),
            "a_finir": ballots_to_finish(request.user, jury, timezone.now()).count(),
        }
    context["membres"] = jury.jures.filter(removed_at__isnull=True).order_by("college", plie("nom"), "pk")
    if request.user.is_agent:
        closed = Dossier.objects.closed_to(request.user).values("pk")
        mentions = jury.mentions.filter(Q(dossier__isnull=True) | ~Q(dossier__in=closed))
        if not request.user.is_pilote:
            mentions = mentions.exclude(acte=Acte.LEVEE_DEPORT)
        context["mentions"] = mentions.select_related("by").order_by("-at")[:50]
    return render(request, "juries/composition/jury_detail.html", context)


@access("juries.change_jury", load=Jury, by="edition__annee")
@GET_POST
def jury_edit(request, jury):
    with held(request, jury) as jury:
        form = JuryForm(request.POST or None, instance=jury)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, "Les règles du jury sont enregistrées.")
            return redirect("juries:jury_detail", jury.edition.annee)
    return render(request, "juries/composition/jury_form.html", {"form": form, "jury": jury})


@access("juries.change_jury", load=Jury, by="edition__annee")
@GET_POST
def jure_create(request, jury):
    form = JureForm(request.POST or None, jury=jury)
    if request.method == "POST" and form.is_valid():
        try:
            jure = actions.invite_jure(form.save(commit=False), by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"L’invitation est partie à {jure.email}.")
            return redirect("juries:jury_detail", jury.edition.annee)
    return render(request, "juries/composition/jure_form.html", {"form": form, "jury": jury})


@access("juries.change_jury", load=Jure)
@GET_POST
def jure_edit(request, jure):
    with held(request, jure) as jure:
        form = JureEditForm(request.POST or None, instance=jure)
        if request.method == "POST" and form.is_valid():
            actions.change_jure(form.instance, by=request.user)
            messages.success(request, f"Les informations {de(jure.nom)} sont enregistrées.")
            return redirect("juries:jury_detail", jure.jury.edition.annee)
    return render(request, "juries/composition/jure_form.html", {"form": form, "jury": jure.jury, "jure": jure})


@access("juries.change_jury", load=Jure)
@require_POST
def jure_resend(request, jure):
    try:
        actions.resend_invitation(jure, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"Une nouvelle invitation est partie à {jure.email}.")
    return redirect("juries:jury_detail", jure.jury.edition.annee)


@access("juries.change_jury", load=Jure)
@GET_POST
def jure_remove(request, jure):
    form = MotifForm(request.POST or None, lu="Inscrit au registre du jury, que lisent les agents de l’EPT.")
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_jure(jure, motif=form.cleaned_data["motif"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"{jure.nom} ne fait plus partie du jury.")
            return redirect("juries:jury_detail", jure.jury.edition.annee)
    return render(request, "juries/composition/jure_remove.html", {"form": form, "jure": jure})


def _sits(request, jure):
    return not jure.removed_at and request.user.is_authenticated and jure.user_id == request.user.pk


@opened_by(Jure, "jury__edition", encore=_sits)
def invitation_accept(request, jure):
    """The link of the mail: it shows, a click confirms, and only the invited address may click."""
    user = request.user
    if request.method == "POST":
        try:
            if not user.is_authenticated:
                raise ValidationError("Connectez-vous d’abord avec l’adresse invitée.")
            actions.accept_invitation(jure, by=user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Merci, vous siégez au jury. Déclarez maintenant vos liens éventuels.")
            return redirect("juries:declaration_edit", jure.jury.edition.annee)
    return render(request, "juries/composition/invitation_accept.html", {"jure": jure})
