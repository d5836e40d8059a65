"""The one mail a message of the page «Nous écrire» becomes."""

from django.conf import settings
from django.db.models import Q

from label.contact.registre import sujets
from label.models import User
from label.models.courriel import Etat, voile
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


@voile
def of_demandes(user: User) -> Q:
    """A pilote reads what was written to him or to the service; another's, when it could not leave."""
    theirs = Q(user=user) | Q(destinataire=settings.LABEL_CONTACT_EMAIL)
    return Q(cle_notification="contact") & ~theirs & ~Q(etat=Etat.ECHEC)
