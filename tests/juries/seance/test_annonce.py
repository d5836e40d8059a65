"""What was announced is what is known outside the EPT: to the jury as to the structure, on pages as in calendars."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from juries.declaration.actions import add_deport, lift_deport
from juries.models import Audition, Venue
from juries.oral.actions import confirm_venue
from juries.oral.repetitions import accept_repetition, propose_repetition
from juries.seance.actions import move_audition, remove_audition
from juries.seance.convocation import publish_convocations, rehearsals_undone, told_of
from label.models import Courriel
from projects.models import Deport, Dossier
from tests.agenda import read_agenda
from tests.factories.juries import audition_of, free, seance_of
from tests.juries.oral.scene import AVANT, at, sceau, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        scenery = scene(is_convoked=False)
        scenery.jure = scenery.juree.jures.get()
        publish_convocations(scenery.seance, by=scenery.pilote)
        yield scenery


def moved(s, hour, minute=0, seance=None):
    s.audition.refresh_from_db()
    move_audition(s.audition, seance or s.seance, at(hour, minute), by=s.pilote)
    s.audition.refresh_from_db()


def publish(s):
    publish_convocations(s.seance, by=s.pilote)


def to_the_juror(s):
    """[[(method, [(status, sequence, beginning, title)]) of each file] of each message for the séance] in order."""
    found = []
    for courriel in Courriel.objects.filter(cle_notification="convocation_jury", user=s.juree).order_by("pk"):
        files = [read_agenda(bytes(one.contenu)) for one in courriel.fichiers.order_by("pk")]
        found.append([(one.method, [(e.status, e.sequence, e.debut, e.summary) for e in one.events]) for one in files])
    return found


def utc(hour, minute=0):
    return at(hour, minute).astimezone(UTC)


# --- A slot moved and not announced ---------------------------------------------------------------------


def test_a_juror_reads_the_slot_announced_everywhere(s, client):
    elsewhere = seance_of(s.jury, debut=datetime(2027, 9, 21, 14, 0, tzinfo=UTC), heures=4, lieu="Salle cachée")
    s.audition.refresh_from_db()
    move_audition(s.audition, elsewhere, datetime(2027, 9, 21, 14, 37, tzinfo=UTC), by=s.pilote)
    client.force_login(s.juree)
    pages = {
        "search": reverse("label:recherche", query={"q": "Passerelle"}),
        "dashboard": reverse("label:tableau"),
        "list": reverse("juries:audition_list", args=[2027]),
        "page": reverse("juries:audition_detail", args=[s.audition.cle]),
        "ballot": reverse("juries:notation", args=[s.audition.cle]),
        "booklet": reverse("juries:cahier", args=[s.seance.cle]),
    }
    secret = ("16\u00a0h\u00a037", "21\u00a0septembre", "Salle cachée", elsewhere.cle)
    for name, url in pages.items():
        page = client.get(url)
        assert page.status_code == 200
        assert "9\u00a0h" in page.text, name
        assert [one for one in secret if one in page.text] == [], name
    # The day it was announced for is still its day.
    with time_machine.travel(at(8), tick=False):
        assert "Audition aujourd’hui à 9\u00a0h, Salle du conseil, Orly" in client.get(pages["dashboard"]).text
    client.force_login(s.pilote)
    assert "16\u00a0h\u00a037" in client.get(pages["page"]).text


def test_one_that_nobody_announced_has_no_hour_for_a_juror(client):
    with time_machine.travel(AVANT, tick=False):
        s = scene(is_convoked=False)
        client.force_login(s.juree)
        listed = client.get(reverse("juries:audition_list", args=[2027])).text
        page = client.get(reverse("juries:audition_detail", args=[s.audition.cle])).text
    assert ("Date à venir" in listed, "Date à venir" in page) == (True, True)
    assert "9\u00a0h" not in listed + page
    assert s.dossier.titre in listed


# --- A member recused once told ---------------------------------------------------------------------------


def test_a_member_recused_loses_the_event_and_reads_nothing_of_the_dossier(s):
    other = audition_of(s.seance)
    free(s.jure, other)
    publish(s)
    add_deport(s.jure.declarations.get(dossier=s.dossier), motif="Une amie y travaille.", by=s.juree)
    moved(s, 15, 30)
    publish(s)
    stays = ("CONFIRMED", 1, utc(9, 20), f"Audition\u00a0: {other.dossier.titre}")
    assert to_the_juror(s)[-1] == [
        ("PUBLISH", [stays]),
        ("CANCEL", [("CANCELLED", 2, utc(9), "Audition retirée de votre agenda")]),
    ]
    courriel = Courriel.objects.filter(cle_notification="convocation_jury", user=s.juree).latest("pk")
    written = courriel.sujet + courriel.texte + "".join(bytes(f.contenu).decode() for f in courriel.fichiers.all())
    assert [one for one in (s.dossier.titre, s.dossier.numero, str(s.dossier.structure), "15") if one in written] == []
    assert "Les rendez-vous qui ne vous concernent plus quittent votre agenda." in courriel.texte
    # Said once.
    publish(s)
    assert len(to_the_juror(s)) == 3


def test_a_recusal_lifted_puts_the_event_back_later_than_its_cancelling(s):
    add_deport(s.jure.declarations.get(), motif="Une amie y travaille.", by=s.juree)
    publish(s)
    titre = f"Audition\u00a0: {s.dossier.titre}"
    assert to_the_juror(s)[-1] == [("CANCEL", [("CANCELLED", 2, utc(9), "Audition retirée de votre agenda")])]
    lift_deport(Deport.objects.current().get(user=s.juree), motif="Erreur.", by=s.pilote)
    publish(s)
    assert to_the_juror(s)[-1] == [("PUBLISH", [("CONFIRMED", 3, utc(9), titre)])]


def test_a_hearing_that_goes_to_another_sitting_is_cancelled_in_no_calendar(s):
    other = seance_of(s.jury)
    moved(s, 14, seance=other)
    publish(s)
    publish_convocations(other, by=s.pilote)
    titre = f"Audition\u00a0: {s.dossier.titre}"
    assert to_the_juror(s)[1:] == [[], [("PUBLISH", [("CONFIRMED", 2, utc(14), titre)])]]


# --- What is private in a title ---------------------------------------------------------------------------


def test_nothing_private_of_a_title_leaves_to_the_jury(s):
    Dossier.objects.filter(pk=s.dossier.pk).update(titre="Jardin de Zoé, 06 12 34 56 78, zoe@jardin.example")
    moved(s, 14)
    publish(s)
    remove_audition(Audition.objects.get(), by=s.pilote)
    sent = Courriel.objects.filter(user=s.juree).order_by("pk")[1:]
    assert [one.cle_notification for one in sent] == ["convocation_jury", "convocation_annulee"]
    for courriel in sent:
        files = [one for f in courriel.fichiers.all() for one in read_agenda(bytes(f.contenu)).events]
        written = " ".join([courriel.sujet, courriel.texte, courriel.html, *[one.summary for one in files]])
        assert "Jardin de Zoé" in written
        assert [one for one in ("06 12", "34 56 78", "zoe@jardin") if one in written] == []
    # Whose project it is reads it as it is.
    theirs = Courriel.objects.get(cle_notification="convocation_annulee", user=s.membre)
    assert "zoe@jardin.example" in theirs.texte


# --- The rehearsal, and the hearing that passes before it ----------------------------------------------------


def rehearsal_on_the_18th(s):
    given = {"duree": 45, "lieu": "Ici", "visio": "", "mot": "", "vu": ""}
    return propose_repetition(s.dossier, debut=at(18, day=18), by=s.chef, **given)


def brought_forward(s):
    """The hearing is moved to the 17th, before the rehearsal."""
    early = seance_of(s.jury, debut=at(9, day=17))
    s.audition.refresh_from_db()
    move_audition(s.audition, early, at(9, day=17), by=s.pilote)
    return early


def test_a_hearing_announced_before_the_rehearsal_cancels_it_and_says_so_first(s, client):
    live = rehearsal_on_the_18th(s)
    accept_repetition(s.dossier, vu=live.cle, by=s.membre)
    early = brought_forward(s)
    assert [one.pk for one in rehearsals_undone(early)] == [live.pk]
    client.force_login(s.pilote)
    page = client.get(reverse("juries:seance_convoke", args=[early.cle])).text
    assert "La répétition du 18\u00a0septembre\u00a02027 à 18\u00a0h pour" in page
    assert set(told_of(early)) == {s.membre.email, s.chef.email, s.juree.email}
    publish_convocations(early, by=s.pilote)
    live.refresh_from_db()
    assert live.etat == "annulee"
    for person in (s.membre, s.chef):
        courriel = Courriel.objects.get(cle_notification="repetition_annulee", user=person)
        assert (
            "est annulée\u00a0: l’audition aura lieu avant, le 17\u00a0septembre\u00a02027 à 9\u00a0h."
            in courriel.texte
        )
        agenda = read_agenda(bytes(courriel.fichiers.get().contenu))
        assert (agenda.method, agenda.events[0].sequence) == ("CANCEL", 2)
    assert rehearsals_undone(early) == []


def test_a_rehearsal_before_the_hearing_stays(s):
    live = rehearsal_on_the_18th(s)
    moved(s, 15)
    publish(s)
    live.refresh_from_db()
    assert live.etat == "proposee"


def test_a_date_that_comes_after_the_hearing_is_not_accepted(s, client):
    live = rehearsal_on_the_18th(s)
    # Announced without a word to the rehearsal, as by an older version.
    early = brought_forward(s)
    audition = Audition.objects.get()
    audition.announce(AVANT)
    audition.save()
    assert audition.seance == early
    client.force_login(s.membre)
    page = client.post(reverse("juries:repetition_accept", args=[s.dossier.cle]), {"vu": live.cle}, follow=True).text
    assert "cette répétition viendrait après. Proposez une autre date." in page
    live.refresh_from_db()
    assert live.etat == "proposee"


# --- There and back ---------------------------------------------------------------------------------------


def test_an_answer_is_to_a_convocation_and_not_to_an_hour(s, client):
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    first = sceau(s)
    for day, hour in ((11, 14), (12, 9)):
        with time_machine.travel(at(10, day=day), tick=False):
            moved(s, hour)
            publish(s)
    assert sceau(s) != first
    client.force_login(s.membre)
    page = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
    assert "Confirmer ma venue" in page
    client.force_login(s.pilote)
    assert (
        "avait répondu pour l’ancien créneau" in client.get(reverse("juries:seance_detail", args=[s.seance.cle])).text
    )
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    assert Venue.objects.count() == 2


def test_one_removed_then_placed_again_at_the_same_hour_is_another_convocation(s):
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    first = sceau(s)
    remove_audition(Audition.objects.get(), by=s.pilote)
    with time_machine.travel(at(11, day=10), tick=False):
        s.audition = audition_of(s.seance, s.dossier)
        publish(s)
    assert sceau(s) != first


def test_a_slot_moved_away_and_back_before_anything_is_announced_changes_nothing(s):
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    moved(s, 14)
    moved(s, 9)
    assert s.audition.is_annoncee
    assert publish_convocations(s.seance, by=s.pilote) == []
