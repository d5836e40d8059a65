"""What the pages of a thing written ask of it: its addresses, how people call it, what moved since a visit."""

from django import template

from ecriture.declaration import declaration_of
from ecriture.presence import visites

register = template.Library()


@register.simple_tag
def depuis_visite(objet, user, section=None):
    """The `Depuis` of this person in the thing, or in one of its sections; None on a first visit."""
    return visites.depuis(objet, user, section)


@register.filter
def at(values, key):
    """What a dict holds under this key, None when it holds nothing or is none."""
    return values.get(key) if values else None


@register.simple_tag
def adresse(objet, name, *args):
    """The address of one of its pages."""
    return declaration_of(objet).address(name, objet, *args)


@register.simple_tag
def histoire_de(objet, section):
    """The address of the story of a section, '' when nobody types there."""
    declared = declaration_of(objet)
    return declared.address("histoire_list", objet, section) if declared.kinds_in(section) else ""


@register.simple_tag
def declaration(objet):
    return declaration_of(objet)
