"""Two people at work on one séance at the same instant: the second is told what the first did, nothing is half done."""

from datetime import datetime, timedelta
from threading import Event, Thread
from time import monotonic, sleep

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from juries.models import Audition, Seance
from juries.seance.actions import delete_seance, hear, move_audition, place_audition, remove_audition
from juries.seance.convocation import _plan, publish_convocations
from label.models import Courriel
from projects.enums import Statut
from tests.factories.juries import SEANCE_LE, audition_of, dossier_of, free, jure_of, jury_of, seance_of
from tests.factories.label import PARIS, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def at(hour, minute=0):
    return datetime(2027, 9, 20, hour, minute, tzinfo=PARIS)


def is_waited_for():
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return cursor.fetchone() != (0,)


def one_then_other(first, second):
    """What `second` returned, or the words it was refused with: begun while `first` was done and not yet committed."""
    done, outcome = Event(), []

    def begin():
        try:
            with transaction.atomic():
                first()
                done.set()
                limit = monotonic() + 20
                while not is_waited_for():
                    assert monotonic() < limit, "nobody waits: the second went on without the first"
                    sleep(0.02)
        finally:
            done.set()
            connection.close()

    def follow():
        try:
            outcome.append(second())
        except ValidationError as refused:
            outcome.append(" ".join(refused.messages))
        except Exception as fault:
            outcome.append(fault)
        finally:
            connection.close()

    ahead = Thread(target=begin)
    ahead.start()
    assert done.wait(20)
    behind = Thread(target=follow)
    behind.start()
    for thread in (ahead, behind):
        thread.join(40)
    return outcome[0]


@pytest.fixture
def scene():
    """(pilote, séance, audition placed in it at 9 o'clock)."""
    seance = seance_of(jury_of())
    return UserFactory(pilote=True), seance, audition_of(seance)


def test_a_seance_is_not_deleted_under_the_audition_that_comes_in():
    pilote, seance = UserFactory(pilote=True), seance_of(jury_of())
    dossier = dossier_of(seance.jury)
    told = one_then_other(
        lambda: place_audition(seance, dossier, at(9), by=pilote), lambda: delete_seance(seance, by=pilote)
    )
    assert told == "Retirez d’abord les auditions de cette séance."
    assert list(Audition.objects.values_list("seance", "dossier")) == [(seance.pk, dossier.pk)]


def test_a_dossier_is_not_placed_in_a_seance_that_goes():
    pilote, seance = UserFactory(pilote=True), seance_of(jury_of())
    dossier = dossier_of(seance.jury)
    told = one_then_other(
        lambda: delete_seance(Seance.objects.get(pk=seance.pk), by=pilote),
        lambda: place_audition(seance, dossier, at(9), by=pilote),
    )
    assert told == "Cette séance vient d’être supprimée."
    assert not Seance.objects.exists()


def test_one_dossier_placed_twice_at_once_is_said_placed_and_not_overlapping():
    pilote, jury = UserFactory(pilote=True), jury_of()
    here, there, dossier = seance_of(jury), seance_of(jury, debut=at(14), heures=2), dossier_of(jury)
    told = one_then_other(
        lambda: place_audition(here, dossier, at(9), by=pilote),
        lambda: place_audition(there, dossier, at(14), by=pilote),
    )
    assert told == "Ce dossier est déjà placé dans une séance."
    assert list(Audition.objects.values_list("seance", flat=True)) == [here.pk]


def test_convocations_leave_without_the_audition_removed_meanwhile(scene):
    pilote, seance, audition = scene
    told = one_then_other(lambda: remove_audition(audition, by=pilote), lambda: publish_convocations(seance, by=pilote))
    assert (told, Audition.objects.count(), Courriel.objects.count()) == ([], 0, 0)


def test_an_audition_moved_meanwhile_is_not_announced_where_it_was(scene):
    pilote, seance, audition = scene
    other = seance_of(seance.jury, debut=at(14), heures=2)
    told = one_then_other(
        lambda: move_audition(audition, other, at(14), by=pilote), lambda: publish_convocations(seance, by=pilote)
    )
    assert (told, Courriel.objects.count()) == ([], 0)
    assert Audition.objects.get().annonce is None


def test_an_audition_moved_meanwhile_is_not_removed_unseen(scene):
    pilote, seance, audition = scene
    other = seance_of(seance.jury, debut=at(14), heures=2)
    told = one_then_other(
        lambda: move_audition(audition, other, at(14), by=pilote),
        lambda: remove_audition(Audition.objects.get(pk=audition.pk), by=pilote),
    )
    assert told == (
        "Cette audition vient d’être déplacée ou retirée par quelqu’un d’autre\u00a0: regardez où elle en est."
    )
    assert Audition.objects.get().seance == other


def test_an_audition_heard_meanwhile_is_not_removed(scene):
    pilote, _, audition = scene
    with time_machine.travel(SEANCE_LE + timedelta(hours=1), tick=False):
        told = one_then_other(
            lambda: hear(audition, by=pilote),
            lambda: remove_audition(Audition.objects.get(pk=audition.pk), by=pilote),
        )
    assert told == "Ce dossier est maintenant «\u202fAuditionné\u202f»\u00a0: son audition ne bouge plus."
    assert Audition.objects.get().dossier.statut == Statut.AUDITIONNE


def test_who_is_to_be_convoked_is_read_the_same_for_one_member_or_many(django_assert_num_queries):
    """Three queries more for each member made a long jury slow: the page that asks reads it too."""
    seance = seance_of(jury_of())
    audition = audition_of(seance)
    for _ in range(12):
        free(jure_of(seance.jury), audition)
    # Auditions, members, what each was told, what each calendar holds, what each hears.
    with django_assert_num_queries(5):
        _, envois = _plan(seance)
    assert [envoi.key for envoi in envois] == ["convocation"] + ["convocation_jury"] * 12
