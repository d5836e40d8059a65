from instruction.models.avis import Avis
from instruction.models.complement import DemandeComplement
from instruction.models.instruction import Instruction
from instruction.models.recevabilite import Constat

__all__ = ["Avis", "Constat", "DemandeComplement", "Instruction"]
