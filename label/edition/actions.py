"""Open a new édition: a copy of the last one, with its dates moved by as many years."""

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from label.droits import ensure_may
from label.models import Critere, Edition, PieceDemandee, PointRecevabilite, Question


@transaction.atomic
def copy_edition(source, *, annee, by):
    """Create the édition `annee` from `source`: calendar, envelope, criteria, questions, pieces, checklist. Returns it.

    Raises ValidationError when `annee` already has an édition.
    """
    ensure_may(by, "label.change_edition", source)
    # The same day, the same hour of Paris; 29 February becomes the 28th.
    ecart = relativedelta(years=annee - source.annee)
    edition = Edition(
        annee=annee,
        titre=source.titre.replace(str(source.annee), str(annee)),
        generation=source.generation,
        ouverture=timezone.localtime(source.ouverture) + ecart,
        cloture=timezone.localtime(source.cloture) + ecart,
        fin_instruction=source.fin_instruction + ecart,
        jury_debut=source.jury_debut + ecart,
        jury_fin=source.jury_fin + ecart,
        publication_prevue=source.publication_prevue + ecart,
        enveloppe=source.enveloppe,
        montant_min=source.montant_min,
        montant_max=source.montant_max,
        visa_requis=source.visa_requis,
        convention_toujours=source.convention_toujours,
        conservation_annees=source.conservation_annees,
        is_fictive=source.is_fictive,
    )
    edition.full_clean()
    edition.save()
    for model, related in (
        (Critere, "criteres"),
        (PieceDemandee, "pieces_demandees"),
        (PointRecevabilite, "points_recevabilite"),
        (Question, "questions"),
    ):
        rows = [row for row in getattr(source, related).all() if getattr(row, "retiree_at", None) is None]
        for row in rows:
            row.pk, row.edition = None, edition
            row._state.adding = True
        model.objects.bulk_create(rows)
    return edition


class ReglageFige(ValidationError):
    """The list can no longer change: candidates have read it."""


@transaction.atomic
def save_reglage(edition, reglage, formset, *, now):
    """Save the rows of one list of an édition.

    The grid is published with the rules of the call and holds for all alike: it is frozen once the édition opens
    (equality between applicants). Raises ReglageFige.
    """
    if reglage == "criteres" and now >= edition.ouverture:
        raise ReglageFige(
            "La grille est figée depuis l’ouverture de l’édition\u00a0: elle fait partie du règlement publié, "
            "le même pour tous."
        )
    formset.save()
