"""What moved since the last visit, asked by the pages that show it."""

from django import template

from projects.visites import depuis

register = template.Library()


@register.simple_tag
def depuis_visite(dossier, user, section=None):
    """The `Depuis` of this person in the dossier, or in one of its sections; None on a first visit."""
    return depuis(dossier, user, section)
