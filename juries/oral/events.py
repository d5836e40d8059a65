"""A rehearsal as an event of calendars."""

from juries.agenda import Evenement


def rehearsal(repetition):
    """The `Evenement` of a `Repetition`: provisional until both sides have agreed."""
    return Evenement(
        "repetition",
        repetition.agenda,
        repetition.sequence,
        repetition.debut,
        repetition.fin,
        titre=f"Répétition de l’audition : {repetition.dossier}",
        detail=repetition.mot,
        lieu=repetition.lieu,
        visio=repetition.visio,
        is_provisoire=not repetition.is_acceptee,
    )
