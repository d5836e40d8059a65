from label.models.conservation import Origine, Preavis, Purge, kept
from label.models.courriel import Courriel, CourrielFichier
from label.models.demande import Demande
from label.models.edition import Edition
from label.models.fichier import FichierJoint
from label.models.formulaire import Critere, PieceDemandee, PointRecevabilite, Question
from label.models.lien import Clos, Lien, Usage
from label.models.limite import Compteur
from label.models.mecanique import Battement, Keyed, Prepared, Tenure, TenureQuerySet, generate_cle
from label.models.porte import CodeConnexion
from label.models.user import Habilitation, User

__all__ = [
    "Battement",
    "Clos",
    "CodeConnexion",
    "Compteur",
    "Courriel",
    "CourrielFichier",
    "Critere",
    "Demande",
    "Edition",
    "FichierJoint",
    "Habilitation",
    "Keyed",
    "Lien",
    "Origine",
    "PieceDemandee",
    "PointRecevabilite",
    "Preavis",
    "Prepared",
    "Purge",
    "Question",
    "Tenure",
    "TenureQuerySet",
    "Usage",
    "User",
    "generate_cle",
    "kept",
]
