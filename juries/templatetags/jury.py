"""The tabs of the jury: each is shown to whom it opens for, the same on every page."""

import re

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from projects.models import recused_of

register = template.Library()

# (words, address, the permission its page asks on the jury)
ONGLETS = (
    ("Le jury", "juries:jury_detail", "juries.view_jury"),
    ("Mes liens", "juries:declaration_edit", "juries.declare"),
    ("Mes auditions", "juries:audition_list", "juries.list_audition"),
    ("Séances", "juries:seance_list", "juries.view_seance"),
    ("Déports", "juries:deport_list", "juries.change_jury"),
    ("Classement", "juries:classement", "juries.view_classement"),
    ("Délibération", "juries:deliberation_edit", "juries.view_deliberation"),
)
# An agent prepares its whole, or nothing of it: a déport closes it.
ENTIERES = {"juries:deliberation_edit"}


@register.inclusion_tag("juries/_onglets.html", takes_context=True)
def onglets_du_jury(context, jury, dans=""):
    """The navigation between the pages of this jury; `dans`: the name of the tab a page without one belongs to."""
    user = context["user"]
    is_partial = user.is_agent and jury.edition_id in recused_of(user).values()
    shown = [
        (words, reverse(name, args=[jury.edition.annee]))
        for words, name, perm in ONGLETS
        if not (is_partial and name in ENTIERES) and user.has_perm(perm, jury)
    ]
    parent = reverse(dans, args=[jury.edition.annee]) if dans else ""
    return {
        "request": context["request"],
        "onglets": shown,
        "accueil": shown[0][1] if shown else "",
        "parent": parent,
    }


@register.filter
def vers_les_projets(phrase, lignes):
    """A sentence in which each number of a dossier of `lignes` leads to its line of the page."""
    cles = {ligne.dossier.numero: ligne.dossier.cle for ligne in lignes}
    if not cles:
        return phrase
    parts = re.split(f"({'|'.join(map(re.escape, cles))})", phrase)
    linked = (format_html('<a href="#projet-{}">{}</a>', cles[part], part) if part in cles else part for part in parts)
    return format_html_join("", "{}", ((part,) for part in linked))
