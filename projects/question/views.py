"""The questions of an édition, in the pilote’s hands."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from label.access import access
from label.models import Edition
from projects.question.actions import add_question, change_question, move_question, retire_question
from projects.question.forms import QuestionForm, QuestionsForm
from projects.question.queries import question_of
from projects.question.questionnaire import live_questions


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
    return render(request, "projects/question/list.html", context)


@require_safe
@access("label.view_edition", load=Edition, by="annee")
def question_preview(request, edition):
    """The section as the porteur will see it; nothing typed here is kept."""
    form = QuestionsForm(edition=edition)
    return render(request, "projects/question/preview.html", {"edition": edition, "form": form})


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
    question = question_of(edition, pk)
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
    return render(request, "projects/question/form.html", context, status=422 if form.errors else 200)


@require_POST
@access("label.change_edition", load=Edition, by="annee")
def question_move(request, edition, pk):
    question = question_of(edition, pk)
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
    question = question_of(edition, pk)
    if request.method == "POST":
        try:
            retire_question(question, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"«\u00a0{question}\u00a0» n’est plus posée.")
        return redirect("projects:question_list", annee=edition.annee)
    context = {"edition": edition, "question": question, "nombre": question.reponses.count()}
    return render(request, "projects/question/retire.html", context)
