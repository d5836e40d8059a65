"""What the jury's floor tells, when and to whom."""

from juries.agenda import hearing, joined
from juries.creneau import Creneau
from juries.oral.events import rehearsal
from juries.seance.annulation import told_members
from juries.seance.convocation import porteurs
from label.notifications import Notification, register
from projects.dossier.contenu import without_private
from projects.enums import Statut
from projects.notifications import membres, pilotes


def _invited(jure, context):
    return [jure.email]


def _member(jure, context):
    return [jure.user]


def _told(audition):
    """What these messages say of a slot: what was announced, whatever the EPT is changing meanwhile."""
    return audition.annoncee or Creneau.read(audition.creneau)


def _slot(audition, context):
    """`membres`: whose hearing it is; the chef de projet is told of theirs."""
    dossier = audition.dossier
    return {
        "audition": audition,
        "creneau": _told(audition),
        "dossier": dossier,
        "membres": list(membres(dossier, context)),
    }


def _slot_file(audition, context):
    return [joined("audition.ics", [hearing(audition)])]


def _cancelled(dossier, context):
    return [*porteurs(dossier), *told_members(context["audition"])]


def _cancelled_file(dossier, context):
    return [joined("audition.ics", [hearing(context["audition"])], cancelled=True)]


def _sitting(jure, context):
    """`projets`: what the member hears, as an agenda shown to others may say it."""
    projets = [
        {
            "debut": _told(one).debut,
            "titre": without_private(str(one.dossier)),
            "structure": without_private(str(one.dossier.structure)),
        }
        for one in context["auditions"]
    ]
    return {"jure": jure, "projets": projets}


def _sitting_file(jure, context):
    """What the member hears, and what leaves his calendar; a calendar without events is no file."""
    heard = [hearing(one, sequence=context["versions"].get(one.cle)) for one in context["auditions"]]
    gone = [one.annulation() for one in context["retires"]]
    found = [joined("seance.ics", heard)] if heard else []
    return found + ([joined("retirees.ics", gone, cancelled=True)] if gone else [])


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
            "creneau": _told(context["audition"]),
            "jures": told_members(context["audition"]),
            "titre": without_private(str(dossier)),
            "is_retire": dossier.statut == Statut.RETIRE,
        },
        files=_cancelled_file,
    ),
    Notification(
        "convocation_jury",
        "Convocation du jury à une séance",
        quand="avec les convocations de la séance, puis quand sa propre liste change",
        a_qui="chaque membre du jury, pour les seuls dossiers qu’il entend",
        recipients=_member,
        context=_sitting,
        files=_sitting_file,
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


# --- The preparation of an oral ----------------------------------------------------------------------


def _about(one, context):
    """What these messages read of an answer, a file or a rehearsal. `membres`: whose oral it is."""
    return {"dossier": one.dossier, "membres": list(membres(one.dossier, context))}


def _of_answer(venue, context):
    return _about(venue, context) | {"creneau": Creneau.read(venue.creneau)}


def _rehearsing(repetition, context):
    """Both sides; who proposes the first date has nothing to learn, and no former date in a calendar."""
    people = porteurs(repetition.dossier)
    return [one for one in people if repetition.sequence or one.pk != repetition.by_id]


def _rehearsal_file(repetition, context):
    return [joined("repetition.ics", [rehearsal(repetition)])]


def _proposer(repetition, context):
    return repetition.by.email


register(
    Notification(
        "oral_empechement",
        "Une structure ne peut pas venir à son audition",
        quand="quand elle le dit",
        a_qui="les pilotes",
        recipients=lambda venue, context: pilotes(venue.dossier, context),
        context=_of_answer,
    ),
    Notification(
        "oral_maintenu",
        "Audition maintenue malgré un empêchement",
        quand="quand le pilote maintient le créneau",
        a_qui="les membres de la structure et le chef de projet",
        recipients=lambda venue, context: porteurs(venue.dossier),
        context=_of_answer,
    ),
    Notification(
        "support_ecarte",
        "Un support de présentation écarté par l’antivirus",
        quand="quand l’antivirus y trouve une menace",
        a_qui="les membres de la structure et la personne qui l’a joint",
        recipients=lambda support, context: [support.by, *membres(support.dossier, context)],
        context=_about,
    ),
    Notification(
        "repetition_proposee",
        "Une date pour répéter est proposée",
        quand="quand le chef de projet ou la structure propose une date",
        a_qui="les membres de la structure et le chef de projet",
        recipients=_rehearsing,
        context=_about,
        files=_rehearsal_file,
        reply_to=_proposer,
    ),
    Notification(
        "repetition_acceptee",
        "Répétition fixée",
        quand="quand la date proposée est acceptée",
        a_qui="les membres de la structure et le chef de projet",
        recipients=lambda repetition, context: porteurs(repetition.dossier),
        context=_about,
        files=_rehearsal_file,
    ),
    Notification(
        "repetition_annulee",
        "Répétition annulée",
        quand="quand l’un des deux l’annule",
        a_qui="les membres de la structure et le chef de projet",
        recipients=lambda repetition, context: porteurs(repetition.dossier),
        context=lambda repetition, context: {"raison": ""} | context | _about(repetition, context),
        files=lambda repetition, context: [joined("repetition.ics", [rehearsal(repetition)], cancelled=True)],
    ),
)
