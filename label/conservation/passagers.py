"""What serves for a time and needs no notice: codes of the door, counts, sessions, addresses nobody confirmed."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session

from label.conservation.registre import en_bloc, register
from label.limites import counts_over
from label.porte.actions import codes_over
from label.templatetags.label_ui import duree

# Nobody who added one is still in the session that did.
ADRESSE = timedelta(seconds=settings.SESSION_COOKIE_AGE) + timedelta(days=7)
CODE = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)

register(
    en_bloc(
        "codes",
        codes_over,
        quoi="Codes de connexion, et liens qui les accompagnent",
        duree=f"{duree(CODE)} pour un code, {duree(settings.GARDE_SANS_ADRESSE)} pour un lien",
        suite="effacés",
        raison="ne servent plus",
    ),
    en_bloc(
        "limites",
        counts_over,
        quoi="Comptes des essais et des envois, sous une empreinte",
        duree="un jour au plus",
        suite="effacés",
        raison="sécurité du service",
    ),
    en_bloc(
        "sessions",
        lambda now: Session.objects.filter(expire_date__lte=now),
        quoi="Sessions ouvertes sur un appareil",
        duree=duree(timedelta(seconds=settings.SESSION_COOKIE_AGE)),
        suite="effacées",
        raison="ne servent plus",
    ),
    en_bloc(
        "adresses",
        # django-allauth dates no address: the code that confirms one serves within the session that asked for it.
        lambda now: EmailAddress.objects.filter(verified=False, primary=False, user__last_login__lte=now - ADRESSE),
        quoi="Adresses ajoutées à un compte et jamais confirmées",
        duree=f"{duree(ADRESSE)} après la dernière connexion",
        suite="effacées",
        raison="peuvent être à quelqu’un d’autre",
    ),
)
