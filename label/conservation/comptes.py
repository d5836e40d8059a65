"""Accounts nobody uses any more: told, then closed; the name stays only where a deposit or a journal bears it."""

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from label.conservation.preavis import notices_of, told_first
from label.conservation.registre import (
    COMPTE,
    COMPTE_DIT,
    PREAVIS_DIT,
    Efface,
    end_roles,
    held_accounts,
    is_leger,
    register,
    tient,
)
from label.models import CodeConnexion, Courriel, Habilitation, User
from label.models.courriel import Etat
from label.notifications import Notification
from label.notifications import register as plan

# The address of an account that is closed: nobody receives there (RFC 2606).
FERME = "@compte-supprime.invalid"


@tient
def agents() -> models.QuerySet:
    return Habilitation.objects.agents().values("user")


def _idle() -> models.QuerySet:
    """Accounts that may be closed one day, each with `depuis`, its last sign-in."""
    rows = User.objects.filter(is_staff=False, is_superuser=False).exclude(email__endswith=FERME)
    for kept in held_accounts():
        rows = rows.exclude(pk__in=kept)
    return rows.annotate(depuis=Coalesce("last_login", "created_at"))


def _hold(key: int) -> bool:
    # A sign-in under way holds the row: it is for another night.
    return User.objects.select_for_update(skip_locked=True).filter(pk=key).exists()


def is_named(user: User) -> bool:
    """Whether a deposit, a journal, or anything that somebody did and that stays, points at this person."""
    for model in apps.get_models():
        if is_leger(model):
            continue
        for field in model._meta.concrete_fields:
            # What goes with the person, or is only told of her, does not name her.
            names = field.related_model is User and field.remote_field.on_delete is models.PROTECT
            if names and model._base_manager.filter(**{field.name: user.pk}).exists():
                return True
    return False


def close_account(user: User, *, at: datetime | None = None) -> None:
    """Close the account: nobody enters by it, its address, its telephone and its keys are gone.

    The name stays where a deposit or a journal bears it, and becomes «Compte supprimé» otherwise. Who comes back with
    the same address has a new account.
    """
    adresse = f"{user.cle}{FERME}"
    former = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    named = is_named(user)
    end_roles(user, adresse, at or timezone.now())
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    CodeConnexion.objects.filter(email__in=former).delete()
    letters = Courriel.objects.filter(models.Q(user=user) | models.Q(destinataire__in=former))
    letters.filter(etat__in=[Etat.DU, Etat.EN_COURS, Etat.ECHEC]).update(etat=Etat.ANNULE)
    letters.update(destinataire=adresse, texte="", html="", recette=None)
    user.groups.clear()
    user.user_permissions.clear()
    user.email, user.telephone, user.is_active = adresse, "", False
    if not named:
        user.prenom, user.nom = "Compte", "supprimé"
    # Whatever session is left somewhere is one of another password.
    user.set_unusable_password()
    user.save()


def _efface(user: User) -> Efface:
    def act() -> None:
        notices_of("compte", user.pk).delete()
        close_account(User.objects.get(pk=user.pk))

    return Efface(act, {User._meta.db_table: 1}, noms=(f"compte:{user.cle}",))


plan(
    Notification(
        "conservation_compte",
        "Compte inutilisé\u00a0: fermeture annoncée",
        f"{PREAVIS_DIT.capitalize()} avant, après {COMPTE_DIT}",
        "La personne",
        lambda user, context: [user],
    )
)
register(
    told_first(
        "compte",
        rows=_idle,
        hold=_hold,
        apres=COMPTE,
        efface=_efface,
        quoi="Compte d’une personne sans rôle en cours",
        duree=COMPTE_DIT,
        suite=f"fermé, après un message {PREAVIS_DIT} avant\u00a0; le nom ne reste que là où un dépôt ou un journal "
        "le porte",
        raison="RGPD, article\u00a05.1.e",
    )
)
