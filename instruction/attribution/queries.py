"""Who may follow a dossier, who did, who does."""

from label.models import Habilitation, User


def instructeurs():
    """The persons a dossier may be given to: active, holding a role at the EPT today."""
    return User.objects.filter(is_active=True, pk__in=Habilitation.objects.current().values("user")).order_by(
        "nom", "prenom", "email"
    )


def past_instructeurs():
    """Everybody who holds or held a role at the EPT: filters must find what they left behind."""
    return User.objects.filter(pk__in=Habilitation.objects.values("user")).order_by("nom", "prenom")


def suiveur(dossier):
    """The User who follows this dossier, or None."""
    instruction = getattr(dossier, "instruction", None)
    return instruction.instructeur if instruction else None
