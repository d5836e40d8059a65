"""The ranking that helps the discussion, the deliberation that decides what is proposed, the minutes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from juries.declaration.forms import MotifForm
from juries.deliberation import actions
from juries.deliberation.forms import DeliberationForm, PropositionForm, check_ranks
from juries.deliberation.queries import commented
from juries.models import Audition, Deliberation, Jury
from juries.quorum import awaited_ballots
from label.access import GET_POST, access
from projects.deport.queries import ensure_not_recused


def _forms(user, jury, data=None):
    """One form per dossier heard; a recused president, who reads here, does not see his line."""
    seen = Audition.objects.visible_to(user)
    if user.has_perm("juries.deliberate"):
        seen = commented(seen, user)
    auditions = actions.auditions_to_decide(jury, seen)
    plafond = jury.edition.montant_max
    return [PropositionForm(data, audition=audition, plafond=plafond) for audition in auditions]


def _not_yet(request, jury):
    """What stands before the deliberation of a president who still has ballots to give: no word of it."""
    nombre = awaited_ballots(request.user, jury).count()
    rendus = "votre bulletin rendu" if nombre == 1 else f"vos {nombre}\u00a0bulletins rendus"
    context = {"jury": jury, "edition": jury.edition, "phrase": f"La délibération s’ouvre une fois {rendus}."}
    return render(request, "juries/deliberation/attente.html", context, status=403)


@access("juries.enter_deliberation", load=Jury, by="edition__annee")
@GET_POST
def deliberation_edit(request, jury):
    if not request.user.has_perm("juries.view_deliberation", jury):
        return _not_yet(request, jury)
    can_write = request.user.has_perm("juries.deliberate")
    if request.method == "POST" and not can_write:
        raise PermissionDenied
    if request.user.is_agent:
        # The EPT prepares the minutes here: the whole, or nothing.
        ensure_not_recused(request.user, jury.edition)
    deliberation = Deliberation.objects.filter(jury=jury).first()
    deliberation = deliberation or Deliberation(jury=jury, **actions.last_sitting(jury))
    data = request.POST if request.method == "POST" else None
    lignes = _forms(request.user, jury, data)
    form = DeliberationForm(data, instance=deliberation)
    if request.method == "POST":
        if _save(request, jury, form, lignes):
            messages.success(request, "Les propositions sont enregistrées.")
            return redirect("juries:deliberation_edit", jury.edition.annee)
        typed = [(ligne, ligne.words) for ligne in lignes if not ligne.errors and ligne.is_touched]
        deliberation, lignes = _as_it_stands(request, jury, form, lignes)
    context = _deliberation_context(request, jury, deliberation, lignes) | {"form": form, "can_write": can_write}
    failed = request.method == "POST"
    if failed:
        context["lignes_en_erreur"] = [ligne for ligne in lignes if ligne.errors]
        # Closed meanwhile, the page has no field left to hold what was typed.
        context["saisies"] = typed if deliberation.is_closed else []
    return render(request, "juries/deliberation/edit.html", context, status=422 if failed else 200)


def _save(request, jury, form, lignes):
    """Write what the person changed. False, with each error beside what was typed, when it does not hold."""
    valid = all([form.is_valid(), *[ligne.is_valid() for ligne in lignes]])
    if not valid or not check_ranks(lignes):
        return False
    touched = {ligne.dossier.pk: ligne for ligne in lignes if ligne.is_touched}
    try:
        actions.save_propositions(
            actions.open_deliberation(jury),
            {pk: ligne.line() for pk, ligne in touched.items()},
            vues={pk: ligne.vue for pk, ligne in touched.items()},
            vus=form.vus_saisis,
            by=request.user,
            **form.changed,
        )
    except actions.PropositionsChanged as error:
        for pk, sentence in error.lines.items():
            touched[pk].add_error("sens", sentence)
        for name, sentence in error.fields.items():
            form.add_error(name, sentence)
        form.add_error(None, error.messages)
        return False
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    return True


def _as_it_stands(request, jury, form, lignes):
    """The page to show after a refusal: what the person typed, and all else as it stands now."""
    deliberation = Deliberation.objects.filter(jury=jury).first()
    deliberation = deliberation or Deliberation(jury=jury, **actions.last_sitting(jury))
    form.show(deliberation)
    typed = {ligne.dossier.pk: ligne for ligne in lignes if ligne.errors or ligne.is_touched}
    shown = []
    for now in _forms(request.user, jury):
        ligne = typed.get(now.dossier.pk, now)
        ligne.empreinte = now.empreinte
        shown.append(ligne)
    return deliberation, shown


def _deliberation_context(request, jury, deliberation, lignes):
    enveloppe = jury.edition.enveloppe
    decided = [getattr(ligne.dossier, "proposition", None) for ligne in lignes]
    total = sum(p.montant for p in decided if p and p.sens == "laureat")
    said = list(zip(lignes, decided, strict=True))
    return {
        "jury": jury,
        "edition": jury.edition,
        "deliberation": deliberation,
        "lignes": lignes,
        "a_decider": [ligne for ligne, proposition in said if proposition is None],
        "sans_motif": [ligne for ligne, proposition in said if proposition and proposition.is_unexplained],
        "enveloppe": enveloppe,
        "total": total,
        "reste": enveloppe - total,
        "depassement": max(total - enveloppe, 0),
        "laureats": sum(1 for p in decided if p and p.sens == "laureat"),
        "obstacles": actions.obstacles(deliberation)
        if deliberation.pk and request.user.is_pilote and not deliberation.is_closed
        else [],
    }


@access("juries.deliberate", load=Jury, by="edition__annee")
@GET_POST
def deliberation_close(request, jury):
    ensure_not_recused(request.user, jury.edition)
    deliberation = get_object_or_404(Deliberation, jury=jury)
    if request.method == "POST":
        try:
            actions.close_deliberation(deliberation, by=request.user)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
        else:
            messages.success(request, "La délibération est close. Le procès-verbal est prêt.")
        return redirect("juries:deliberation_edit", jury.edition.annee)
    context = {
        "jury": jury,
        "edition": jury.edition,
        "deliberation": deliberation,
        "obstacles": actions.obstacles(deliberation),
        "total": actions.total_of(deliberation),
    }
    return render(request, "juries/deliberation/close.html", context)


@access("juries.deliberate", load=Jury, by="edition__annee")
@GET_POST
def deliberation_undo(request, jury):
    ensure_not_recused(request.user, jury.edition)
    deliberation = get_object_or_404(Deliberation, jury=jury)
    form = MotifForm(
        request.POST or None,
        lu="Inscrit au registre du jury et au journal des dossiers\u00a0: seuls les agents de l’EPT le lisent.",
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_deliberation(deliberation, motif=form.cleaned_data["motif"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, "La délibération est rouverte. L’ancien procès-verbal reste au registre.")
            return redirect("juries:deliberation_edit", jury.edition.annee)
    return render(request, "juries/deliberation/undo.html", {"form": form, "jury": jury})


@access("juries.view_proces_verbal", load=Jury, by="edition__annee")
@require_safe
def proces_verbal(request, jury):
    ensure_not_recused(request.user, jury.edition)
    deliberation = get_object_or_404(Deliberation, jury=jury, closed_at__isnull=False)
    name = f"proces-verbal-jury-{jury.edition.annee}.pdf"
    response = FileResponse(
        deliberation.proces_verbal.open("rb"), content_type="application/pdf", as_attachment=True, filename=name
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
