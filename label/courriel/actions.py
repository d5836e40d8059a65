"""Send what is owed: once, with patience, and say what became of it."""

import logging
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone

from label.courriel.recette import Irrecuperable
from label.courriel.remise import Echec, Suite, deliver, part_of
from label.droits import ensure_may
from label.enums import Stade
from label.liens.courriel import complete, is_to_complete
from label.models import Courriel
from label.models.courriel import CLE_CODE, Etat, default_limite
from label.notifications import enqueue_on_commit, remake, subject_line

logger = logging.getLogger(__name__)

# A worker that dies while sending frees its message after this long.
BAIL = timedelta(minutes=5)
PAUSE_MAX = timedelta(hours=1)
# The server is asked again sooner: everything waits for it. A code is worth nothing later.
PAUSE_MAX_SERVEUR = timedelta(minutes=10)
PAUSE_MAX_CODE = timedelta(minutes=1)


def _delai(essais, longest=PAUSE_MAX):
    """Wait before the next try: 15 s, then twice as long each time, `longest` at most."""
    return min(timedelta(seconds=15 * 2 ** min(max(essais, 1) - 1, 10)), longest)


def owe_code(destinataire, *, sujet, texte, objet=None, user=None, valable=None):
    """Owe a sign-in mail: in the queue of codes, erased once sent, forgotten once the code is over.

    objet: what the link of the mail opens, when it carries one.
    valable: how long the code is worth something (timedelta); the setting of sign-in codes by default.
    Returns the `Courriel`.
    """
    valable = valable or timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    with transaction.atomic():
        courriel = Courriel.objects.create(
            cle_notification=CLE_CODE,
            objet=objet,
            destinataire=destinataire,
            user=user,
            sujet=subject_line(sujet),
            texte=texte,
            is_sensible=True,
            limite=timezone.now() + valable,
        )
        enqueue_on_commit([courriel])
    return courriel


def _claim(pk):
    """Take the message for this worker, or None when another has it, it is not due, or the server makes all wait."""
    now = timezone.now()
    with transaction.atomic():
        courriel = Courriel.objects.due(now).filter(pk=pk).select_for_update(skip_locked=True).first()
        if courriel is None:
            return None
        if courriel.is_code and courriel.limite < now:
            # Whoever asked for it has asked for another, or has gone.
            Courriel.objects.filter(pk=pk).update(etat=Etat.ANNULE, **_erased(courriel))
            return None
        if not courriel.is_code and Courriel.objects.waiting_for_server(now).exists():
            return None
        courriel.etat = Etat.EN_COURS
        courriel.essais += 1
        courriel.prochain_essai = now + BAIL
        courriel.save(update_fields=["etat", "essais", "prochain_essai"])
        return courriel


def _message(courriel):
    texte, html = courriel.texte, courriel.html
    if is_to_complete(courriel):
        if courriel.objet is None:
            raise LookupError("ce que le lien ouvrait n’existe plus")
        texte, html = (complete(words, courriel.objet) for words in (texte, html))
    domaine = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    # A Message-ID that does not change between tries lets the receiving side drop a double.
    message = EmailMultiAlternatives(
        subject_line(courriel.sujet),
        texte,
        to=[courriel.destinataire],
        reply_to=[courriel.repondre_a] if courriel.repondre_a else None,
        # Absence replies and robots leave such a message alone (RFC 3834).
        headers={
            "Auto-Submitted": "auto-generated",
            "Message-ID": f"<courriel-{courriel.pk}-{courriel.created_at:%Y%m%d%H%M%S}@{domaine}>",
        },
    )
    if html:
        message.attach_alternative(html, "text/html")
    for fichier in courriel.fichiers.all():
        message.attach(part_of(subject_line(fichier.nom), fichier.type_mime, bytes(fichier.contenu)))
    return message


def _erased(courriel):
    """What is wiped of a message that only its recipient reads, once it has left or is given up."""
    if not courriel.is_sensible:
        return {}
    return {"texte": "", "html": "", "recette": None} | ({"sujet": "Code de connexion"} if courriel.is_code else {})


def send_courriel(pk):
    """Send one message now. Returns True when it left, False when it was not to be sent, or failed.

    A failure never goes further than its message: whatever cannot be written, or is refused, is recorded on it.
    """
    courriel = _claim(pk)
    return courriel is not None and _try(courriel) is None


