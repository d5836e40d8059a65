"""The closed lists of the dossier."""

from django.db.models import TextChoices

from label.enums import Ton


class TypeStructure(TextChoices):
    ASSOCIATION = "association", "Association"
    FONDATION = "fondation", "Fondation"
    COLLECTIF = "collectif", "Collectif d’habitants porté par une structure"
    COOPERATIVE = "cooperative", "Coopérative ou entreprise de l’économie sociale et solidaire"
    PUBLIC = "public", "Établissement public ou bailleur"
    AUTRE = "autre", "Autre organisme"


class Statut(TextChoices):
    """The life of a dossier, in the words of the EPT. `LIBELLES_PORTEUR` gives the words the porteur reads."""

    IDEE = "idee", "Idée reçue"
    CO_ELABORATION = "co_elaboration", "Écriture à deux"
    PRET = "pret", "Prêt à déposer"
    DEPOSE = "depose", "Déposé"
    A_COMPLETER = "a_completer", "Complément demandé"
    EN_INSTRUCTION = "en_instruction", "En instruction"
    ADMIS = "admis", "Admis à l’audition"
    AUDITIONNE = "auditionne", "Auditionné"
    PROPOSE = "propose", "Proposé par le jury"
    RESERVE = "reserve", "Liste d’attente"
    LAUREAT = "laureat", "Lauréat"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    NON_ADMIS = "non_admis", "Non admis à l’audition"
    NON_RETENU = "non_retenu", "Non retenu"
    RETIRE = "retire", "Retiré"
    ABANDONNE = "abandonne", "Abandonné"
    SANS_SUITE = "sans_suite", "Idée sans suite"
    CADUC = "caduc", "Non déposé à temps"


# What the porteur reads; until publication, of the statut he may know (`CONNUS`).
LIBELLES_PORTEUR = {
    Statut.IDEE: "Idée envoyée",
    Statut.CO_ELABORATION: "Écriture à deux",
    Statut.PRET: "Prêt à déposer",
    Statut.DEPOSE: "Déposé, reçu par l’EPT",
    Statut.A_COMPLETER: "Votre réponse est attendue",
    Statut.EN_INSTRUCTION: "En instruction",
    Statut.ADMIS: "Audition à venir",
    Statut.AUDITIONNE: "Le jury délibère",
    Statut.PROPOSE: "Le jury délibère",
    Statut.RESERVE: "Sur la liste d’attente",
    Statut.LAUREAT: "Lauréat",
    Statut.IRRECEVABLE: "Irrecevable",
    Statut.NON_ADMIS: "Non retenu pour l’audition",
    Statut.NON_RETENU: "Non retenu",
    Statut.RETIRE: "Retiré par vos soins",
    Statut.ABANDONNE: "Abandonné",
    Statut.SANS_SUITE: "Idée sans suite",
    Statut.CADUC: "Non déposé à temps",
}

# The colour of its badge, for every reader: it waits for the structure or on the list (`ATTENTE`), is at the chef, the
# EPT or the jury (`INFO`), won, refused, or over. It is asked of the statut this reader may know.
TONS = {
    Statut.IDEE: Ton.INFO,
    Statut.CO_ELABORATION: Ton.ATTENTE,
    Statut.PRET: Ton.ATTENTE,
    Statut.DEPOSE: Ton.INFO,
    Statut.A_COMPLETER: Ton.ATTENTE,
    Statut.EN_INSTRUCTION: Ton.INFO,
    Statut.ADMIS: Ton.INFO,
    Statut.AUDITIONNE: Ton.INFO,
    Statut.PROPOSE: Ton.INFO,
    Statut.RESERVE: Ton.ATTENTE,
    Statut.LAUREAT: Ton.SUCCES,
    Statut.IRRECEVABLE: Ton.REFUS,
    Statut.NON_ADMIS: Ton.REFUS,
    Statut.NON_RETENU: Ton.REFUS,
    Statut.RETIRE: Ton.NEUTRE,
    Statut.ABANDONNE: Ton.NEUTRE,
    Statut.SANS_SUITE: Ton.NEUTRE,
    Statut.CADUC: Ton.NEUTRE,
}

