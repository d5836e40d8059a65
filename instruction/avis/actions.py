"""Opinions of partners: asked by a mail link, given without an account, reminded, withdrawn."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from instruction.avis.queries import closed_because
from instruction.enums import SensAvis
from instruction.models import Avis
from instruction.ouverture import ensure_may_instruct, lock_open
from label.limites import spend_tiers
from label.notifications import notify
from projects.models import Deport


@transaction.atomic
def ask_avis(dossier, *, partenaires, by, echeance=None, question="", at=None):
    """Ask partners for their opinion. `partenaires`: list of (nom, organisme, email); `echeance`: a date.

    All are asked or none. Returns the list of `Avis`. Raises PermissionDenied, or ValidationError with one message
    per partner already asked, or when the date is past.
    """
    ensure_may_instruct(by, dossier)
    at = at or timezone.now()
    dossier = lock_open(dossier)
    echeance = echeance or timezone.localdate(at) + Avis.DELAI
    if echeance < timezone.localdate(at):
        raise ValidationError({"echeance": "Cette date est passée."})
    asked, errors = [], []
    for nom, organisme, email in partenaires:
        avis = Avis(
            dossier=dossier,
            nom=nom,
            organisme=organisme,
            email=email.strip().lower(),
            question=question.strip(),
            echeance=echeance,
            by=by,
            created_at=at,
        )
        if Deport.objects.current().filter(dossier=dossier, user__email__iexact=avis.email).exists():
            errors.append(f"{email}\u00a0: cette personne ne peut pas donner d’avis sur ce dossier.")
            continue
        try:
            avis.full_clean(exclude=["by", "jeton_sha256"])
        except ValidationError as error:
            errors.append(f"{email}\u00a0: {' '.join(error.messages)}")
            continue
        avis.save()
        asked.append(avis)
    if errors:
        raise ValidationError({"partenaires": errors})
    for avis in asked:
        spend_tiers(by, avis.email)
        notify("avis_demande", avis)
    return asked


@transaction.atomic
def answer_avis(avis, *, sens, texte, at=None):
    """The partner gives an opinion, once. Returns the `Avis`. Raises ValidationError: link closed, no reason."""
    at = at or timezone.now()
    locked = Avis.objects.select_for_update(of=("self",)).select_related("dossier__edition", "by").get(pk=avis.pk)
    closed = closed_because(locked, at)
    if closed:
        raise ValidationError(closed, code="closed")
    if sens not in SensAvis.values:
        raise ValidationError({"sens": "Choisissez le sens de votre avis."})
    if sens in (SensAvis.RESERVE, SensAvis.DEFAVORABLE) and not texte.strip():
        raise ValidationError({"texte": "Dites en quelques mots ce qui motive cet avis."})
    locked.sens, locked.texte, locked.answered_at = sens, texte.strip(), at
    locked.save(update_fields=["sens", "texte", "answered_at"])
    notify("avis_recu", locked)
    return locked


@transaction.atomic
def revoke_avis(avis, *, by, at=None):
    """Withdraw a request: its link says so from now on. Raises PermissionDenied, ValidationError once answered."""
    locked = Avis.objects.select_for_update(of=("self",)).select_related("dossier").get(pk=avis.pk)
    ensure_may_instruct(by, locked.dossier)
    if locked.answered_at:
        raise ValidationError(f"{locked.nom} a rendu son avis entre-temps\u00a0: il reste au dossier.")
    if locked.revoked_at is None:
        locked.revoked_at = at or timezone.now()
        locked.save(update_fields=["revoked_at"])
    return locked


@transaction.atomic
def remind_avis(avis, *, by, at=None):
    """Send the link again, once a day; True when a message is owed. Raises PermissionDenied, ValidationError."""
    at = at or timezone.now()
    avis = Avis.objects.select_related("dossier__edition", "by").get(pk=avis.pk)
    ensure_may_instruct(by, avis.dossier)
    closed = closed_because(avis, at)
    if closed:
        raise ValidationError(f"Rien à rappeler à {avis.nom}\u00a0: {closed[0].lower()}{closed[1:]}", code="closed")
    owed = notify("avis_relance", avis, occurrence=f"le-{timezone.localdate(at)}")
    if owed:
        spend_tiers(by, avis.email)
    return bool(owed)


def remind_due_avis(now=None):
    """Remind every partner whose opinion is awaited within three days, once. Returns how many messages are owed."""
    today = timezone.localdate(now)
    recused = Deport.objects.current().filter(dossier=OuterRef("dossier"), user__email__iexact=OuterRef("email"))
    awaited = Avis.objects.pending().filter(~Exists(recused), echeance__gte=today, echeance__lte=today + Avis.RAPPEL)
    sent = 0
    for avis in awaited.select_related("dossier__edition", "by"):
        # Asked less than a day ago with a short delay: the first message is enough.
        if timezone.localdate(avis.created_at) < today and not closed_because(avis, now):
            sent += len(notify("avis_relance", avis, occurrence="j-3"))
    return sent
