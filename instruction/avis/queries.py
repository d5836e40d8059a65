"""The link of an opinion: its key, what it opens, why it takes no answer any more.

The key is computed from the server's secret and never stored: the database keeps its SHA-256 only, and a reminder
carries the same link as the first message.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import UTC

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.crypto import salted_hmac

from instruction.models import Avis
from instruction.ouverture import INSTRUCTION_OUVERTE
from label.templatetags.label_ui import jour
from projects.models import Deport


def jeton_of(avis):
    """The key of this opinion's link: 43 characters, the same each time it is asked for."""
    value = f"{avis.dossier_id}:{avis.email}:{avis.created_at.astimezone(UTC).isoformat()}"
    digest = salted_hmac("projects.avis", value, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def fingerprint(jeton):
    """What the database keeps of a link's key: its SHA-256, in hexadecimal."""
    return hashlib.sha256(jeton.encode()).hexdigest()


def find_avis(jeton):
    """The `Avis` this link opens, or None: a link given to somebody recused since opens nothing."""
    recused = Deport.objects.current().filter(dossier=OuterRef("dossier"), user__email__iexact=OuterRef("email"))
    return (
        Avis.objects.filter(~Exists(recused), jeton_sha256=fingerprint(jeton))
        .select_related("dossier__edition", "dossier__structure__commune", "dossier__contrat", "by")
        .first()
    )


def closed_because(avis, now=None):
    """Why this link takes no answer any more, as a French sentence; "" while it does."""
    if avis.revoked_at:
        return "Cette demande d’avis a été retirée. Merci de votre disponibilité."
    if avis.answered_at:
        return f"Votre avis a bien été enregistré le {jour(avis.answered_at)}. Merci\u202f!"
    if timezone.localdate(now) > avis.echeance:
        return f"Cet avis était attendu jusqu’au {jour(avis.echeance)}\u00a0: le délai est passé."
    # The partner is outside the EPT: a dossier refused in secret is still being studied.
    if avis.dossier.statut_connu not in INSTRUCTION_OUVERTE:
        return "Ce dossier n’est plus à l’étude. Merci de votre disponibilité."
    return ""
