"""What the letter of a project of the waiting list says when nobody wrote a reason. Pure; whole euros."""

from label.templatetags.label_ui import euros


def motif_de_reserve(*, rang, demande, accorde, enveloppe):
    """Its rank on the list, what the laureates take of the envelope, what it asked (None: unknown), the decision."""
    reste = enveloppe - accorde
    phrases = [
        f"Le jury avait placé le projet au rang {rang} de la liste d’attente.",
        f"Les projets lauréats reçoivent {euros(accorde)} sur une enveloppe de {euros(enveloppe)}\u00a0: "
        + (f"il reste {euros(reste)}." if reste else "il ne reste rien."),
    ]
    if demande:
        phrases.append(f"Le projet demandait {euros(demande)}.")
    return " ".join([*phrases, "Le vote ne l’a pas retenu parmi les lauréats."])
