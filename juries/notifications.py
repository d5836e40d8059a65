"""What the jury's floor tells, when and to whom."""

from juries.seance.convocation import ICS, calendar, hearing, porteurs
from label.notifications import Notification, register
from projects.notifications import membres


def _invited(jure, context):
    return [jure.email]


def _member(jure, context):
    return [jure.user]


def _slot(audition, context):
    """`membres`: whose hearing it is; the chef de projet is told of theirs."""
    dossier = audition.dossier
    return {
        "audition": audition,
        "dossier": dossier,
        "seance": audition.seance,
        "membres": list(membres(dossier, context)),
    }


def _slot_file(audition, context):
    return [("audition.ics", ICS, calendar([audition]))]


def _cancelled(dossier, context):
    return [*porteurs(dossier), *hearing(context["audition"])]


register(
    Notification(
        "jury_invitation",
        "Invitation à siéger au jury",
        quand="quand le pilote ajoute un membre",
        a_qui="la personne invitée",
        recipients=_invited,
        context=lambda jure, context: {"jure": jure, "edition": jure.jury.edition},
    ),
    Notification(
        "convocation",
        "Convocation à l’audition",
        quand="quand le pilote envoie les convocations de la séance",
        a_qui="les membres de la structure et le chef de projet",
        recipients=lambda audition, context: porteurs(audition.dossier),
        context=_slot,
        files=_slot_file,
    ),
    Notification(
        "convocation_modifiee",
        "Créneau d’audition modifié",
        quand="quand un créneau annoncé a changé",
        a_qui="les membres de la structure et le chef de projet",
        recipients=lambda audition, context: porteurs(audition.dossier),
        context=_slot,
        files=_slot_file,
    ),
    Notification(
        "convocation_annulee",
        "Audition annulée",
        quand="quand une audition annoncée est retirée",
        a_qui="la structure, le chef de projet et les membres du jury qui l’entendaient",
        recipients=_cancelled,
        context=lambda dossier, context: {
            "dossier": dossier,
            "seance": context["audition"].seance,
            "jures": hearing(context["audition"]),
        },
        files=lambda dossier, context: [("audition.ics", ICS, calendar([context["audition"]], cancelled=True))],
    ),
    Notification(
        "convocation_jury",
        "Convocation du jury à une séance",
        quand="avec les convocations de la séance, puis quand sa propre liste change",
        a_qui="chaque membre du jury, pour les seuls dossiers qu’il entend",
        recipients=_member,
        context=lambda jure, context: {"jure": jure},
        files=lambda jure, context: [("seance.ics", ICS, calendar(context["auditions"]))],
    ),
    Notification(
        "jury_rappel_notes",
        "Rappel des bulletins à finir",
        quand="quand le pilote relance, une fois par jour au plus",
        a_qui="les membres présents dont les bulletins ne sont pas tous rendus",
        recipients=_member,
        context=lambda jure, context: {"jure": jure, "jury": jure.jury},
    ),
)
