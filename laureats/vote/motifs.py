"""What is told of a project of the waiting list when nobody wrote a reason at the vote. Pure; whole euros."""

from label.templatetags.label_ui import euros
from laureats.enums import SensDecision


def motif_par_defaut(sens, *, is_reserve, jury, demande, accorde, enveloppe):
    """The reason told to the structure when the vote wrote none, "" where it must be written or none is needed.

    `sens`: what was voted. `is_reserve`: the jury had kept this project on its waiting list, with the reason `jury`;
    otherwise it proposed it as a laureate, with the words `jury`, maybe none. The others: see `motif_de_reserve`.
    """
    if sens == SensDecision.ATTENTE or (sens == SensDecision.ACCORDE and not is_reserve):
        return jury
    if sens == SensDecision.REFUSE and is_reserve:
        return motif_de_reserve(jury=jury, demande=demande, accorde=accorde, enveloppe=enveloppe)
    return ""


def motif_de_reserve(*, jury, demande, accorde, enveloppe):
    """Why the jury made it wait, what the laureates take of the envelope, what it asked (None: unknown), the decision.

    Its rank on the list is told to nobody.
    """
    reste = enveloppe - accorde
    phrases = [
        "Le jury avait placé le projet sur la liste d’attente.",
        f"Les projets lauréats reçoivent {euros(accorde)} sur une enveloppe de {euros(enveloppe)}\u00a0: "
        + (f"il reste {euros(reste)}." if reste else "il ne reste rien."),
    ]
    if demande:
        phrases.append(f"Le projet demandait {euros(demande)}.")
    phrases.append("Le vote ne l’a ni retenu parmi les lauréats ni gardé sur cette liste.")
    return "\n\n".join(filter(None, [jury.strip(), " ".join(phrases)]))
