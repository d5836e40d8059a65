"""What staff corrects of a laureate: the past ones, found little by little; the convention of the present ones."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from label.models import Edition
from label.templatetags.label_ui import jour
from laureats.models import Laureat

# A rank no list reaches: where a row waits while two exchange theirs.
_ATTENTE = 32_000


@transaction.atomic
def precise_edition(laureat, edition, *, by):
    """Say of which édition a past laureate is: he changes place with a row still «à compléter» of that édition.

    Both totals (13 in 2018, 14 in 2019) stay true. Raises PermissionDenied, ValidationError when no place is left.
    """
    if not by.has_perm("laureats.change_laureat", laureat):
        raise PermissionDenied
    laureat = Laureat.objects.select_for_update().get(pk=laureat.pk)
    if edition.pk != laureat.edition_id:
        place = (
            Laureat.objects.select_for_update()
            .in_edition(edition)
            .filter(is_a_completer=True, dossier__isnull=True)
            .order_by("ordre")
            .first()
        )
        if place is None:
            raise ValidationError(f"Tous les lauréats de l’édition {edition.annee} sont déjà nommés.")
        ici = (laureat.edition_id, laureat.ordre)
        la = (place.edition_id, place.ordre)
        place.ordre = _ATTENTE
        place.save(update_fields=["ordre"])
        laureat.edition_id, laureat.ordre = la
        laureat.save(update_fields=["edition", "ordre"])
        place.edition_id, place.ordre = ici
        place.nom = nom_a_completer(Edition.objects.get(pk=place.edition_id).annee, place.ordre)
        place.save(update_fields=["edition", "ordre", "nom"])
    laureat.edition_incertaine = False
    laureat.save(update_fields=["edition_incertaine"])
    return laureat


def nom_a_completer(annee, ordre):
    """The name of a past laureate nobody has found yet."""
    return f"Lauréat {annee} n°\u00a0{ordre}"


@transaction.atomic
def record_convention(laureat, *, signee_le, objet, siret=None, by, today):
    """Note the day the convention was signed (None: not yet), the object and the SIRET to pay to.

    `siret` bears on a grant with one beneficiary; None leaves it. Raises PermissionDenied, ValidationError.
    """
    if not by.has_perm("laureats.change_laureat", laureat):
        raise PermissionDenied
    laureat = (
        Laureat.objects.select_for_update(of=("self",)).select_related("dossier__decision__vote").get(pk=laureat.pk)
    )
    if signee_le is not None:
        if signee_le > today:
            raise ValidationError({"convention_signee_le": "Cette date est à venir."})
        decision = getattr(laureat.dossier, "decision", None) if laureat.dossier else None
        if decision is not None and signee_le < decision.vote.date:
            raise ValidationError(
                {"convention_signee_le": f"La convention ne peut pas précéder le vote, le {jour(decision.vote.date)}."}
            )
    laureat.convention_signee_le = signee_le
    laureat.objet = objet
    laureat.full_clean(validate_unique=False, exclude=["edition", "dossier"])
    laureat.save(update_fields=["convention_signee_le", "objet"])
    if siret is not None:
        beneficiaire = laureat.beneficiaires.get()
        beneficiaire.siret = siret
        beneficiaire.full_clean()
        beneficiaire.save(update_fields=["siret"])
    return laureat
