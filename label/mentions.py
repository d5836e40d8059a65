"""What the law asks a public site to say of itself (decision 0037): its publisher, its host, its accessibility."""

from dataclasses import dataclass

from django.conf import settings

# Until an audit says otherwise: décret 2019-768. The page and every footer say it.
ACCESSIBILITE = "non conforme"


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


def missing() -> list[Mention]:
    """What this place does not say and must, in the order of the page."""
    return [mention for mention in (*EDITEUR, *HEBERGEUR) if not mention.valeur]
