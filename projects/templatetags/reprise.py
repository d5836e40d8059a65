"""The files that may be taken up, asked by the page of the pieces itself."""

from django import template

from projects.reprise.actions import reprises_for

register = template.Library()


@register.simple_tag
def reprises(dossier, user):
    """The list of `Reprise` this person may make in this dossier."""
    return reprises_for(dossier, user)
