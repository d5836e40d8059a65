"""Writing to each other about a dossier: one message, kept with it, and a mail to each of those it is for."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_may
from label.limites import spend
from label.notifications import notify
from projects.echange.cercles import cercle_of, people_of, told
from projects.enums import Cercle
from projects.models import Echange


def seal(people):
    """A digest of who is in a circle (a list of User): what the page named is who reads."""
    return hashlib.sha256(",".join(str(user.pk) for user in people).encode()).hexdigest()[:16]


def seals(people):
    """The same of each circle, as one string that a page keeps; `people`: as `people_of` found them."""
    return ".".join(f"{cercle}-{seal(people[cercle])}" for cercle in Cercle)


def _digest(dossier, vers, texte):
    return hashlib.sha256("\n".join([str(dossier.pk), *vers, texte]).encode()).hexdigest()


@transaction.atomic
def send_echange(dossier, *, by, vers, texte, envoi, vus=None, at=None):
    """Write to these circles (`vers`, of `Cercle`) about a dossier, in any statut. Returns the Echange.

    `envoi`: the UUID made by the page; the same words sent to the same people from it are written once. `vus`: the
    `seals` of the people it named. Raises PermissionDenied; TropVite; ValidationError when nobody would read it, when
    it would be read by others than those named, or when what it says cannot be kept.
    """
    ensure_may(by, "projects.write_echange", dossier)
    de = cercle_of(by, dossier)
    vers = [cercle for cercle in Cercle if cercle in vers and cercle != de]
    if not vers:
        raise ValidationError({"vers": "Choisissez à qui vous écrivez."})
    texte = texte.strip()
    echange = Echange(
        dossier=dossier,
        by=by,
        at=at or timezone.now(),
        de=de,
        vers=vers,
        texte=texte,
        envoi=envoi,
        empreinte=_digest(dossier, vers, texte),
    )
    once = {"by": by, "envoi": envoi, "empreinte": echange.empreinte}
    if sent := Echange.objects.filter(**once).first():
        return sent
    echange.full_clean(exclude=["dossier", "by"], validate_unique=False, validate_constraints=False)
    people = people_of(dossier)
    if empty := [cercle for cercle in vers if not set(people[cercle]) - {by}]:
        raise ValidationError({"vers": f"Personne ne lirait ce message du côté de {Cercle(empty[0]).label}."})
    shown = _shown(vus) if vus is not None else {}
    if vus is not None and any(shown.get(cercle) != seal(people[cercle]) for cercle in vers):
        raise ValidationError(
            "Les personnes qui liraient ce message ont changé depuis l’ouverture de la page : relisez leurs noms, puis "
            "envoyez de nouveau."
        )
    # Written at the same instant by a second click, the first of the two is kept and told alone.
    kept, created = Echange.objects.get_or_create(**once, defaults=_columns(echange))
    if created:
        spend("echange", at=kept.at, **({"agent": by.pk} if by.is_agent else {"personne": by.pk}))
        notify("echange", kept, a=[user for user in told(dossier, vers, people) if user != by])
    return kept


def _columns(echange):
    return {name: getattr(echange, name) for name in ("dossier", "at", "de", "vers", "texte")}


def _shown(vus):
    """{circle: seal} of what a page kept."""
    return dict(part.partition("-")[::2] for part in vus.split("."))
