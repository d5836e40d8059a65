from projects.models.depot import Depot, Prolongation
from projects.models.dossier import BudgetLigne, Dossier, Indicateur, Passage, Piece
from projects.models.elaboration import Commentaire, Redaction
from projects.models.instruction import Avis, Constat, DemandeComplement, Instruction
from projects.models.structure import Invitation, Membre, Structure

__all__ = [
    "Avis",
    "BudgetLigne",
    "Commentaire",
    "Constat",
    "DemandeComplement",
    "Depot",
    "Dossier",
    "Indicateur",
    "Instruction",
    "Invitation",
    "Membre",
    "Passage",
    "Piece",
    "Prolongation",
    "Redaction",
    "Structure",
]
