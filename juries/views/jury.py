"""The jury's own pages: who sits, invitations, declarations, register."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from juries.actions import jury as actions
from juries.enums import Acte
from juries.forms.jury import DeclarationForm, JureEditForm, JureForm, JuryForm, MotifForm
from juries.models import Declaration, Jure, Jury
from juries.quorum import awaited_ballots
from juries.rules import seat_of
from label.access import access
from label.models import Edition
from label.vus import held
from projects.models import Deport, Dossier

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


def undeclared(jure):
    """The dossiers this member has still to declare on, without those he is known to have had a hand in."""
    pending = list(
        actions.dossiers_devant(jure.jury)
        .exclude(declarations__jure=jure)
        .exclude(deports__in=Deport.objects.current().filter(user=jure.user_id))
        .select_related("structure__commune")
        .order_by("numero", "pk")
    )
    pairs = actions.coauthors([dossier.pk for dossier in pending], [jure.user_id], jure.jury.edition)
    return [dossier for dossier in pending if (jure.user_id, dossier.pk) not in pairs]


@access("juries.enter_jury")
@require_GET
def jury_home(request):
    """The jury of the latest édition this person has to do with; the pilote may create it."""
    jury = Jury.objects.visible_to(request.user).select_related("edition").order_by("-edition__annee").first()
    edition = Edition.objects.current()
    if jury and (not request.user.is_pilote or edition is None or jury.edition.annee >= edition.annee):
        return redirect("juries:jury_detail", jury.edition.annee)
    return render(request, "juries/jury_create.html", {"edition": edition})


@access("juries.change_jury")
@require_POST
def jury_create(request):
    edition = get_object_or_404(Edition, annee=request.POST.get("annee") or 0)
    actions.create_jury(edition, by=request.user)
    return redirect("juries:jury_detail", edition.annee)


@access("juries.view_jury", load=Jury, by="edition__annee")
@require_GET
def jury_detail(request, jury):
    seat = seat_of(request.user, jury)
    context = {"jury": jury, "edition": jury.edition, "seat": seat}
    if seat:
        context |= {
            "a_declarer": len(undeclared(seat)),
            "a_finir": awaited_ballots(request.user, jury).count(),
        }
    context["membres"] = jury.jures.filter(removed_at__isnull=True).order_by("college", "nom", "pk")
    if request.user.is_agent:
        closed = Dossier.objects.closed_to(request.user).values("pk")
        mentions = jury.mentions.filter(Q(dossier__isnull=True) | ~Q(dossier__in=closed))
        if not request.user.is_pilote:
            mentions = mentions.exclude(acte=Acte.LEVEE_DEPORT)
        context["mentions"] = mentions.select_related("by").order_by("-at")[:50]
    return render(request, "juries/jury_detail.html", context)


@access("juries.change_jury", load=Jury, by="edition__annee")
@GET_POST
def jury_edit(request, jury):
    with held(request, jury) as jury:
        form = JuryForm(request.POST or None, instance=jury)
        if request.method == "POST" and form.is_valid():
            form.save()
            messages.success(request, "Les règles du jury sont enregistrées.")
            return redirect("juries:jury_detail", jury.edition.annee)
    return render(request, "juries/jury_form.html", {"form": form, "jury": jury})


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
    return render(request, "juries/jure_form.html", {"form": form, "jury": jury})


@access("juries.change_jury", load=Jure)
@GET_POST
def jure_edit(request, jure):
    with held(request, jure) as jure:
        form = JureEditForm(request.POST or None, instance=jure)
        if request.method == "POST" and form.is_valid():
            actions.change_jure(form.instance, by=request.user)
            messages.success(request, f"Les informations de {jure.nom} sont enregistrées.")
            return redirect("juries:jury_detail", jure.jury.edition.annee)
    return render(request, "juries/jure_form.html", {"form": form, "jury": jure.jury, "jure": jure})


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
    return render(request, "juries/jure_remove.html", {"form": form, "jure": jure})


@access(public=True)
@GET_POST
def invitation_accept(request, jeton):
    """The link of the mail: it shows, a click confirms, and only the invited address may click."""
    jure = get_object_or_404(Jure.objects.select_related("jury__edition"), jeton=jeton, removed_at__isnull=True)
    user = request.user
    is_for_me = user.is_authenticated and user.email.lower() == jure.email.lower()
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
    return render(request, "juries/invitation_accept.html", {"jure": jure, "is_for_me": is_for_me})


@access("juries.declare", load=Jury, by="edition__annee")
@GET_POST
def declaration_edit(request, jury):
    seat = seat_of(request.user, jury)
    form = DeclarationForm(request.POST or None, dossiers=undeclared(seat))
    if request.method == "POST" and form.is_valid():
        libres, deports = actions.declare(seat, form.answers(), by=request.user)
        if libres + deports:
            messages.success(
                request, f"Votre déclaration est enregistrée : {libres} sans lien, {deports} avec un lien."
            )
        else:
            messages.warning(request, "Aucune réponse n’a été donnée.")
        return redirect("juries:declaration_edit", jury.edition.annee)
    declares = (
        Declaration.objects.libres()
        .filter(jure=seat)
        .select_related("dossier__structure")
        .order_by("dossier__numero", "pk")
    )
    context = {"form": form, "jury": jury, "declares": declares}
    return render(request, "juries/declaration_edit.html", context)


@access("juries.declare", load=Jury, by="edition__annee")
@require_POST
def deport_create(request, jury):
    """A link remembered after the declaration."""
    declaration = get_object_or_404(
        Declaration.objects.libres().select_related("jure__user", "dossier"),
        jure=seat_of(request.user, jury),
        dossier__cle=request.POST.get("dossier", ""),
    )
    try:
        actions.add_deport(declaration, motif=request.POST.get("motif", "")[:300], by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "Votre lien est enregistré : ce dossier ne vous est plus présenté.")
    return redirect("juries:declaration_edit", jury.edition.annee)


@access("juries.change_jury", load=Jury, by="edition__annee")
@require_GET
def deport_list(request, jury):
    """Who is recused of what, and what remains to be declared: a screen of the pilote."""
    deports = (
        Deport.objects.visible_to(request.user)
        .current()
        .filter(dossier__edition=jury.edition_id)
        .select_related("user", "dossier__structure")
        .order_by("user__nom", "user__prenom", "dossier__numero", "pk")
    )
    jures = list(jury.jures.active())
    seated = {jure.user_id for jure in jures}
    for deport in deports:
        deport.siege = deport.user_id in seated
    before = actions.dossiers_devant(jury)
    total = before.count()
    said = Declaration.objects.filter(jure__jury=jury, dossier__in=before).order_by()
    recused = Deport.objects.current().filter(dossier__in=before).order_by()
    done = said.values_list("jure__user", "dossier").union(recused.values_list("user", "dossier")).order_by()
    answered = Counter(user for user, _ in done)
    membres = [(jure, total - answered[jure.user_id]) for jure in jures]
    return render(request, "juries/deport_list.html", {"jury": jury, "deports": deports, "membres": membres})


@access("juries.change_jury", load=Deport, by="pk")
@GET_POST
def deport_lift(request, deport):
    form = MotifForm(request.POST or None, lu="Inscrit au registre du jury, à une ligne que seuls les pilotes lisent.")
    if request.method == "POST" and form.is_valid():
        try:
            actions.lift_deport(deport, motif=form.cleaned_data["motif"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, f"Le déport de {deport.user} est levé.")
            return redirect("juries:deport_list", deport.dossier.edition.annee)
    return render(request, "juries/deport_lift.html", {"form": form, "deport": deport})
