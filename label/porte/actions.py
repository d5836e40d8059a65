"""One door for everybody: a code is sent to an address, the code enters, and only then is there an account.

Whatever the address, asking costs the same queries and the same mail; what comes back never tells whether an account
is behind it.
"""

import unicodedata
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, When
from django.template.loader import render_to_string
from django.utils import timezone

from label.cles import draw_code, is_digest, keyed_digest
from label.courriel.actions import owe_code
from label.liens.courriel import link_to_come
from label.limites import spend
from label.models import CodeConnexion, User

USAGE = "label.porte"


class Perime(Exception):
    """The code is too old, has served, or was mistyped too often: another must be asked for."""


def find_person(email):
    """The person this address belongs to (`User`, active or not), or None. One query, whatever the answer."""
    email = email.strip().lower()
    owners = EmailAddress.objects.filter(email=email, verified=True).values("user")
    mine_first = Case(When(email=email, then=0), default=1)
    return User.objects.filter(Q(email=email) | Q(pk__in=owners)).order_by(mine_first).first()


def _value(email, code, at):
    return f"{email}:{at.isoformat()}:{code}"


def ask_code(email, *, client, navigateur="", suite="", lien=False, at=None):
    """Send a code to this address. Returns the CodeConnexion.

    `client`: the true client; `navigateur`: what tells this browser apart when this person has entered with it before.
    `suite`: the path to go to afterwards. `lien`: a link goes with the code, for what waits. Raises TropVite.
    """
    at = at or timezone.now()
    email = email.strip().lower()
    if navigateur:
        spend("code", navigateur=f"{navigateur}:{email}", at=at)
    else:
        spend("code", client=client, client_adresse=f"{client} {email}", adresse=email, at=at)
    code = draw_code()
    valable = timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    with transaction.atomic():
        row = CodeConnexion.objects.create(
            email=email,
            empreinte=keyed_digest(USAGE, _value(email, code, at)),
            suite=suite,
            created_at=at,
            expire_at=at + valable,
            # Drawn as the row is written; None: no link.
            **({} if lien else {"jeton_sha256": None}),
            lien_expire_at=at + settings.GARDE_SANS_ADRESSE if lien else None,
        )
        link = link_to_come(row) if lien else ""
        values = {"code": code, "lien": link, "site": settings.SITE_URL, "demo": settings.DEMO}
        sujet, texte = (render_to_string(f"account/email/code_{part}.txt", values) for part in ("subject", "message"))
        objet, valable = (row, settings.GARDE_SANS_ADRESSE) if lien else (None, valable)
        owe_code(email, sujet=sujet, texte=texte.strip() + "\n", objet=objet, valable=valable)
    return row


def try_code(pk, typed, *, client, navigateur="", at=None):
    """Take the code: the CodeConnexion when it is right, None when it is not. Counted before it is looked at.

    `client`, `navigateur`: as for `ask_code`.
    Raises TropVite when this address was tried too often; Perime when this code takes no try any more.
    """
    at = at or timezone.now()
    # Counted first: ten simultaneous tries are ten tries.
    if not CodeConnexion.objects.usable(at).filter(pk=pk).update(essais=F("essais") + 1):
        raise Perime
    row = CodeConnexion.objects.get(pk=pk)
    if navigateur:
        spend("essai", navigateur=f"{navigateur}:{row.email}", at=at)
    else:
        spend("essai", client_adresse=f"{client} {row.email}", adresse=row.email, at=at)
    typed = "".join(sign for sign in unicodedata.normalize("NFKC", typed) if sign in "0123456789")
    if not is_digest(USAGE, _value(row.email, typed, row.created_at), row.empreinte):
        if row.essais >= CodeConnexion.ESSAIS:
            raise Perime
        return None
    return row if CodeConnexion.objects.filter(pk=pk, used_at=None).update(used_at=at) else None


def take_link(row, at=None):
    """Use the link of this CodeConnexion, once. Returns whether it still opened."""
    at = at or timezone.now()
    return bool(CodeConnexion.objects.filter(pk=row.pk, used_at=None, lien_expire_at__gt=at).update(used_at=at))


@transaction.atomic
def person_of(email):
    """The person who has just proved to hold this address; the account is made now if there was none."""
    user = find_person(email)
    if user is None:
        try:
            with transaction.atomic():
                user = User.objects.create_user(email)
        except IntegrityError:
            # Two codes for the same new address, given at the same moment.
            user = User.objects.get(email=email)
    # Who receives mail there today holds the address, whoever said so before.
    EmailAddress.objects.filter(email=email).exclude(user=user).delete()
    address, _ = EmailAddress.objects.get_or_create(
        user=user, email=email, defaults={"primary": email == user.email, "verified": True}
    )
    address.set_verified()
    return user


def name_person(user, *, prenom, nom):
    """Write the name asked for after the first entry."""
    user.prenom, user.nom = prenom, nom
    user.save(update_fields=["prenom", "nom"])


def codes_over(now):
    """The codes that neither they nor their link open any more."""
    return CodeConnexion.objects.filter(expire_at__lte=now).exclude(lien_expire_at__gt=now, used_at=None)
