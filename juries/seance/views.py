"""Séances and auditions: the timetable by hand, convocations, attendance, what was heard."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from juries.declaration.forms import MotifForm
from juries.models import Audition, Jure, Jury, Seance
from juries.quorum import quorums, unfinished
from juries.seance import actions, queries
from juries.seance.annulation import told_of_removal
from juries.seance.convocation import publish_convocations, rehearsals_undone, to_announce, told_of
from juries.seance.forms import MoveForm, PlacementForm, PresenceForm, SeanceForm
from label.access import GET_POST, access
from label.recherche import plie
from label.templatetags.label_ui import pluriel
from label.vus import held
from projects.enums import Statut


@access("juries.view_seance", load=Jury, by="edition__annee")
@require_safe
def seance_list(request, jury):
    seen = Audition.objects.managed_by(request.user).values("pk")
    seances = list(jury.seances.annotate(nombre=Count("auditions", filter=Q(auditions__in=seen))))
    context = {
        "jury": jury,
        "seances": queries.standing(seances, request.user, timezone.now()),
        "ouverte": next((seance for seance in seances if seance.is_ouverte), None),
        "a_placer": actions.waiting_dossiers(jury, request.user).count(),
    }
    return render(request, "juries/seance/list.html", context)


@access("juries.schedule", load=Jury, by="edition__annee")
@GET_POST
def seance_create(request, jury):
    initial = {"jour": jury.edition.jury_debut}
    form = SeanceForm(request.POST or None, instance=Seance(jury=jury), initial=initial)
    return _seance_form(request, form, jury, "La séance est créée. Placez-y les dossiers.")


@access("juries.schedule", load=Seance)
@GET_POST
def seance_edit(request, seance):
    with held(request, seance) as seance:
        form = SeanceForm(request.POST or None, instance=seance)
        return _seance_form(request, form, seance.jury, "La séance est enregistrée.")


def _seance_form(request, form, jury, done):
    if request.method == "POST" and form.is_valid():
        try:
            seance = actions.save_seance(form.instance, by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, done)
            return redirect("juries:seance_detail", seance.cle)
    return render(request, "juries/seance/form.html", {"form": form, "jury": jury})


@access("juries.schedule", load=Seance)
@GET_POST
def seance_delete(request, seance):
    if request.method == "POST":
        try:
            actions.delete_seance(seance, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("juries:seance_detail", seance.cle)
        messages.success(request, "La séance est supprimée.")
        return redirect("juries:seance_list", seance.jury.edition.annee)
    return render(request, "juries/seance/delete.html", {"seance": seance})


def _placement(seance, user, data=None):
    auditions = list(seance.auditions.all())
    libre = actions.free_slot(seance, auditions)
    initial = {"heure": timezone.localtime(libre).time()} if libre else {}
    return PlacementForm(
        data, seance=seance, dossiers=actions.waiting_dossiers(seance.jury, user), initial=initial
    ), libre


@access("juries.view_seance", load=Seance)
@require_safe
def seance_detail(request, seance):
    form, libre = _placement(seance, request.user)
    return _seance_page(request, seance, form, libre)


def _seance_page(request, seance, form, libre, status=200):
    managed = Audition.objects.managed_by(request.user).filter(seance=seance)
    auditions = queries.with_answers(list(managed.select_related("seance", "dossier__structure")), request.user)
    found, now = quorums(seance.jury, auditions), timezone.now()
    fermeture = seance.fermeture(now)
    for audition in auditions:
        audition.quorum = found[audition.pk]
    context = {
        "seance": seance,
        "now": now,
        "fermeture": fermeture,
        "comptes": queries.counts(auditions),
        "jury": seance.jury,
        "edition": seance.jury.edition,
        "auditions": auditions,
        "form": form,
        # What was refused is shown as it was typed.
        "a_placer": (form.is_bound or not fermeture) and form.fields["dossier"].queryset.exists(),
        "libre": libre,
        "avertissements": actions.warnings(seance, request.user),
        "a_annoncer": sum(not a.is_annoncee for a in auditions if a.is_to_come),
        "has_presences": seance.presences.exists(),
        "en_retard": [] if seance.is_locked else unfinished(seance),
    }
    return render(request, "juries/seance/detail.html", context, status=status)


@access("juries.schedule", load=Seance)
@require_POST
def audition_create(request, seance):
    form, libre = _placement(seance, request.user, request.POST)
    if form.is_valid():
        try:
            audition = actions.place_audition(seance, form.cleaned_data["dossier"], form.debut, by=request.user)
        except ValidationError as error:
            form.add_error("heure", error.messages)
        else:
            messages.success(request, f"« {audition.dossier} » est placé.")
            return redirect("juries:seance_detail", seance.cle)
    return _seance_page(request, seance, form, libre, status=422)


def _managed(request, cle):
    return get_object_or_404(
        Audition.objects.managed_by(request.user).select_related("seance__jury__edition", "dossier__structure"), cle=cle
    )


@access("juries.schedule")
@GET_POST
def audition_move(request, cle):
    audition = _managed(request, cle)
    form = MoveForm(request.POST or None, audition=audition, libres=queries.free_hours(audition, timezone.now()))
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_audition(audition, form.vers, form.debut, by=request.user)
        except ValidationError as error:
            form.add_error(form.beside(is_seance=isinstance(error, actions.SeanceFermee)), error.messages)
        else:
            messages.success(
                request, "L’audition est déplacée. Envoyez les convocations pour prévenir les personnes concernées."
            )
            return redirect("juries:seance_detail", audition.seance.cle)
    queries.with_answers([audition], request.user)
    return render(request, "juries/seance/audition_move.html", {"form": form, "audition": audition})


@access("juries.schedule")
@GET_POST
def audition_remove(request, cle):
    audition = _managed(request, cle)
    if request.method == "POST":
        try:
            actions.remove_audition(audition, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "L’audition est retirée de la séance.")
        return redirect("juries:seance_detail", audition.seance.cle)
    context = {"audition": audition, "prevenus": told_of_removal(audition)}
    return render(request, "juries/seance/audition_remove.html", context)


@access("juries.schedule", load=Seance)
@GET_POST
def seance_convoke(request, seance):
    actions.ensure_hears_all(seance, request.user)
    if request.method == "POST":
        try:
            sent = publish_convocations(seance, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("juries:seance_list", seance.jury.edition.annee)
        if sent:
            messages.success(request, f"{pluriel(len(sent), 'message est parti,messages sont partis')}.")
        else:
            messages.info(request, "Tout le monde est déjà prévenu : aucun message n’est parti.")
        return redirect("juries:seance_detail", seance.cle)
    prevenus = told_of(seance)
    context = {"seance": seance, "auditions": to_announce(seance), "prevenus": prevenus}
    context["repetitions"] = rehearsals_undone(seance)
    context["groupes"] = queries.by_side(prevenus, seance) if prevenus else []
    return render(request, "juries/seance/convoke.html", context)


@access("juries.schedule", load=Seance)
@GET_POST
def presence_edit(request, seance):
    actions.ensure_hears_all(seance, request.user)
    jures = Jure.objects.active().filter(jury=seance.jury_id).order_by("college", plie("nom"), "pk")
    presents = list(seance.presences.filter(is_present=True).values_list("jure__cle", flat=True))
    form = PresenceForm(request.POST or None, jures=jures, presents=presents)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.record_presences(seance, said["presents"], vus=said["vus"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "Les présences sont enregistrées.")
            return redirect("juries:seance_detail", seance.cle)
    return render(request, "juries/seance/presence_edit.html", {"form": form, "seance": seance})


@access("juries.schedule")
@require_POST
def audition_hear(request, cle):
    audition = _managed(request, cle)
    try:
        actions.hear(audition, by=request.user, expected=request.POST.get("statut"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"« {audition.dossier} » a été auditionné.")
    return redirect("juries:seance_detail", audition.seance.cle)


@access("juries.schedule")
@GET_POST
def audition_absence(request, cle):
    audition = _managed(request, cle)
    form = MotifForm(
        request.POST or None,
        lu="Écrit dans la lettre que la structure reçoit à la publication des résultats, et au journal du dossier.",
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_absence(audition, motif=form.cleaned_data["motif"], by=request.user, expected=Statut.ADMIS)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "L’absence est notée : le dossier n’est pas retenu.")
            return redirect("juries:seance_detail", audition.seance.cle)
    return render(request, "juries/seance/audition_absence.html", {"form": form, "audition": audition})


@access("juries.lock_seance", load=Seance)
@GET_POST
def seance_lock(request, seance):
    actions.ensure_hears_all(seance, request.user)
    retour = "juries:seance_detail" if request.user.is_agent else "juries:cahier"
    if request.method == "POST":
        try:
            actions.lock_seance(seance, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Les notes de la séance sont verrouillées.")
        return redirect(retour, seance.cle)
    # Names only: how many ballots somebody owes would tell a recused president of other dossiers.
    noms = [jure.nom for jure, _ in unfinished(seance)] if request.user.is_pilote else []
    context = {"seance": seance, "noms": noms, "retour": retour, "auditions": seance.auditions.exists()}
    return render(request, "juries/seance/lock.html", context)


@access("juries.schedule", load=Seance)
@require_POST
def seance_remind(request, seance):
    sent = actions.remind_unfinished(seance, by=request.user)
    if sent:
        messages.success(request, f"{pluriel(len(sent), 'rappel est parti,rappels sont partis')}.")
    else:
        messages.info(request, "Aucun rappel n’est parti : rien n’est attendu, ou le rappel du jour est déjà fait.")
    return redirect("juries:seance_detail", seance.cle)
