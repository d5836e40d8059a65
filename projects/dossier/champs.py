"""The field table of the dossier: its columns by section, the name of a field, a value as JSON holds it."""

from datetime import date

from django.db import models

from contrats.models import Commune, ContratDeVille, Quartier
from projects.enums import Section

COLONNES = {
    Section.PROJET: ["titre", "resume", "besoin", "innovation", "objectifs", "actions", "partenaires", "participation"],
    Section.TERRITOIRE: ["quartiers", "contrat", "communes", "lieux", "publics", "beneficiaires", "part_qpv"],
    Section.CALENDRIER: ["date_debut", "date_fin", "etapes", "moyens_humains", "moyens_materiels"],
    Section.BUDGET: ["montant_demande"],
    Section.EVALUATION: ["evaluation"],
}


def name_of(section, colonne):
    """The name of a field from its column: those of the first section belong to the structure."""
    return f"structure.{colonne}" if section == Section.STRUCTURE else colonne


def flat(value):
    """A value of a column, or the rows of a relation, as JSON holds it."""
    if isinstance(value, Quartier):
        return value.identifiant
    if isinstance(value, ContratDeVille):
        return value.code
    if isinstance(value, models.QuerySet | list | tuple | set):
        return sorted(item.insee if isinstance(item, Commune) else flat(item) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value.pk) if isinstance(value, models.Model) else value
