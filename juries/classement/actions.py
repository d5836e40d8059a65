"""The aggregates of an audition (mean, spread, count) follow its counted ballots, in the same transaction.

The arithmetic is that of `scoring`, exact; here rows become its ballots, and its figures become rows.
"""

from django.db import transaction
from django.db.models import F

from juries.classement import rangs, scoring
from juries.models import Audition, Bulletin, Jury, Note
from label.models import Critere


def grid(edition_id):
    """The scoring grid of an édition, for `juries.classement.scoring`; ids are primary keys of `Critere`."""
    rows = Critere.objects.filter(edition=edition_id).order_by("ordre").values_list("pk", "poids", "note_max")
    return [scoring.Critere(*row) for row in rows]


def ballots(auditions):
    """Every counted ballot of these auditions, as `scoring` takes them: members and dossiers are primary keys."""
    heads = Bulletin.objects.counted().filter(audition__in=auditions)
    notes = {}
    for bulletin, critere, valeur in Note.objects.filter(bulletin__in=heads).values_list(
        "bulletin", "critere", "valeur"
    ):
        notes.setdefault(bulletin, {})[critere] = valeur
    return [
        scoring.Bulletin(membre, dossier, notes.get(pk, {}))
        for pk, membre, dossier in heads.order_by("pk").values_list("pk", "jure", "audition__dossier")
    ]


def ranks(auditions, edition_id):
    """The ranking of these auditions computed from all their counted ballots: {dossier pk: rangs.Rang}."""
    dossiers = auditions.values_list("dossier", flat=True)
    return {rang.dossier: rang for rang in rangs.classement(ballots(auditions), grid(edition_id), dossiers=dossiers)}


@transaction.atomic
def recompute_auditions(auditions):
    """Compute these auditions again; the caller holds their séance's row, or takes them one at a time."""
    concerned = list(auditions.select_for_update(of=("self",)).select_related("seance__jury").order_by("pk"))
    for jury in {audition.seance.jury for audition in concerned}:
        own = [audition for audition in concerned if audition.seance.jury_id == jury.pk]
        found = ranks(Audition.objects.filter(pk__in=[audition.pk for audition in own]), jury.edition_id)
        for audition in own:
            rang = found[audition.dossier_id]
            audition.moyenne_exacte, audition.ecart_type = rang.exacte, rang.ecart_type
            audition.nombre_notes = rang.nombre
        Audition.objects.bulk_update(own, ["moyenne_exacte", "ecart_type", "nombre_notes"], batch_size=500)
        Jury.objects.filter(pk=jury.pk).update(version_notes=F("version_notes") + 1)


def recompute_dossiers(dossier_ids):
    """Compute again the auditions of these dossiers, if any."""
    if dossier_ids:
        recompute_auditions(Audition.objects.filter(dossier__in=dossier_ids))


def differences(jury):
    """What the stored aggregates say against what the ballots say: [(audition, stored, computed)], empty when right."""
    auditions = Audition.objects.filter(seance__jury=jury)
    found = ranks(auditions, jury.edition_id)
    wrong = []
    for audition in auditions.select_related("dossier"):
        rang = found[audition.dossier_id]
        stored = (audition.moyenne_exacte, audition.ecart_type, audition.nombre_notes)
        computed = (rang.exacte, rang.ecart_type, rang.nombre)
        if stored != computed:
            wrong.append((audition, stored, computed))
    return wrong
