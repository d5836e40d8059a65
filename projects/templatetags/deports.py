"""What a list of dossiers says of those a déport keeps out of it."""

from django import template

from projects.deport.queries import omission

register = template.Library()


@register.inclusion_tag("components/omission.html", takes_context=True)
def omission_de_deports(context, edition=None, structure=None):
    """«Un dossier n’est pas montré…», for the person at hand, of this édition, this structure, or all."""
    return {"phrase": omission(context["request"].user, edition, structure)}
