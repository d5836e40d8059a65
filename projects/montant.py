"""What one project may be granted, and what has to be said of it. Pure; whole euros."""

from dataclasses import dataclass

from label.templatetags.label_ui import euros


@dataclass(frozen=True)
class Refus:
    """Why an amount is not taken: the name of the box at fault, and the French sentence beside it."""

    champ: str
    phrase: str


def refus_du_montant(montant, *, demande, plafond, motif_interne="", jury=None):
    """The `Refus` of this amount, or None.

    Never more than `plafond`, the édition's own per project. More than `demande` (None: unknown) asks for a reason,
    which stays with the EPT and the jury; so does, once the jury has said `jury`, any other amount than its own, which
    already has its reason.
    """
    if montant > plafond:
        return Refus("montant", f"Le plafond de l’édition est de {euros(plafond)} par projet.")
    if motif_interne.strip():
        return None
    if jury is not None:
        if montant == jury:
            return None
        return Refus("motif_interne", f"Le jury propose {euros(jury)}\u00a0: dites pourquoi ce n’est pas ce montant.")
    if demande is not None and montant > demande:
        return Refus(
            "motif_interne", f"La structure demande {euros(demande)}\u00a0: dites pourquoi lui accorder davantage."
        )
    return None
