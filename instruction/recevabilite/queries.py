"""What the checklist of the recevabilité still lacks."""

from projects.lifecycle import LIFECYCLE


@LIFECYCLE.gate("declare_recevable")
def missing_for_recevabilite(dossier):
    """What keeps this dossier from being declared recevable: French sentences, empty when nothing does."""
    constats = {constat.point_id: constat for constat in dossier.constats.all()}
    sentences = []
    for point in dossier.edition.points_recevabilite.all():
        constat = constats.get(point.pk)
        if constat is None:
            sentences.append(f"Point à vérifier\u00a0: {point.libelle}.")
        elif not constat.is_conforme:
            sentences.append(f"Point non conforme\u00a0: {point.libelle} ({constat.motif}).")
    return sentences
