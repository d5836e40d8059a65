"""What the people of the demonstration say: answers to the questions of the édition, remarks to each other."""

from datetime import timedelta
from uuid import uuid4

from ecriture.discussion.actions import add_comment
from ecriture.enums import Visibilite
from label.enums import SorteQuestion
from projects.echange.actions import send_echange
from projects.enums import Cercle, Section
from projects.question.actions import write_reponse
from projects.question.questionnaire import live_questions

SUITES = (
    "Le centre social reprend l’animation, le bailleur prête le local, les habitants gardent le comité.",
    "Une association d’habitants se crée la deuxième année ; la ville a donné son accord de principe.",
    "Les participants formés forment à leur tour : il ne restera que le matériel à renouveler.",
)


def answer_questions(dossier, rang, porteur, at):
    """The questions of the édition, the optional one left blank now and then."""
    valeurs = {
        SorteQuestion.TEXTE_LONG: SUITES[rang % len(SUITES)],
        SorteQuestion.CHOIX: lambda question: question.options[rang % len(question.options)],
        SorteQuestion.NOMBRE: 8 + rang % 20 if rang % 4 else None,
    }
    for question in live_questions(dossier.edition):
        valeur = valeurs[question.sorte]
        write_reponse(dossier, question, valeur(question) if callable(valeur) else valeur, auteur=porteur, at=at)


def write(dossier, porteur, chef, at):
    """A message to the chef de projet, and his answer the day after."""
    send_echange(
        dossier,
        by=porteur,
        vers=[Cercle.CHEFS],
        texte="Bonjour, pouvons-nous nous voir une heure la semaine prochaine pour relire le budget ensemble ?",
        envoi=uuid4(),
        at=at,
    )
    send_echange(
        dossier,
        by=chef,
        vers=[Cercle.STRUCTURE],
        texte="Avec plaisir : mardi à 14 h à la maison de quartier. Apportez le devis du matériel.",
        envoi=uuid4(),
        at=at + timedelta(hours=20),
    )


def talk(dossier, porteur, chef, at):
    """A question of the chef de projet, an answer the same evening, and a remark between agents."""
    question = add_comment(
        dossier, Section.PROJET, by=chef, texte="Pouvez-vous dire en une phrase ce qui n’existe pas déjà ici ?", at=at
    )
    add_comment(
        dossier,
        Section.PROJET,
        by=porteur,
        texte="Oui, je reprends ce passage.",
        parent=question,
        at=at + timedelta(hours=3),
    )
    add_comment(
        dossier,
        Section.BUDGET,
        by=chef,
        texte="À rapprocher du budget de l’an dernier.",
        visibilite=Visibilite.AGENTS,
        at=at + timedelta(minutes=12),
    )
