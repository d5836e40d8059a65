"""The hearings of a member of the jury, as they were announced and as the day makes them."""

from django.utils import timezone


def by_sitting(auditions, seances):
    """[(the séance that was announced, or None, its auditions)] in the order of these auditions, as `dites` gives it.

    `seances`: those of the jury. A slot is told with its day: the séance it is moved to meanwhile is not.
    """
    groups = {}
    for audition in auditions:
        groups.setdefault(_told_sitting(audition, seances), []).append(audition)
    return list(groups.items())


def sitting_for(audition, user):
    """The séance whose booklet holds this audition for this person; None before it was announced."""
    if user.is_agent or audition.is_annoncee:
        return audition.seance
    return _told_sitting(audition, audition.seance.jury.seances.all())


def _told_sitting(audition, seances):
    if (creneau := audition.annoncee) is None:
        return None

    def holds(seance):
        return seance.debut <= creneau.debut < seance.fin

    # The others are read for one that has moved alone.
    return audition.seance if holds(audition.seance) else next(filter(holds, seances), None)


def by_time(groupes, now):
    """These groups (`by_sitting`) as {"du_jour", "a_venir", "passees"}; what no date was announced for is to come."""
    found = {"du_jour": [], "a_venir": [], "passees": []}
    day = timezone.localdate(now)
    for seance, group in groupes:
        when = timezone.localdate(seance.debut) if seance else None
        cle = "du_jour" if when == day else "a_venir" if when is None or when > day else "passees"
        found[cle].append((seance, group))
    return found
