"""The number of a deposit: the next one of its édition, without gap or double, taken at the very last moment.

All deposits of an édition share one row, its `Numerotation`, and whoever takes a number holds it until the transaction
ends. So everything is written first under a provisional number; one statement then takes the real one and puts it
where it belongs, and the commit travels with it. Nothing is computed, rendered or waited for while the row is held:
on a saturated machine the way back to Python and to PostgreSQL again was most of that time.
"""

import secrets
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr

from projects.dossier.contenu import canonical
from projects.models import Dossier, Numerotation

# The fingerprint is that of `contenu.canonical`: the text sent is canonical, and the number goes into it as it is.
_PRENDRE = """
    WITH compteur AS (
        UPDATE projects_numerotation SET dernier = dernier + 1 WHERE edition_id = %s
        RETURNING %s || lpad(dernier::text, greatest(3, length(dernier::text)), '0') AS numero
    ), dossier AS (
        UPDATE projects_dossier SET numero = compteur.numero FROM compteur WHERE id = %s
    ), messages AS (
        UPDATE label_courriel
        SET sujet = replace(sujet, %s, numero), texte = replace(texte, %s, numero), html = replace(html, %s, numero)
        FROM compteur WHERE id = ANY(%s)
    ), fige AS (
        SELECT replace(%s, %s, numero) AS contenu FROM compteur
    )
    INSERT INTO projects_depot (contenu, sha256, {columns})
    SELECT contenu::jsonb, encode(sha256(convert_to(contenu, 'UTF8')), 'hex'), {values} FROM fige
    RETURNING id, contenu ->> 'numero', sha256
"""


def provisional_number() -> str:
    """What stands for the number until it is taken: sixteen hexadecimal signs that nobody typed, never committed."""
    return secrets.token_hex(8)


def take_number(depot: Any, courriels: Any) -> Any:
    """Write `depot`, not saved yet, under the next number of its édition; its dossier bears a provisional one.

    The number replaces the provisional one in the dossier, in `depot.contenu` and in these messages, already
    written. Call it last in the transaction: it is over afterwards, unless it is part of a larger one. `depot` and its
    dossier are then up to date.
    """
    dossier = depot.dossier
    provisional = dossier.numero
    kept = [field for field in depot._meta.concrete_fields if field.name not in {"id", "contenu", "sha256"}]
    sql = _PRENDRE.format(
        columns=", ".join(connection.ops.quote_name(field.column) for field in kept),
        values=", ".join(["%s"] * len(kept)),
    )
    parameters = [
        *(dossier.edition_id, _prefix(dossier.edition), dossier.pk),
        *([provisional] * 3),
        [courriel.pk for courriel in courriels],
        *(canonical(depot.contenu).decode(), provisional),
        *(field.get_db_prep_save(getattr(depot, field.attname), connection) for field in kept),
    ]
    if not Numerotation.objects.filter(edition=dossier.edition_id).exists():
        _open(dossier.edition)
    # Django finds nothing left to commit when the caller's block ends, and carries out what waited for it.
    if is_whole := len(connection.atomic_blocks) == 1:
        sql += "; COMMIT"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        # The answers, one for each statement sent: who acts (pghistory), the deposit, the commit.
        cursor.set_result(-2 if is_whole else -1)
        depot.pk, dossier.numero, depot.sha256 = cursor.fetchone()
    depot._state.adding = False
    depot.contenu["numero"] = dossier.numero


def _prefix(edition: Any) -> str:
    return f"LAI-{edition.annee}-"


def _open(edition: Any) -> None:
    """The counter of an édition at its first deposit. Two at once: the second waits for the first, and uses its row."""
    prefix = _prefix(edition)
    last = (
        Dossier.objects.filter(edition=edition, numero__regex=rf"^{prefix}\d+$")
        .annotate(rang=Cast(Substr("numero", len(prefix) + 1), IntegerField()))
        .aggregate(dernier=Max("rang"))["dernier"]
    )
    Numerotation.objects.bulk_create([Numerotation(edition=edition, dernier=last or 0)], ignore_conflicts=True)
