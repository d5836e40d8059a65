"""A dossier that leaves before its hearing: the slot is free, and whoever was told is told."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from instruction.decision.actions import decide
from juries.models import Audition, Bulletin, Convocation, Repetition
from juries.oral.repetitions import accept_repetition, propose_repetition
from juries.seance.actions import place_audition
from juries.seance.convocation import publish_convocations
from label.models import Courriel
from projects.dossier.actions import move_dossier
from projects.enums import Statut
from projects.models import Dossier
from tests.agenda import read_agenda
from tests.factories.depot import received
from tests.factories.juries import audition_of, convoked, dossier_of, final_ballot, free, jure_of
from tests.juries.oral.scene import AVANT, at, scene

pytestmark = pytest.mark.django_db
EST = datetime(2027, 9, 20, 7, 0, tzinfo=UTC)


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        scenery = scene(is_convoked=False)
        publish_convocations(scenery.seance, by=scenery.pilote)
        # Joined since: no message has told this one of anything.
        scenery.nouvelle = jure_of(scenery.jury).user
        free(scenery.nouvelle.jures.get(), scenery.audition)
        live = propose_repetition(
            scenery.dossier, debut=at(18, day=14), duree=45, lieu="Ici", visio="", mot="", by=scenery.chef, vu=""
        )
        accept_repetition(scenery.dossier, vu=live.cle, by=scenery.membre)
        yield scenery


def withdraw(s):
    return move_dossier(s.dossier, "withdraw", by=s.membre, motif="Nous partons.")


def undo(s):
    return decide(s.dossier, "undo_admission", by=s.pilote, motif="Doublon.")


LEAVING = pytest.mark.parametrize("leave", [withdraw, undo])


def cancelled(key="convocation_annulee"):
    """{recipient: (method, sequence, beginning)} of what these messages take out of calendars."""
    found = {}
    for courriel in Courriel.objects.filter(cle_notification=key):
        agenda = read_agenda(bytes(courriel.fichiers.get().contenu))
        [event] = agenda.events
        found[courriel.destinataire] = (agenda.method, event.status, event.sequence, event.debut)
    return found


@LEAVING
def test_its_hearing_and_its_rehearsal_leave_every_calendar_that_holds_them(s, leave):
    leave(s)
    assert cancelled() == dict.fromkeys([s.membre.email, s.chef.email, s.juree.email], ("CANCEL", "CANCELLED", 2, EST))
    assert cancelled("repetition_annulee") == dict.fromkeys(
        [s.membre.email, s.chef.email], ("CANCEL", "CANCELLED", 2, datetime(2027, 9, 14, 16, 0, tzinfo=UTC))
    )
    assert list(Convocation.objects.values_list("sorte", "creneau__debut")) == [
        ("envoyee", EST.isoformat()),
        ("annulee", EST.isoformat()),
    ]
    assert Repetition.objects.get().etat == "annulee"
    # The slot is free: another takes it.
    assert Audition.objects.count() == 0
    other = dossier_of(s.jury)
    assert place_audition(s.seance, other, at(9), by=s.pilote).debut == at(9)


def test_the_words_say_why_as_far_as_each_may_know(s):
    withdraw(s)
    texte = Courriel.objects.get(cle_notification="convocation_annulee", destinataire=s.juree.email).texte
    assert "n’aura pas lieu\u00a0: le dossier est retiré." in texte
    assert "nouveau créneau" not in texte
    texte = Courriel.objects.get(cle_notification="repetition_annulee", destinataire=s.chef.email).texte
    assert "est annulée\u00a0: le dossier est retiré. Le fichier" in texte


def test_an_admission_taken_back_says_nothing_of_its_reason_nor_of_who(s):
    undo(s)
    for courriel in Courriel.objects.filter(cle_notification__in=["convocation_annulee", "repetition_annulee"]):
        assert "Doublon" not in courriel.texte
        assert s.pilote.nom not in courriel.texte.replace("Bonjour Camille", "")
    texte = Courriel.objects.get(cle_notification="convocation_annulee", destinataire=s.membre.email).texte
    assert "n’aura pas lieu à ce moment." in texte
    assert "Si un nouveau créneau est fixé" in texte


@LEAVING
def test_one_never_announced_leaves_in_silence(leave):
    with time_machine.travel(AVANT, tick=False):
        s = scene(is_convoked=False)
        leave(s)
    assert Courriel.objects.filter(cle_notification="convocation_annulee").count() == 0
    assert (Audition.objects.count(), Convocation.objects.count()) == (0, 0)


@LEAVING
def test_one_whose_hour_is_over_is_cancelled_in_no_calendar(s, leave):
    with time_machine.travel(at(9, 20), tick=False):
        leave(s)
    assert cancelled() == {}
    assert Audition.objects.count() == 1


@LEAVING
def test_one_that_took_place_keeps_what_was_scored(s, leave):
    with time_machine.travel(at(9, 10), tick=False):
        final_ballot(s.audition, s.juree.jures.get(), 4, 3)
        leave(s)
    assert cancelled() == {}
    assert Bulletin.objects.filter(final_at__isnull=False).count() == 1


def test_notes_prepared_go_with_a_dossier_withdrawn_and_stay_with_one_examined_again(s):
    Bulletin.objects.create(audition=s.audition, jure=s.juree.jures.get(), commentaire="À creuser.")
    undo(s)
    kept = Audition.objects.get()
    assert (kept.annonce, kept.convoked_at, kept.bulletins.count()) == (None, None, 1)
    assert set(cancelled()) == {s.membre.email, s.chef.email, s.juree.email}
    # Admitted again, it is announced again, later than what took it away.
    decide(Dossier.objects.get(pk=s.dossier.pk), "admit", by=s.pilote)
    publish_convocations(s.seance, by=s.pilote)
    kept.refresh_from_db()
    assert (kept.convocation, kept.is_annoncee) == (3, True)
    move_dossier(Dossier.objects.get(pk=s.dossier.pk), "withdraw", by=s.membre, motif="Nous partons.")
    assert (Audition.objects.count(), Bulletin.objects.count()) == (0, 0)


def names(page):
    return page.context["depart"], set(page.context["prevenus"].values())


def test_the_page_that_withdraws_says_there_is_a_hearing_and_names_no_juror(s, client):
    client.force_login(s.membre)
    page = client.get(reverse("projects:dossier_transition", args=[s.dossier.cle, "withdraw"]))
    depart, told = names(page)
    assert depart == [
        "L’audition du 20\u00a0septembre\u00a02027 à 9\u00a0h est annulée\u00a0: elle quitte les agendas.",
        "La répétition du 14\u00a0septembre\u00a02027 à 18\u00a0h l’est aussi.",
    ]
    assert all(phrase in page.text for phrase in depart)
    assert {"Luc Morel", "Awa Diarra", "Les membres du jury qui devaient l’entendre"} <= told
    assert s.juree.email not in page.text
    withdraw(s)
    reached = set(Courriel.objects.filter(cle_notification="retire").values_list("destinataire", flat=True))
    assert set(page.context["prevenus"]) == reached | {s.membre.email, s.chef.email, "jury"}


def test_the_page_that_takes_an_admission_back_says_it_and_names_everybody(s, client):
    received(s.dossier)
    client.force_login(s.pilote)
    page = client.get(reverse("instruction:instruction_decide", args=[s.dossier.cle, "undo_admission"]))
    depart, _ = names(page)
    assert len(depart) == 2
    assert "L’audition du 20\u00a0septembre\u00a02027 à 9\u00a0h est annulée" in page.text
    assert set(page.context["prevenus"]) == {s.membre.email, s.chef.email, s.juree.email}


def test_the_jury_s_day_shows_those_that_wait_or_were_heard(client):
    """A dossier that left once its hour was over stands nowhere in it."""
    with time_machine.travel(AVANT, tick=False):
        s = scene()
        other = audition_of(s.seance)
        free(s.juree.jures.get(), other)
        convoked(other)
    with time_machine.travel(at(9, 25), tick=False):
        withdraw(s)
        assert Audition.objects.count() == 2
        client.force_login(s.juree)
        gone, stays = s.dossier.titre, other.dossier.titre
        for url in (
            reverse("juries:audition_list", args=[2027]),
            reverse("juries:cahier", args=[s.seance.cle]),
            reverse("label:tableau"),
            reverse("label:recherche", query={"q": "Passerelle"}),
        ):
            page = client.get(url).text
            assert (gone in page, stays in page) == (False, True), url
        publish_convocations(s.seance, by=s.pilote)
    courriel = Courriel.objects.get(cle_notification="convocation_jury", destinataire=s.juree.email)
    agenda = read_agenda(bytes(courriel.fichiers.get().contenu))
    assert [event.summary for event in agenda.events] == [f"Audition\u00a0: {stays}"]
    assert gone not in courriel.texte
    assert Dossier.objects.get(pk=s.dossier.pk).statut == Statut.RETIRE
