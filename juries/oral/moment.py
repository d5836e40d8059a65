"""Which moment of the hearing a dossier lives, and its words: the page «Préparer votre audition» and the card say it.

Pure but for the table of words: it reads what the queries found.
"""

from juries.oral import paroles  # noqa: F401
from label.templatetags.label_ui import bornes, heure, jour, jour_semaine
from projects.fil.paroles import dire


def moment_of(creneau, venue, *, is_deplacee, is_du_jour, is_passee):
    """The entry in the table of words. `creneau`: what this reader knows of it, None for nothing yet."""
    if creneau is None:
        return "audition_attendue"
    if is_passee:
        return "audition_passee"
    if venue and not venue.vient:
        return "audition_empechee" if venue.is_a_traiter else "audition_maintenue"
    if is_du_jour:
        return "audition_jour"
    if venue:
        return "audition_confirmee"
    return "audition_deplacee" if is_deplacee else "audition_fixee"


def words_of(moment, reader, dossier, creneau):
    """What is said then to this reader, a `Dite`. `dossier`: with its édition and structure."""
    edition = dossier.edition
    jury_du, jury_au = bornes(edition.jury_debut, edition.jury_fin)
    valeurs = {
        "titre": str(dossier),
        "structure": str(dossier.structure),
        "publication": jour(edition.publication_prevue),
        "jury_du": jury_du,
        "jury_au": jury_au,
    }
    if creneau:
        valeurs |= {
            "jour": jour_semaine(creneau.debut),
            "heure": heure(creneau.debut),
            "lieu": creneau.lieu or "en visioconférence",
            "presentation": creneau.presentation,
            "questions": creneau.questions,
        }
    return dire(moment, reader, valeurs)
