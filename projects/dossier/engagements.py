"""What binds the structure: the texts confirmed at the deposit, their fingerprints, and who may confirm them.

Nothing ticked earlier counts: the honour statement and the contrat d'engagement républicain bind the structure only by
the person who represents it, or whom it empowered in writing.
"""

import hashlib
from dataclasses import dataclass

from label.recherche import fold
from projects.enums import NatureEngagement, TypeStructure

# Associations and foundations sign the contrat d'engagement républicain (loi 2000-321 art. 10-1, décret 2021-1947).
SIGNATAIRES_CER = frozenset({TypeStructure.ASSOCIATION, TypeStructure.FONDATION})

_TEXTES = {
    NatureEngagement.HONNEUR: (
        "J’atteste sur l’honneur l’exactitude des informations et que la structure est à jour de ses obligations."
    ),
    NatureEngagement.CER: (
        "La structure souscrit au contrat d’engagement républicain (décret n°\u00a02021-1947) et en informe ses "
        "membres."
    ),
    NatureEngagement.DONNEES: "J’ai lu l’information sur l’usage des données personnelles.",
}
# How people are addressed is no part of their name.
_CIVILITES = frozenset({"m", "mr", "monsieur", "mme", "madame", "mlle", "dr", "docteur", "me", "maitre"})


@dataclass(frozen=True)
class Engagement:
    """One text to confirm: `nature` (a NatureEngagement) and the exact words."""

    nature: NatureEngagement
    texte: str

    @property
    def sha256(self):
        """The fingerprint of the words, in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(self.texte.encode()).hexdigest()


def engagements_of(structure):
    """The `Engagement`s this structure confirms at the deposit, in order."""
    return [
        Engagement(nature, texte)
        for nature, texte in _TEXTES.items()
        if nature != NatureEngagement.CER or structure.type in SIGNATAIRES_CER
    ]


def represents(user, dossier):
    """True when this person binds the structure of the dossier and is recorded there as its legal representative.

    The same names, in any order and case: at least two, and no other. Whoever holds a mandate joins the power given.
    """
    recorded, own = _names(dossier.structure.representant_nom), _names(user.get_full_name())
    return user.has_perm("projects.mandate_dossier", dossier) and len(own) > 1 and own == recorded


def _names(text):
    return {word for word in fold(text).split() if word.isalpha()} - _CIVILITES


def confirmed(structure, *, by, pouvoir):
    """What the frozen content keeps: who confirmed, in what quality, and each text with its fingerprint.

    `pouvoir`: the `Piece` that empowers `by`, or None for the representative. A dict of JSON values.
    """
    return {
        "par": by.get_full_name(),
        "representant": {"nom": structure.representant_nom, "fonction": structure.representant_fonction},
        "pouvoir": {"cle": pouvoir.cle, "nom": pouvoir.nom, "sha256": pouvoir.sha256} if pouvoir else None,
        "textes": [
            {"nature": one.nature.value, "texte": one.texte, "sha256": one.sha256} for one in engagements_of(structure)
        ],
    }


def quality_of(engagements):
    """In what quality the person of `confirmed` signed, in French."""
    if engagements["pouvoir"]:
        return f"sur pouvoir de {engagements['representant']['nom']} («\u202f{engagements['pouvoir']['nom']}\u202f»)"
    return f"{engagements['representant']['fonction'] or 'représentant légal'} de la structure"
