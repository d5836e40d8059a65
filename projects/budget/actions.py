"""What an édition prints of the budget."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from projects.budget.plan import PLAN
from projects.models import LibelleCompte


@transaction.atomic
def name_comptes(edition, intitules, *, by):
    """Set the numbers and labels of the accounts of an édition. Frozen contents keep those of their deposit.

    `intitules`: {compte: (numero, libelle)}, every account; one equal to the default leaves no row.
    Raises PermissionDenied.
    """
    if not by.has_perm("label.change_edition", edition):
        raise PermissionDenied
    held = {row.compte: row for row in LibelleCompte.objects.select_for_update().filter(edition=edition)}
    for compte, (numero, libelle) in intitules.items():
        row = held.get(compte)
        if (numero, libelle) == (PLAN.numero(compte), PLAN.libelle(compte)):
            if row:
                row.delete()
        elif row is None:
            LibelleCompte.objects.create(edition=edition, compte=compte, numero=numero, libelle=libelle)
        elif (row.numero, row.libelle) != (numero, libelle):
            row.numero, row.libelle = numero, libelle
            row.save(update_fields=["numero", "libelle"])
