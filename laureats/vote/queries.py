"""The projects of a vote, in the order the jury left them."""

from juries.classement.rangs import classer
from laureats.vote.actions import dossiers_to_vote
from projects.enums import Statut


def in_jury_order(edition):
    """The dossiers to vote, as a list: those proposed as the jury ranked them, then the waiting list by rank."""
    dossiers = list(dossiers_to_vote(edition).select_related("audition"))
    proposed = {dossier.pk: dossier for dossier in dossiers if dossier.statut == Statut.PROPOSE}
    means = {pk: getattr(getattr(one, "audition", None), "moyenne_exacte", None) for pk, one in proposed.items()}
    return [proposed[pk] for pk in classer(means)] + [one for one in dossiers if one.pk not in proposed]
