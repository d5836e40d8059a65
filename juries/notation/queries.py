"""The hearings of a member of the jury, as the day makes them."""

from itertools import groupby

from django.utils import timezone


def by_time(auditions, now):
    """These auditions in order, as {"du_jour", "a_venir", "passees"}: lists of (séance, its auditions)."""
    found = {"du_jour": [], "a_venir": [], "passees": []}
    day = timezone.localdate(now)
    for seance, group in groupby(auditions, key=lambda audition: audition.seance):
        when = timezone.localdate(seance.debut)
        found["du_jour" if when == day else "a_venir" if when > day else "passees"].append((seance, list(group)))
    return found
