"""The questions of an édition as rows: what the database refuses, whatever wrote them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from label.edition.actions import copy_edition
from label.enums import SorteQuestion
from label.models import Question
from tests.factories.label import EditionFactory, QuestionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sorte": "choix", "options": ["Oui"]}, "Proposez au moins deux choix."),
        ({"sorte": "texte_long", "options": ["Oui", "Non"]}, "Proposez au moins deux choix."),
        ({"sorte": "nombre", "mots_max": 10}, "Seul un texte a une limite de mots ou de caractères."),
        ({"mots_max": 0}, "Une limite est au moins 1."),
        ({"caracteres_max": 0}, "Une limite est au moins 1."),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_in_french_and_by_the_database(values, message):
    question = QuestionFactory()
    for name, value in values.items():
        setattr(question, name, value)
    with pytest.raises(ValidationError) as refused:
        question.full_clean()
    assert refused.value.messages == [message]
    with pytest.raises(IntegrityError), transaction.atomic():
        question.save()


def test_two_questions_of_an_edition_are_told_apart_by_their_words():
    asked = QuestionFactory(intitule="Et après ?")
    twin = Question(edition=asked.edition, intitule="Et après ?")
    with pytest.raises(ValidationError) as refused:
        twin.full_clean()
    assert refused.value.messages == ["Une autre question de cette édition porte déjà cet intitulé."]
    Question.objects.filter(pk=asked.pk).update(retiree_at=timezone.now())
    twin.full_clean()


def test_the_database_freezes_the_questions_with_the_form():
    question = QuestionFactory()
    edition = question.edition
    edition.formulaire_fige_at = timezone.now()
    edition.save()
    for write in (
        lambda: QuestionFactory(edition=edition),
        lambda: Question.objects.update(intitule="Autre chose"),
        lambda: Question.objects.update(retiree_at=timezone.now()),
        lambda: Question.objects.update(ordre=9),
        lambda: Question.objects.filter(pk=question.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="figées depuis le premier dépôt"), transaction.atomic():
            write()
    assert list(Question.objects.values_list("intitule", "ordre", "retiree_at")) == [
        (question.intitule, question.ordre, None)
    ]


def test_the_next_edition_asks_the_same_questions_free_again():
    source = EditionFactory()
    QuestionFactory(edition=source, ordre=2, intitule="Et après ?", mots_max=150, aide="La suite.")
    QuestionFactory(
        edition=source, ordre=1, intitule="Où ?", sorte=SorteQuestion.CHOIX, options=["Ici", "Là"], is_obligatoire=False
    )
    QuestionFactory(edition=source, ordre=3, intitule="Retirée", retiree_at=timezone.now())
    source.formulaire_fige_at = timezone.now()
    source.save()
    copie = copy_edition(source, annee=2028, by=UserFactory(pilote=True))
    names = ("ordre", "intitule", "sorte", "options", "mots_max", "aide", "is_obligatoire")
    assert list(copie.questions.values_list(*names)) == [
        (1, "Où ?", "choix", ["Ici", "Là"], None, "", False),
        (2, "Et après ?", "texte_long", [], 150, "La suite.", True),
    ]
    assert copie.formulaire_fige_at is None
    assert source.questions.count() == 3
