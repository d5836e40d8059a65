"""The messages of the results, and of what follows them."""

from label.notifications import Notification, register
from laureats.publication.lettres import lettre_filename


def _destinataires(dossier, context):
    return context["resultat"].destinataires


def _lettre(dossier, context):
    return [(lettre_filename(context["resultat"]), "application/pdf", context["lettre"])]


register(
    Notification(
        "resultat_laureat",
        "Projet lauréat",
        "À la publication des résultats, avec la lettre d’attribution",
        "Les membres de la structure",
        _destinataires,
        files=_lettre,
    ),
    Notification(
        "resultat_attente",
        "Projet sur la liste d’attente",
        "À la publication des résultats, avec la lettre et les voies de recours",
        "Les membres de la structure",
        _destinataires,
        files=_lettre,
    ),
    Notification(
        "resultat_refus",
        "Projet non retenu",
        "À la publication des résultats, avec la lettre et les voies de recours",
        "Les membres de la structure",
        _destinataires,
        files=_lettre,
    ),
    Notification(
        "resultats_chef",
        "Résultats de mes quartiers",
        "À la publication des résultats",
        "Les chefs de projet des contrats concernés",
        lambda edition, context: [context["chef"]],
    ),
    Notification(
        "resultats_jury",
        "Résultats publiés",
        "À la publication des résultats",
        "Les membres du jury",
        lambda edition, context: context["jures"],
    ),
)
