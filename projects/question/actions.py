"""The questions of an édition: asked, ordered and retired by the pilote until the first deposit; answered in drafts."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from label.dates import ILLISIBLE, ordinaires, parse_jour
from label.enums import SorteQuestion
from label.models import Edition, Question
from label.nombres import parse_entier
from label.textes import excedent, nettoye
from projects.models import Reponse
from projects.models.reponse import VIDES
from projects.question.questionnaire import live_questions

NOMBRE_MAX = 2_000_000_000
QUESTIONS_MAX = 30


class FormulaireFige(ValidationError):
    """The questions can no longer change: a dossier was deposited against them."""

    def __init__(self):
        super().__init__(
            "Les questions sont figées depuis le premier dépôt\u00a0: les mêmes pour tous les dossiers de l’édition. "
            "Aucune ne peut plus être ajoutée, modifiée, déplacée ni retirée."
        )


def _lock(edition, by):
    """The édition, locked against a first deposit made meanwhile. Raises PermissionDenied, FormulaireFige."""
    if not by.has_perm("label.change_edition", edition):
        raise PermissionDenied
    locked = Edition.objects.select_for_update(no_key=True).get(pk=edition.pk)
    if locked.formulaire_fige_at:
        raise FormulaireFige
    return locked


@transaction.atomic
def add_question(edition, *, values, by):
    """Ask one more question, after the others. `values`: the columns of a Question. Returns it.

    Raises PermissionDenied, FormulaireFige, ValidationError.
    """
    edition = _lock(edition, by)
    if edition.questions.filter(retiree_at=None).count() >= QUESTIONS_MAX:
        raise ValidationError(f"Une édition pose {QUESTIONS_MAX} questions au plus.")
    last = edition.questions.aggregate(ordre=Max("ordre"))["ordre"] or 0
    question = Question(edition=edition, ordre=last + 1, **values)
    question.full_clean()
    question.save()
    return question


@transaction.atomic
def change_question(question, *, values, by):
    """Write the question otherwise. Its kind stays once a draft answered it. Raises as `add_question`."""
    _lock(question.edition, by)
    question = Question.objects.get(pk=question.pk, retiree_at=None)
    if values.get("sorte", question.sorte) != question.sorte and question.reponses.exists():
        raise ValidationError(
            {
                "sorte": "Des dossiers ont déjà répondu\u00a0: le type de réponse ne change plus. Retirez la question "
                "et posez-en une autre."
            }
        )
    for name, value in values.items():
        setattr(question, name, value)
    question.full_clean()
    question.save()
    return question


@transaction.atomic
def move_question(question, *, up, by):
    """Exchange the question with the one asked just before (`up`) or just after; the first and the last stay.

    Returns True when it moved. Raises PermissionDenied, FormulaireFige.
    """
    edition = _lock(question.edition, by)
    asked = live_questions(edition)
    place = next((rank for rank, one in enumerate(asked) if one.pk == question.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if other is None or not 0 <= other < len(asked):
        return False
    asked[place], asked[other] = asked[other], asked[place]
    for ordre, one in enumerate(asked, start=1):
        if one.ordre != ordre:
            one.ordre = ordre
            one.save(update_fields=["ordre"])
    return True


@transaction.atomic
def retire_question(question, *, by, at=None):
    """Ask it no more. What was answered is kept, and no longer shown. Raises PermissionDenied, FormulaireFige."""
    _lock(question.edition, by)
    Question.objects.filter(pk=question.pk, retiree_at=None).update(retiree_at=at or timezone.now())


def clean_reponse(question, valeur):
    """The columns of a Reponse for this JSON value, as a dict (`texte`, `nombre`, `date`, `choix`, `piece`).

    A text longer than asked is taken whole: the deposit says by how much. Raises ValidationError, in French, also on a
    text longer than any is (TEXTE_MAX).
    """
    match question.sorte:
        case SorteQuestion.FICHIER:
            raise ValidationError("Un fichier se joint avec le bouton de la question.")
        case SorteQuestion.NOMBRE:
            return VIDES | {"nombre": _clean_nombre(valeur)}
        case SorteQuestion.DATE:
            return VIDES | {"date": _clean_date(valeur)}
        case SorteQuestion.CHOIX:
            return VIDES | {"choix": _clean_choix(question, [valeur] if valeur else [])}
        case SorteQuestion.CHOIX_MULTIPLE:
            return VIDES | {"choix": _clean_choix(question, valeur or [])}
    if not isinstance(valeur, str | None):
        raise ValidationError("Ce texte n’a pas pu être lu.")
    texte = nettoye(valeur or "")
    if question.sorte == SorteQuestion.TEXTE_COURT:
        texte = texte.replace("\n", " ")
    if said := excedent(texte):
        raise ValidationError(said)
    return VIDES | {"texte": texte}


def _clean_nombre(valeur):
    try:
        number = parse_entier(valeur)
    except ValidationError:
        number = -1
    if number is not None and not 0 <= number <= NOMBRE_MAX:
        raise ValidationError("Un nombre entier, positif ou nul, en chiffres.")
    return number


def _clean_date(valeur):
    if not isinstance(valeur, str | None):
        raise ValidationError(ILLISIBLE)
    found = parse_jour(valeur or "")
    if found:
        ordinaires().ensure(found)
    return found


def _clean_choix(question, valeurs):
    if not isinstance(valeurs, list) or not all(isinstance(one, str) for one in valeurs):
        raise ValidationError("Ce choix n’a pas pu être lu.")
    if set(valeurs) - set(question.options):
        raise ValidationError("Ce choix n’est plus proposé\u00a0: choisissez dans la liste.")
    return [option for option in question.options if option in valeurs]


def write_reponse(dossier, question, valeur, auteur, at):
    """Keep one answer, in one query: a JSON value, or what `clean_reponse` made of it. Who may is the caller's affair.

    Raises ValidationError, in French, also when the question is no longer asked of this dossier.
    """
    ensure_asked(dossier, question)
    columns = valeur if isinstance(valeur, dict) else clean_reponse(question, valeur)
    upsert_reponse(Reponse(dossier=dossier, question=question, by=auteur, at=at, **columns))


def ensure_asked(dossier, question):
    """Raise ValidationError when this dossier is not asked that question, or no longer."""
    if question.edition_id != dossier.edition_id or question.retiree_at is not None:
        raise ValidationError("Cette question n’est plus posée.")


def upsert_reponse(reponse):
    """Write this answer over the one there is."""
    Reponse.objects.bulk_create(
        [reponse],
        update_conflicts=True,
        unique_fields=["dossier", "question"],
        update_fields=[*VIDES, "by", "at"],
    )
