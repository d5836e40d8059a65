"""What binds the structure is confirmed at the deposit, by the person who may bind it."""

from django.core.exceptions import ValidationError

from projects.dossier.completude import pieces_jointes
from projects.dossier.engagements import engagements_of, represents


class EngagementsRefuses(ValidationError):
    """The deposit is not made; one French message per field: the nature of an engagement, or `pouvoir`."""


def ensure_engaged(dossier, *, by, lus, pouvoir):
    """Check what `by` confirms in the name of the structure of `dossier`, just before its deposit.

    `lus`: fingerprints of the texts the person confirmed, as the page showed them. `pouvoir`: key of the file of the
    dossier that empowers the person, '' for none; the representative of the structure needs none.
    Returns the `Piece`, or None. Raises EngagementsRefuses.
    """
    errors = {
        one.nature.value: "Lisez cet engagement, puis confirmez-le."
        for one in engagements_of(dossier.structure)
        if one.sha256 not in lus
    }
    piece = None
    if not represents(by, dossier):
        piece = next((piece for piece in pieces_jointes(dossier) if piece.cle == pouvoir), None)
        if piece is None:
            errors["pouvoir"] = (
                f"Votre nom n’est pas celui du représentant légal inscrit ({dossier.structure.representant_nom}). "
                "Joignez aux pièces le pouvoir qui vous est donné, puis choisissez-le ici."
            )
    if errors:
        raise EngagementsRefuses(errors)
    return piece
