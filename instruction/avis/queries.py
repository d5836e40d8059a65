"""The link of an opinion: why it takes no answer any more."""

from django.db.models import Exists, OuterRef

from instruction.models import Avis
from instruction.ouverture import INSTRUCTION_OUVERTE
from projects.models import Deport


def is_recused_since(avis):
    """Whether the address asked belongs to somebody recused from the dossier since: the link opens nothing."""
    return Deport.objects.current().filter(dossier=avis.dossier_id, user__email__iexact=avis.email).exists()


def avis_for_jury(dossiers):
    """The opinions given on these dossiers (their keys), as the partners were told: the EPT and the jury read them.

    Not those still awaited, nor that of somebody recused since: whoever has a link weighs on no decision.
    """
    recused = Deport.objects.current().filter(dossier=OuterRef("dossier"), user__email__iexact=OuterRef("email"))
    return Avis.objects.with_version().filter(~Exists(recused), dossier__in=dossiers, answered_at__isnull=False)


def closed_because(avis, now=None):
    """Why this link takes no answer any more, as a French sentence; "" while it does."""
    if pourquoi := avis.pourquoi_clos(now):
        return pourquoi
    # The partner is outside the EPT: a dossier refused in secret is still being studied.
    if avis.dossier.statut_connu not in INSTRUCTION_OUVERTE:
        return "Ce dossier n’est plus à l’étude. Merci de votre disponibilité."
    return ""
