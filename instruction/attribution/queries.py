"""Who may follow a dossier, who did, who does."""

from label.enums import AGENTS
from label.models import Habilitation, User
from label.recherche import par_nom


def instructeurs():
    """The persons a dossier may be given to: active, agents of the EPT today."""
    return User.objects.filter(is_active=True, pk__in=Habilitation.objects.agents().values("user")).order_by(
        "nom", "prenom", "email"
    )


def past_instructeurs():
    """Everybody who is or was an agent of the EPT: filters must find what they left behind."""
    held = Habilitation.objects.filter(role__in=AGENTS)
    return User.objects.filter(pk__in=held.values("user")).order_by(*par_nom())


def suiveur(dossier):
    """The User who follows this dossier, or None."""
    instruction = getattr(dossier, "instruction", None)
    return instruction.instructeur if instruction else None
