from ecriture.models.champ import Champ, Divergence, Redaction, Retouche
from ecriture.models.commentaire import Annonce, Commentaire
from ecriture.models.ecrit import Ecrit, EcritField, Written, WrittenQuerySet
from ecriture.models.visite import Visite

__all__ = [
    "Annonce",
    "Champ",
    "Commentaire",
    "Divergence",
    "Ecrit",
    "EcritField",
    "Redaction",
    "Retouche",
    "Visite",
    "Written",
    "WrittenQuerySet",
]
