"""The closed lists shared by every floor."""

from enum import StrEnum

from django.db.models import TextChoices


class Ton(StrEnum):
    """What a badge says by its colour, the same for whoever reads it; a `.etiquette-…` of the style sheet.

    Each closed list that is shown as a badge has its table beside it, one tone for each of its members.
    """

    NEUTRE = "neutral"
    INFO = "info"
    ATTENTE = "attente"
    SUCCES = "succes"
    REFUS = "refus"


class Role(TextChoices):
    """What a person comes to do; always held somewhere and for a time."""

    PORTEUR = "porteur", "Porteur de projet"
    CHEF_DE_PROJET = "chef_de_projet", "Chef de projet"
    INSTRUCTEUR = "instructeur", "Instructeur"
    JURE = "jure", "Membre du jury"
    PILOTE = "pilote", "Pilote"


# Who works at the EPT on the call, and reads every dossier: a role is an agent's only when it is written here.
AGENTS = frozenset({Role.INSTRUCTEUR, Role.PILOTE})


class Generation(TextChoices):
    """The two generations of the politique de la ville reference data (décrets 2014-1750 and 2023-1314)."""

    G2015 = "2015", "2015–2023"
    G2024 = "2024", "2024–2030"


class SorteQuestion(TextChoices):
    """What kind of answer a question of the édition asks for."""

    TEXTE_COURT = "texte_court", "Texte court, sur une ligne"
    TEXTE_LONG = "texte_long", "Texte long"
    CHOIX = "choix", "Un choix parmi plusieurs"
    CHOIX_MULTIPLE = "plusieurs", "Plusieurs choix possibles"
    NOMBRE = "nombre", "Nombre entier"
    DATE = "date", "Date"
    FICHIER = "fichier", "Fichier"


class Phase(TextChoices):
    """Where an édition stands in its year; derived from its dates, never stored."""

    PREPARATION = "preparation", "En préparation"
    CO_ELABORATION = "co_elaboration", "Écriture à deux et dépôt"
    INSTRUCTION = "instruction", "Instruction"
    JURY = "jury", "Jury"
    DECISION = "decision", "Décision"
    PUBLIEE = "publiee", "Résultats publiés"


class Analyse(TextChoices):
    """What the antivirus said of a file."""

    EN_ATTENTE = "en_attente", "En cours de vérification"
    SAIN = "sain", "Vérifié"
    INFECTE = "infecte", "Écarté par l’antivirus"
    NON_VERIFIE = "non_verifie", "Non vérifié"


TONS_DE_L_ANALYSE = {
    Analyse.EN_ATTENTE: Ton.ATTENTE,
    Analyse.SAIN: Ton.SUCCES,
    Analyse.INFECTE: Ton.REFUS,
    Analyse.NON_VERIFIE: Ton.NEUTRE,
}


class Stade(TextChoices):
    """How far the message came, in the order of the dialogue."""

    PREPARATION = "preparation", "Préparation du message"
    CONNEXION = "connexion", "Connexion au serveur de courriel"
    IDENTIFICATION = "identification", "Identification auprès du serveur de courriel"
    EXPEDITEUR = "expediteur", "Adresse d’expédition"
    DESTINATAIRE = "destinataire", "Adresse du destinataire"
    CONTENU = "contenu", "Contenu du message"
    REMISE = "remise", "Réponse du serveur après la remise"


BEFORE_THE_MESSAGE = frozenset({Stade.CONNEXION, Stade.IDENTIFICATION, Stade.EXPEDITEUR})
