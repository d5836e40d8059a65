from contrats.models.affectation import Affectation
from contrats.models.commune import CODE_INSEE, Commune
from contrats.models.contrat import ContratDeVille
from contrats.models.liens import ContratCommune, QuartierCommune, QuartierContrat
from contrats.models.quartier import CODE_QPV, Quartier

__all__ = [
    "CODE_INSEE",
    "CODE_QPV",
    "Affectation",
    "Commune",
    "ContratCommune",
    "ContratDeVille",
    "Quartier",
    "QuartierCommune",
    "QuartierContrat",
]
