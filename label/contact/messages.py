"""The one mail a message of the page «Nous écrire» becomes."""

from label.contact.registre import sujets
from label.notifications import Notification, register

register(
    Notification(
        "contact",
        "Message écrit depuis la page «\u00a0Nous écrire\u00a0»",
        "À l’envoi",
        "Les chefs de projet du dossier, sinon les pilotes\u00a0; le service\u00a0; l’adresse des données personnelles",
        lambda demande, context: sujets[demande.sujet].destinataires(demande),
        lambda demande, context: {"propos": sujets[demande.sujet].propos(demande)},
        reply_to=lambda demande, context: demande.email,
    )
)
