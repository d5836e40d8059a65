"""The questions an édition adds to the form, and what a dossier answers: what is asked, said, and still too long."""

from datetime import date

from label.enums import SorteQuestion
from label.templatetags.label_ui import jour, nombre, pluriel
from projects.enums import Section


def live_questions(edition):
    """The questions of this édition that are asked today, in order, as a list; read from what was prefetched."""
    return [question for question in edition.questions.all() if question.retiree_at is None]


def sections_of(dossier):
    """The sections of this dossier, in order, as a list: the one of the questions when there are some."""
    asks = bool(live_questions(dossier.edition))
    return [section for section in Section if asks or section != Section.QUESTIONS]


def reponses_of(dossier):
    """{question pk: Reponse} of this dossier."""
    return {reponse.question_id: reponse for reponse in dossier.reponses.all()}


def nom_of(question):
    """The name of the field that answers this question."""
    return f"question.{question.pk}"


def valeur_of(question, reponse):
    """The answer as a JSON value: str, int or None, «YYYY-MM-DD» or "", sorted list of str; for a file, its key.

    `reponse`: a Reponse, or None when nothing was written yet.
    """
    match question.sorte:
        case SorteQuestion.NOMBRE:
            return reponse.nombre if reponse else None
        case SorteQuestion.DATE:
            return reponse.date.isoformat() if reponse and reponse.date else ""
        case SorteQuestion.CHOIX:
            return reponse.choix[0] if reponse and reponse.choix else ""
        case SorteQuestion.CHOIX_MULTIPLE:
            return sorted(reponse.choix) if reponse else []
        case SorteQuestion.FICHIER:
            piece = piece_of(reponse)
            return piece.cle if piece else ""
    return reponse.texte if reponse else ""


def piece_of(reponse):
    """The file of an answer, or None: one set aside from the page of the files no longer answers."""
    piece = reponse.piece if reponse and reponse.piece_id else None
    return piece if piece and piece.remplacee_at is None else None


def shown(sorte, valeur):
    """A JSON value as people read it: a text, or the list of the options chosen."""
    if valeur in (None, "", []):
        return ""
    if sorte == SorteQuestion.NOMBRE:
        return nombre(valeur)
    if sorte == SorteQuestion.DATE:
        return jour(date.fromisoformat(valeur))
    return valeur


def words_in(texte):
    """How many words: what blanks part, as the counter of the page counts them."""
    return len(texte.split())


def excess(question, texte):
    """By how much a text is too long, as a list of French groups of words; empty when it fits."""
    found = []
    if question.mots_max and (trop := words_in(texte) - question.mots_max) > 0:
        found.append(f"{pluriel(trop, 'mot,mots')} de trop ({question.mots_max} au plus)")
    if question.caracteres_max and (trop := len(texte) - question.caracteres_max) > 0:
        found.append(f"{pluriel(trop, 'caractère,caractères')} de trop ({question.caracteres_max} au plus)")
    return found
