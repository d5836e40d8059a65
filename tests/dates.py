"""Every pair of dates of a place, each in its order: what the fictional year must never contradict.

`contradictions()` reads the database and returns sentences, none when all is in order. A pair is (what, earlier,
later), with dates or aware datetimes; a day and an instant of that day are in order both ways.
"""

from datetime import datetime, timedelta
from itertools import pairwise

from django.utils import timezone

from ecriture.models import Commentaire, Retouche
from instruction.models import Avis, Constat, DemandeComplement
from juries.models import Audition, Bulletin, Declaration, Deliberation, Jure, Seance
from label.models import Courriel, Edition
from laureats.models import Laureat, PassageVersement, Versement, Vote
from projects.enums import Statut
from projects.models import Depot, Dossier, Partage, Passage, Piece


def contradictions():
    """What is told in the wrong order, sorted; and what is said to have happened later than now."""
    parts = (_editions, _dossiers, _files, _instruction, _juries, _results, _messages)
    pairs = [pair for part in parts for pair in part()]
    assert len(pairs) > 1000
    return sorted(f"{what} : {first} puis {then}" for what, first, then in pairs if not _in_order(first, then))


def _in_order(first, then):
    if first is None or then is None:
        return True
    if isinstance(first, datetime) and isinstance(then, datetime):
        return first <= then
    return _day(first) <= _day(then)


def _day(moment):
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


def _chain(what, *moments):
    """The pairs of neighbours among moments that are known."""
    known = [moment for moment in moments if moment is not None]
    return [(what, first, then) for first, then in pairwise(known)]


def _editions():
    now = timezone.now()
    for one in Edition.objects.filter(is_historique=False):
        yield from _chain(
            f"{one} : calendrier",
            *(one.ouverture, one.cloture, one.fin_instruction, one.jury_debut, one.jury_fin, one.publication_prevue),
        )
        yield from _chain(f"{one} : publication", one.jury_fin if one.published_at else None, one.published_at, now)
        yield from _chain(f"{one} : formulaire figé", one.ouverture, one.formulaire_fige_at, now)


def _moves(dossier):
    return list(Passage.objects.filter(dossier=dossier).order_by("at", "pk"))


def _dossiers():
    now = timezone.now()
    for one in Dossier.objects.select_related("edition", "structure"):
        moves = _moves(one)
        yield from _chain(f"{one.pk} : ouvert", one.edition.ouverture, one.created_at, moves[0].at)
        yield from _chain(f"{one.pk} : journal", *(move.at for move in moves), now)
        yield from _chain(f"{one.pk} : modifié", one.created_at, one.updated_at, now)
        yield (f"{one.pk} : structure", one.structure.created_at, one.created_at)
        yield (f"{one.pk} : l’action suit les résultats", one.edition.publication_prevue, one.date_debut)
        yield from _chain(f"{one.pk} : action", one.date_debut, one.date_fin)
        for before, after in pairwise(moves):
            # A day has its hours: what asks, what answers and what decides are never of the same minute.
            assert after.at - before.at >= timedelta(minutes=5), (one.pk, before, after)
            assert before.vers == after.de, (one.pk, before.vers, after.de)
        assert moves[-1].vers == one.statut, one.pk
    for one in Depot.objects.select_related("dossier__edition"):
        edition = one.dossier.edition
        # A version after the first answers a complement, asked for once the call is closed.
        end = edition.cloture if one.rang == 1 else now
        yield from _chain(f"{one.dossier_id} : dépôt", edition.ouverture, one.at, end)
        yield (f"{one.dossier_id} : rejet implicite", one.at, one.rejet_implicite_le)
    for edition in Edition.objects.filter(is_historique=False):
        given = Depot.objects.filter(dossier__edition=edition, rang=1)
        in_order = sorted(given.values_list("dossier__numero", "at"), key=lambda pair: (len(pair[0]), pair[0]))
        yield from _chain(f"{edition} : numéros dans l’ordre des dépôts", *(at for _, at in in_order))
    for one in Commentaire.objects.select_related("parent"):
        yield from _chain("commentaire", one.parent and one.parent.created_at, one.created_at, one.resolved_at or now)
    for one in Retouche.objects.all():
        yield from _chain("écriture", one.debut, one.fin, now)
    for one in Partage.objects.select_related("dossier"):
        yield from _chain(
            "partage", one.dossier.created_at, one.created_at, one.accepted_at, one.ended_at, one.expire_at
        )


def _files():
    for one in Piece.objects.select_related("dossier"):
        depot = Depot.objects.filter(dossier=one.dossier).order_by("at").first()
        answered = DemandeComplement.objects.filter(dossier=one.dossier, answered_at__isnull=False).exists()
        yield from _chain(f"{one.dossier_id} : {one}", one.dossier.created_at, one.created_at, one.remplacee_at)
        if depot and not answered:
            yield (f"{one.dossier_id} : {one} avant le dépôt", one.created_at, depot.at)


