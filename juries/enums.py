"""The closed lists of the jury."""

from django.db.models import TextChoices

from projects.enums import Statut

# The dossiers the jury knows of: admitted, and whatever it made of them.
DEVANT_LE_JURY = (
    Statut.ADMIS,
    Statut.AUDITIONNE,
    Statut.PROPOSE,
    Statut.RESERVE,
    Statut.LAUREAT,
    Statut.NON_RETENU,
)
# The dossiers that may still be scored.
NOTABLES = (Statut.ADMIS, Statut.AUDITIONNE)


class College(TextChoices):
    ELUS = "elus", "Élus"
    EXPERTS = "experts", "Experts"
    TECHNICIENS = "techniciens", "Techniciens de l’innovation"


class SensProposition(TextChoices):
    """What the jury proposes for one dossier."""

    LAUREAT = "laureat", "Proposé lauréat"
    RESERVE = "reserve", "Liste d’attente"
    REFUS = "refus", "Non retenu"


# Those a structure is told the reason of.
SANS_LABEL = (SensProposition.RESERVE, SensProposition.REFUS)


class Acte(TextChoices):
    """What the EPT did outside the ordinary course of the jury: each one is written down with its reason."""

    LEVEE_DEPORT = "levee_deport", "Levée d’un déport"
    CORRECTION = "correction", "Correction de notes"
    RETRAIT = "retrait", "Retrait d’un membre"
    REPRISE = "reprise", "Réouverture de la délibération"


class SorteConvocation(TextChoices):
    """What was announced of an audition."""

    ENVOYEE = "envoyee", "Convocation envoyée"
    DEPLACEE = "deplacee", "Audition déplacée"
    ANNULEE = "annulee", "Audition annulée"


class Cote(TextChoices):
    """Who proposes a date to rehearse."""

    CHEF = "chef", "Le chef de projet"
    STRUCTURE = "structure", "La structure"


class EtatRepetition(TextChoices):
    PROPOSEE = "proposee", "Proposée"
    ACCEPTEE = "acceptee", "Acceptée"
    REMPLACEE = "remplacee", "Remplacée par une autre date"
    PASSEE = "passee", "Passée"
    ANNULEE = "annulee", "Annulée"


# A rehearsal that stands: the other side is to answer, or both have agreed.
EN_COURS = (EtatRepetition.PROPOSEE, EtatRepetition.ACCEPTEE)
