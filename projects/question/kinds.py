"""The kind of field that answers a question of the édition."""

import re

from django.db.models import F, FilteredRelation, Q

from ecriture.declaration import ChampInconnu
from ecriture.kinds import Kind, date_in_words, kept
from label.enums import SorteQuestion
from label.models import Question
from projects.models import Reponse
from projects.question.actions import clean_reponse, write_reponse
from projects.question.questionnaire import valeur_of

_ENTIERES = frozenset({SorteQuestion.DATE, SorteQuestion.CHOIX, SorteQuestion.NOMBRE})


def _find(dossier, nom):
    """The Question a field answers, with the Reponse of this dossier as `sienne` (empty when none), or None."""
    pk = nom.partition(".")[2]
    asked = Question.objects.filter(edition=dossier.edition_id, pk=pk)
    own = FilteredRelation("reponses", condition=Q(reponses__dossier=dossier.pk))
    columns = {f"sienne_{name}": F(f"sienne__{name}") for name in ("texte", "nombre", "date", "choix", "piece")}
    question = asked.annotate(sienne=own, **columns).first()
    if question is not None:
        values = {name: getattr(question, f"sienne_{name}") for name in ("nombre", "date")}
        values |= {"texte": question.sienne_texte or "", "choix": question.sienne_choix or []}
        question.sienne = Reponse(question=question, piece_id=question.sienne_piece, **values)
    return question


class Reponses(Kind):
    is_famille = True
    famille = "question"

    def ensure(self, nom):
        # One spelling: another would be a second field of the same question.
        if not re.fullmatch(r"[1-9][0-9]{0,17}", nom.partition(".")[2]):
            raise ChampInconnu(nom)

    def _question(self, dossier, nom):
        question = kept(dossier, nom, lambda: _find(dossier, nom))
        if question is None:
            raise ChampInconnu(nom)
        return question

    def read(self, dossier, nom):
        question = self._question(dossier, nom)
        return valeur_of(question, question.sienne)

    def clean(self, dossier, nom, valeur):
        question = self._question(dossier, nom)
        return valeur_of(question, Reponse(question=question, **clean_reponse(question, valeur)))

    def is_prose(self, dossier, nom, part=""):
        return self._question(dossier, nom).sorte == SorteQuestion.TEXTE_LONG

    def write(self, lot, nom, valeur):
        write_reponse(lot.objet, self._question(lot.objet, nom), valeur, auteur=lot.by, at=lot.at)

    def _asked(self, lexique, nom):
        questions = lexique.known("questions", lambda: {f"question.{q.pk}": q for q in _all(lexique.objet)})
        return questions.get(nom)

    def libelle(self, lexique, nom, valeur=None):
        question = self._asked(lexique, nom)
        return question.intitule if question else "Question retirée"

    def listed(self, dossier):
        return {f"question.{question.pk}": question.intitule for question in _all(dossier)}

    def is_whole(self, lexique, nom):
        question = self._asked(lexique, nom)
        return question is not None and question.sorte in _ENTIERES

    def mots(self, lexique, nom, valeur):
        question = self._asked(lexique, nom)
        if valeur and question and question.sorte == SorteQuestion.DATE:
            return date_in_words(valeur)
        return super().mots(lexique, nom, valeur)


def _all(dossier):
    return dossier.edition.questions.all()
