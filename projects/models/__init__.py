from projects.models.budget import BudgetLigne, LibelleCompte
from projects.models.delai import DelaiImparti, suspensions_of
from projects.models.deport import Deport, recused_of
from projects.models.depot import Depot, Numerotation, Prolongation
from projects.models.dossier import Dossier, Indicateur
from projects.models.echange import Echange
from projects.models.ecrit import ChampDeDossier, EcritDeDossier
from projects.models.idee import IdeeEnAttente, IdeeNonConfirmee
from projects.models.membre import DemandeAdhesion, Invitation, Membre
from projects.models.message import Message
from projects.models.partage import Mandat, Partage
from projects.models.passage import Passage
from projects.models.piece import Piece
from projects.models.reponse import Reponse
from projects.models.structure import Structure

__all__ = [
    "BudgetLigne",
    "ChampDeDossier",
    "DelaiImparti",
    "DemandeAdhesion",
    "Deport",
    "Depot",
    "Dossier",
    "Echange",
    "EcritDeDossier",
    "IdeeEnAttente",
    "IdeeNonConfirmee",
    "Indicateur",
    "Invitation",
    "LibelleCompte",
    "Mandat",
    "Membre",
    "Message",
    "Numerotation",
    "Partage",
    "Passage",
    "Piece",
    "Prolongation",
    "Reponse",
    "Structure",
    "recused_of",
    "suspensions_of",
]
