from laureats.models.laureat import Beneficiaire, Laureat
from laureats.models.lettre import Lettre
from laureats.models.versement import PassageVersement, Versement
from laureats.models.vote import Decision, Vote

__all__ = ["Beneficiaire", "Decision", "Laureat", "Lettre", "PassageVersement", "Versement", "Vote"]