def _instruction():
    now = timezone.now()
    deposits = dict(Depot.objects.order_by("-at").values_list("dossier", "at"))
    for one in Avis.objects.all():
        yield from _chain(f"{one.dossier_id} : avis", deposits[one.dossier_id], one.created_at, one.answered_at, now)
        yield from _chain(f"{one.dossier_id} : avis", one.created_at, one.answered_at, one.echeance)
    for one in DemandeComplement.objects.all():
        yield from _chain(
            f"{one.dossier_id} : complément", deposits[one.dossier_id], one.created_at, one.answered_at, now
        )
        yield from _chain(f"{one.dossier_id} : complément", one.created_at, one.answered_at, one.echeance)
        if one.answered_at is None and Dossier.objects.get(pk=one.dossier_id).statut == Statut.A_COMPLETER:
            yield (f"{one.dossier_id} : complément attendu", now, one.echeance)
    for one in Constat.objects.all():
        yield from _chain(f"{one.dossier_id} : recevabilité", deposits[one.dossier_id], one.at, now)
    for one in Passage.objects.filter(vers=Statut.ADMIS).select_related("dossier__edition"):
        yield (f"{one.dossier_id} : admis avant le jury", one.at, one.dossier.edition.jury_debut)


def _juries():
    now = timezone.now()
    admitted = dict(Passage.objects.filter(vers=Statut.ADMIS).values_list("dossier", "at"))
    for one in Jure.objects.select_related("jury__edition"):
        yield from _chain(
            f"{one} : siège", one.jury.edition.ouverture, one.invited_at, one.accepted_at, one.removed_at, now
        )
    for one in Seance.objects.select_related("jury__edition"):
        edition = one.jury.edition
        yield from _chain(
            f"{one} : jury", edition.fin_instruction, edition.jury_debut, _day(one.debut), edition.jury_fin
        )
        yield from _chain(f"{one} : séance", one.debut, one.fin, one.locked_at)
        yield (f"{one} : verrouillée", one.locked_at, now)
    for one in Audition.objects.select_related("seance"):
        yield from _chain(f"{one.dossier_id} : convoqué", admitted[one.dossier_id], one.convoked_at, one.debut, one.fin)
        yield from _chain(f"{one.dossier_id} : audition", one.seance.debut, one.debut, one.fin, one.seance.fin)
        heard = Passage.objects.filter(dossier=one.dossier, de=Statut.ADMIS).first()
        yield (f"{one.dossier_id} : entendu", one.debut, heard and heard.at)
    for one in Declaration.objects.select_related("jure"):
        audition = Audition.objects.filter(dossier=one.dossier_id).first()
        yield from _chain(
            f"{one.dossier_id} : lien d’intérêt de {one.jure}",
            max(filter(None, (one.jure.accepted_at, admitted[one.dossier_id]))),
            one.at,
            audition.debut if audition else now,
        )
    for one in Bulletin.objects.select_related("audition__seance"):
        yield from _chain("bulletin", one.audition.debut, one.final_at, one.audition.seance.locked_at)
    for one in Deliberation.objects.select_related("jury"):
        last = one.jury.seances.order_by("-fin").first() if one.closed_at else None
        yield from _chain("délibération", last and last.fin, one.tenue_le, one.closed_at)


def _results():
    for one in Vote.objects.select_related("edition"):
        edition = one.edition
        closed = Deliberation.objects.get(jury__edition=edition).closed_at
        yield from _chain("vote", closed, one.date, one.created_at, edition.published_at)
        yield (f"vote n° {one.numero}", str(one.date.year), one.numero[:4])
        yield (f"vote n° {one.numero}", one.numero[:4], str(one.date.year))
    for one in Laureat.objects.filter(edition__is_historique=False).select_related("edition"):
        yield from _chain(
            f"{one.dossier_id} : lauréat",
            one.edition.published_at,
            one.date_notification,
            one.convention_signee_le,
            timezone.now(),
        )
        for versement in Versement.objects.filter(laureat=one):
            yield from _chain("versement", one.convention_signee_le, versement.paid_on, timezone.now())
            steps = PassageVersement.objects.filter(versement=versement).order_by("at", "pk")
            yield from _chain("versement", one.convention_signee_le, *(step.at for step in steps), versement.paid_on)


def _messages():
    now = timezone.now()
    for one in Courriel.objects.all():
        yield from _chain(f"courriel {one.cle_notification}", one.created_at, one.sent_at, now)
        # What is told months ago left months ago, within the hour.
        yield (f"courriel {one.cle_notification} : parti aussitôt", one.sent_at, one.created_at + timedelta(hours=1))
