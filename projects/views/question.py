"""The questions of an édition: the pilote's pages, and the file a porteur gives as an answer."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.models import Edition
from projects.actions.question import add_question, change_question, move_question, retire_question
from projects.actions.reponse import join_reponse
from projects.enums import Section
from projects.forms.question import QuestionForm, QuestionsForm, field_name
from projects.models import Dossier
from projects.questionnaire import live_questions


def _asked(edition, pk):
    return get_object_or_404(edition.questions.filter(retiree_at=None), pk=pk)


@require_safe
@access("label.view_edition", load=Edition, by="annee")
def question_list(request, edition):
    questions = list(edition.questions.all())
    context = {
        "edition": edition,
        "questions": live_questions(edition),
        "retirees": [question for question in questions if question.retiree_at],
        "peut_modifier": request.user.has_perm("label.change_edition", edition),
        "fige": edition.formulaire_fige_at,
        "ouverte": edition.is_open(timezone.now()),
    }
    return render(request, "projects/question_list.html", context)


@require_safe
@access("label.view_edition", load=Edition, by="annee")
def question_preview(request, edition):
    """The section as the porteur will see it; nothing typed here is kept."""
    form = QuestionsForm(edition=edition)
    return render(request, "projects/question_preview.html", {"edition": edition, "form": form})


@access("label.change_edition", load=Edition, by="annee")
def question_create(request, edition):
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            question = add_question(edition, values=form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"«\u00a0{question}\u00a0» est ajoutée à la fin.")
            return redirect("projects:question_list", annee=edition.annee)
    return _show(request, edition, form, "Ajouter une question")


@access("label.change_edition", load=Edition, by="annee")
def question_edit(request, edition, pk):
    question = _asked(edition, pk)
    form = QuestionForm(request.POST or None, instance=question)
    if request.method == "POST" and form.is_valid():
        try:
            change_question(question, values=form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "La question est enregistrée.")
            return redirect("projects:question_list", annee=edition.annee)
    return _show(request, edition, form, "Modifier la question")


def _show(request, edition, form, titre):
    context = {"edition": edition, "form": form, "titre": titre, "fige": edition.formulaire_fige_at}
    return render(request, "projects/question_form.html", context, status=422 if form.errors else 200)


@require_POST
@access("label.change_edition", load=Edition, by="annee")
def question_move(request, edition, pk):
    question = _asked(edition, pk)
    up = request.POST.get("sens") == "haut"
    try:
        moved = move_question(question, up=up, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if moved:
            messages.success(request, f"«\u00a0{question}\u00a0» {'monte' if up else 'descend'} d’un rang.")
    return redirect("projects:question_list", annee=edition.annee)


@access("label.change_edition", load=Edition, by="annee")
def question_retire(request, edition, pk):
    question = _asked(edition, pk)
    if request.method == "POST":
        try:
            retire_question(question, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"«\u00a0{question}\u00a0» n’est plus posée.")
        return redirect("projects:question_list", annee=edition.annee)
    context = {"edition": edition, "question": question, "nombre": question.reponses.count()}
    return render(request, "projects/question_retire.html", context)


@require_POST
@access("projects.change_dossier", load=Dossier)
def reponse_join(request, dossier, pk):
    """Answer a question with a file."""
    question = _asked(dossier.edition, pk)
    fichier = request.FILES.get(field_name(question))
    if fichier is None:
        messages.warning(request, "Choisissez d’abord un fichier.")
    else:
        try:
            piece = join_reponse(dossier, question, fichier=fichier, by=request.user)
        except ValidationError as error:
            messages.error(request, f"Le fichier n’a pas été joint. {' '.join(error.messages)}")
        else:
            messages.success(request, f"«\u00a0{piece.nom}\u00a0» est joint au dossier.")
    url = reverse("projects:section_edit", args=[dossier.cle, Section.QUESTIONS.value])
    return redirect(f"{url}#id_{field_name(question)}")