# What is known of a statut outside the EPT until the results of its édition are published; one that is not here is
# known as it is. `projects.dossier.connu` says who stands outside.
CONNUS = {
    Statut.NON_ADMIS: Statut.EN_INSTRUCTION,
    Statut.PROPOSE: Statut.AUDITIONNE,
    Statut.RESERVE: Statut.AUDITIONNE,
    Statut.NON_RETENU: Statut.AUDITIONNE,
    Statut.LAUREAT: Statut.AUDITIONNE,
}

# Statuts in which the text is still written.
REDACTION = frozenset({Statut.CO_ELABORATION, Statut.PRET})
# Statuts before any deposit.
AVANT_DEPOT = frozenset({Statut.IDEE, Statut.CO_ELABORATION, Statut.PRET})
# Ends without a deposit.
SANS_DEPOT = frozenset({Statut.ABANDONNE, Statut.SANS_SUITE, Statut.CADUC})


class Tour(TextChoices):
    """Whose turn it is."""

    PORTEUR = "porteur", "À vous"
    CHEF_DE_PROJET = "chef_de_projet", "Au chef de projet"
    EPT = "ept", "À l’EPT"
    JURY = "jury", "Au jury"
    PERSONNE = "personne", ""


TOURS = {
    Statut.IDEE: Tour.CHEF_DE_PROJET,
    Statut.CO_ELABORATION: Tour.PORTEUR,
    Statut.PRET: Tour.PORTEUR,
    Statut.DEPOSE: Tour.EPT,
    Statut.A_COMPLETER: Tour.PORTEUR,
    Statut.EN_INSTRUCTION: Tour.EPT,
    Statut.ADMIS: Tour.JURY,
    Statut.AUDITIONNE: Tour.JURY,
    Statut.PROPOSE: Tour.JURY,
    # It waits for a laureate to give up: nothing is asked of anybody.
    Statut.RESERVE: Tour.PERSONNE,
}

# Deposited, and not ended: a laureate still has an action to lead and to account for.
EN_COURS = frozenset(TOURS) - AVANT_DEPOT | {Statut.LAUREAT}


class Section(TextChoices):
    """The sections of a dossier, in order. All are fixed but `QUESTIONS`: see `questionnaire.sections_of`."""

    STRUCTURE = "structure", "La structure"
    PROJET = "projet", "Le projet"
    TERRITOIRE = "territoire", "Territoire et publics"
    CALENDRIER = "calendrier", "Calendrier et moyens"
    BUDGET = "budget", "Budget"
    EVALUATION = "evaluation", "Évaluation"
    QUESTIONS = "questions", "Questions de l’édition"
    PIECES = "pieces", "Pièces jointes"
    ENGAGEMENTS = "engagements", "Engagements"


# Sections in which nobody types: joined file by file, confirmed at the deposit.
SANS_CHAMPS = frozenset({Section.PIECES, Section.ENGAGEMENTS})


class NatureEngagement(TextChoices):
    """What the structure confirms at the deposit."""

    HONNEUR = "honneur", "Attestation sur l’honneur"
    CER = "cer", "Contrat d’engagement républicain"
    DONNEES = "donnees", "Information sur les données personnelles"


class Droit(TextChoices):
    """What a person invited to one dossier may do there."""

    LECTURE = "lecture", "lire"
    COMMENTAIRE = "commentaire", "lire et commenter"
    ECRITURE = "ecriture", "lire, commenter et écrire"


class Groupe(TextChoices):
    """Why a person reads the dossier, in the order the names are shown."""

    STRUCTURE = "structure", "La structure"
    INVITES = "invites", "Personnes invitées"
    CHEFS = "chefs", "Chef de projet"
    VOISINS = "voisins", "Chefs de projet des autres contrats concernés"
    EPT = "ept", "L’EPT"


class Cercle(TextChoices):
    """Between whom a message of a dossier goes."""

    STRUCTURE = "structure", "la structure"
    CHEFS = "chefs", "le chef de projet"
    SERVICE = "service", "le service de l’EPT"


class MotCommence(TextChoices):
    """What a link to the messages may begin to write; it is the person who ends it and sends it."""

    RENDEZ_VOUS = (
        "rendez-vous",
        "Bonjour,\n\nPouvons-nous nous voir pour reparler de ce projet ? Nous sommes disponibles : ",
    )


class Sens(TextChoices):
    CHARGE = "charge", "Charge"
    PRODUIT = "produit", "Produit"
