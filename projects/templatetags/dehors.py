"""What readers from outside the EPT and the structure are shown."""

from django import template

from projects.dossier.contenu import without_private

register = template.Library()


@register.filter
def masque(value):
    """The words of this object, telephone numbers, addresses and bank details masked."""
    return without_private(str(value))
