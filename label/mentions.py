"""What the law asks a public site to say (decision 0037): publisher, host, accessibility, what silence means."""

from dataclasses import dataclass

from django.conf import settings

# The audit of conformity, as the declaration goes on after «audit de conformité conduit»: by whom, when, the share of
# the criteria held. "" while there is none.
AUDIT = ""
# Until an audit says otherwise: décret 2019-768. The page and every footer say it.
ACCESSIBILITE = "non conforme"
# After so many months, the silence of an administration on a request for money means rejection (CRPA L231-4, 3°).
SILENCE_MOIS = 2
_EN_LETTRES = {1: "un", 2: "deux", 3: "trois", 4: "quatre", 6: "six"}


@dataclass(frozen=True)
class Mention:
    """One thing to say: the variable that gives it, what it is (French), as the page names it, who it is about."""

    variable: str
    quoi: str
    titre: str

    @property
    def valeur(self) -> str:
        """What the place says; "" when it says nothing yet."""
        said = getattr(settings, self.variable).strip()
        waits = settings.A_COMPLETER in said or said.endswith(".example")
        return "" if waits else said


EDITEUR = (
    Mention("LABEL_ATTRIBUANT_NOM", "le nom de l’éditeur", "Éditeur"),
    Mention("LABEL_ADRESSE", "l’adresse postale de l’éditeur", "Adresse"),
    Mention("LABEL_CONTACT_TELEPHONE", "le téléphone de l’éditeur", "Téléphone"),
    Mention("LABEL_CONTACT_EMAIL", "l’adresse électronique de l’éditeur", "Courriel"),
    Mention("LABEL_DIRECTEUR_PUBLICATION", "le directeur de la publication", "Directeur de la publication"),
)
HEBERGEUR = (
    Mention("LABEL_HEBERGEUR_NOM", "le nom de l’hébergeur", "Hébergeur"),
    Mention("LABEL_HEBERGEUR_ADRESSE", "l’adresse postale de l’hébergeur", "Adresse"),
    Mention("LABEL_HEBERGEUR_TELEPHONE", "le téléphone de l’hébergeur", "Téléphone"),
)


def silence_words() -> str:
    """«deux mois»: how long the silence lasts that means rejection."""
    return f"{_EN_LETTRES[SILENCE_MOIS]} mois"


def missing() -> list[Mention]:
    """What this place does not say and must, in the order of the page."""
    return [mention for mention in (*EDITEUR, *HEBERGEUR) if not mention.valeur]
