"""What the pages of a dossier share: its sections, how far each is."""

from django.urls import reverse

from label.templatetags.label_ui import pluriel
from projects.enums import Section
from projects.questionnaire import sections_of


def parties(dossier, missing, ouvertes, courant=None, discussions=None):
    """The sections for `components/sections.html`. `discussions`: how many stay open in each (`open_counts`)."""
    shown = sections_of(dossier)
    # What is confirmed at the deposit is not done before.
    attendues = {Section.ENGAGEMENTS} if dossier.is_redaction else set()
    lacking = {section: sum(manque.section == section for manque in missing) for section in shown}
    return [
        {
            "label": section.label,
            "url": reverse("projects:section_edit", args=[dossier.cle, section.value]),
            "complete": not lacking[section] and section not in attendues,
            "courant": section == courant,
            "note": "au dépôt"
            if section in attendues
            else _note(lacking[section], is_closed=bool(ouvertes) and section not in ouvertes),
            "discussions": (discussions or {}).get(section, 0),
        }
        for section in shown
    ]


def _note(lacking, *, is_closed):
    if is_closed:
        return "fermée"
    return pluriel(lacking, "point manque,points manquent") if lacking else ""
