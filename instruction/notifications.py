"""What is told of the instruction of a dossier, when, to whom."""

from django.conf import settings

from instruction.models import Avis
from label.notifications import Notification, register
from label.templatetags.label_ui import duree
from projects.notifications import membres, suiveur_or


def _recours(dossier, context):
    return {"tribunal": settings.LABEL_TRIBUNAL, "service": settings.LABEL_SERVICE, "adresse": settings.LABEL_ADRESSE}


register(
    Notification(
        "complement_demande",
        "Complément demandé",
        "Quand l’instructeur demande un complément, ou quand son délai est prolongé",
        "Les membres de la structure",
        membres,
    ),
    Notification(
        "complement_recu",
        "Complément reçu",
        "Quand le porteur répond",
        "L’instructeur du dossier, sinon la personne qui a demandé",
        lambda dossier, context: suiveur_or(context["demande"].by, dossier),
    ),
    Notification(
        "avis_demande",
        "Avis demandé à un partenaire",
        "Quand l’instructeur demande un avis",
        "Le partenaire",
        lambda avis, context: [avis.email],
    ),
    Notification(
        "avis_relance",
        "Avis attendu : rappel",
        f"{duree(Avis.RAPPEL)} avant l’échéance, ou à la demande de l’instructeur",
        "Le partenaire",
        lambda avis, context: [avis.email],
    ),
    Notification(
        "avis_recu",
        "Avis d’un partenaire reçu",
        "Quand le partenaire répond",
        "L’instructeur du dossier, sinon la personne qui a demandé",
        lambda avis, context: suiveur_or(avis.by, avis.dossier),
    ),
    Notification(
        "recevable", "Dossier recevable", "Quand la recevabilité est prononcée", "Les membres de la structure", membres
    ),
    Notification(
        "irrecevable",
        "Dossier irrecevable, avec les recours",
        "Quand l’irrecevabilité est prononcée",
        "Les membres de la structure",
        membres,
        context=_recours,
    ),
    Notification(
        "admis", "Admis à l’audition", "Quand le pilote admet le dossier", "Les membres de la structure", membres
    ),
    Notification(
        "reprise",
        "Décision d’irrecevabilité reprise",
        "Quand le pilote revient sur l’irrecevabilité",
        "Les membres de la structure",
        membres,
    ),
)