def _try(courriel):
    """Try this claimed message and record what came of it. Returns None when it left, else the `Echec`."""
    try:
        message = _message(courriel)
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        echec = Echec(Stade.PREPARATION, Suite.FINAL, detail=f"{type(error).__name__}\u00a0: {error}")
    else:
        echec = deliver(message)
    if echec is not None:
        _record_failure(courriel, echec)
        return echec
    changes = {"etat": Etat.ENVOYE, "sent_at": timezone.now(), "erreur": "", "stade": "", "recette": None}
    Courriel.objects.filter(pk=courriel.pk).update(**changes | _erased(courriel))
    return None


def _record_failure(courriel, echec):
    """Write what happened, and when the next try comes, if one does."""
    now = timezone.now()
    longest = PAUSE_MAX
    if courriel.is_code:
        longest = PAUSE_MAX_CODE
    elif echec.suite is Suite.SERVEUR:
        longest = PAUSE_MAX_SERVEUR
    prochain = now + _delai(courriel.essais, longest)
    final = (
        echec.suite is Suite.FINAL
        # A second copy may be one too many; a third is never sent.
        or (echec.suite is Suite.DOUTE and courriel.is_douteux)
        or (echec.suite is not Suite.SERVEUR and prochain > courriel.limite and not courriel.is_code)
    )
    changes = {
        "etat": Etat.ECHEC if final else Etat.DU,
        "prochain_essai": prochain,
        "stade": echec.stade,
        "erreur": echec.detail[:300],
        "is_douteux": courriel.is_douteux or echec.suite is Suite.DOUTE,
    }
    if final and courriel.is_code:
        changes |= _erased(courriel)
    Courriel.objects.filter(pk=courriel.pk).update(**changes)
    log = logger.error if final else logger.warning
    log("Mail %s, try %s: %s, %s (%s)", courriel.pk, courriel.essais, echec.stade, echec.suite.value, echec.code)


def sweep(courriels):
    """Send these due messages, one after the other, until the mail server itself makes them all wait."""
    for pk in courriels.due().order_by("prochain_essai").values_list("pk", flat=True)[:500]:
        courriel = _claim(pk)
        echec = _try(courriel) if courriel else None
        if echec is not None and echec.suite is Suite.SERVEUR:
            return


def resend_courriel(courriel, *, by):
    """The pilote asks for a failed message to be tried again at once: made again when it could not be, to the address
    its recipient has today.

    Returns True when it waits to be sent; False when it is not in failure, or fails again (`courriel` is read again).
    """
    ensure_may(by, "label.send_courriel", courriel)
    with transaction.atomic():
        locked = Courriel.objects.select_for_update(of=("self",)).filter(pk=courriel.pk, etat=Etat.ECHEC).first()
        if locked is None or locked.is_code:
            return False
        if locked.recette is not None:
            try:
                owed = remake(locked)
            except Irrecuperable as error:
                Courriel.objects.filter(pk=locked.pk).update(erreur=str(error)[:300])
                owed = []
        else:
            _follow_address(locked)
            owed = [locked]
        Courriel.objects.filter(pk__in=[one.pk for one in owed]).update(
            etat=Etat.DU,
            prochain_essai=timezone.now(),
            limite=default_limite(),
            essais=0,
            erreur="",
            stade="",
            is_douteux=False,
            recette=None,
        )
        enqueue_on_commit(owed)
    return bool(owed)


def dismiss_courriel(courriel, *, by):
    """The pilote has seen to a failed message otherwise: it is not sent any more. Returns whether it was in failure."""
    ensure_may(by, "label.send_courriel", courriel)
    return bool(Courriel.objects.in_failure().filter(pk=courriel.pk).update(etat=Etat.ANNULE, **_erased(courriel)))


def _follow_address(courriel):
    """A person whose address was corrected receives at the new one."""
    if courriel.user and courriel.user.email and courriel.user.email != courriel.destinataire:
        try:
            with transaction.atomic():
                Courriel.objects.filter(pk=courriel.pk).update(destinataire=courriel.user.email)
        except IntegrityError:
            # The same message has gone there already.
            pass
