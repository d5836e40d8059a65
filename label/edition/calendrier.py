"""The year of an édition as steps, with «you are here»."""

from django.utils import timezone

from label.enums import Phase


def calendrier(edition, now):
    """The steps of the year as dicts (label, debut, fin: dates, etat: done|current|todo)."""
    paris = timezone.localdate
    steps = [
        ("Écriture à deux", paris(edition.ouverture), paris(edition.cloture)),
        ("Instruction", paris(edition.cloture), edition.fin_instruction),
        ("Auditions devant le jury", edition.jury_debut, edition.jury_fin),
        ("Vote et publication", edition.jury_fin, edition.publication_prevue),
        ("Accompagnement des lauréats", edition.publication_prevue, None),
    ]
    # The phases follow one another in the order of the steps, after the preparation.
    current = list(Phase).index(edition.phase(now)) - 1
    return [
        {
            "label": label,
            "debut": debut,
            "fin": fin,
            "etat": "done" if rank < current else "current" if rank == current else "todo",
        }
        for rank, (label, debut, fin) in enumerate(steps)
    ]
