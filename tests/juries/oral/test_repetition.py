"""A rehearsal: proposed by the chef de projet, accepted or answered by another date, in the calendars of both."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from icalendar import Calendar

from juries.agenda import Evenement, calendar
from juries.enums import EtatRepetition
from juries.models import Repetition
from juries.oral.actions import Entretemps
from juries.oral.repetitions import accept_repetition, cancel_repetition, propose_repetition
from label.models import Courriel
from projects.dossier.actions import move_dossier
from tests.factories.label import PARIS, UserFactory
from tests.juries.oral.scene import AVANT, at, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        yield scene()


def propose(s, debut=None, *, by=None, vu="", **values):
    given = {"duree": 45, "lieu": "Maison de quartier", "visio": "", "mot": "Apportez vos images."} | values
    return propose_repetition(s.dossier, debut=debut or at(18, day=14), by=by or s.chef, vu=vu, **given)


def mails(key):
    """{recipient: the event of the calendar joined to that message}."""
    found = {}
    for courriel in Courriel.objects.filter(cle_notification=key):
        agenda = Calendar.from_ical(bytes(courriel.fichiers.get().contenu))
        [event] = agenda.walk("VEVENT")
        found[courriel.destinataire] = (
            str(agenda["METHOD"]), str(event["STATUS"]), event["SEQUENCE"], event["DTSTART"].dt, str(event["UID"])
        )  # fmt: skip
    return found


def test_the_whole_exchange_is_one_event_in_every_calendar(s):
    first = propose(s)
    uid = f"repetition-{first.agenda}@"
    [(who, event)] = mails("repetition_proposee").items()
    assert who == s.membre.email
    assert event[:4] == ("PUBLISH", "TENTATIVE", 0, at(18, day=14))
    assert event[4].startswith(uid)
    assert Courriel.objects.get().repondre_a == s.chef.email

    # Another date replaces it, for whoever holds the first.
    second = propose(s, at(17, 30, day=15), by=s.membre, vu=first.cle, mot="Plutôt mercredi.")
    assert list(Repetition.objects.values_list("etat", flat=True)) == ["remplacee", "proposee"]
    after = {
        one.destinataire: one
        for one in Courriel.objects.filter(cle_notification="repetition_proposee").order_by("pk")[1:]
    }
    assert set(after) == {s.membre.email, s.chef.email}
    assert "Awa Diarra propose une autre date" in after[s.chef.email].texte

    accept_repetition(s.dossier, vu=second.cle, by=s.chef)
    told = mails("repetition_acceptee")
    assert {who: event[:4] for who, event in told.items()} == dict.fromkeys(
        [s.membre.email, s.chef.email], ("PUBLISH", "CONFIRMED", 2, at(17, 30, day=15))
    )
    cancel_repetition(s.dossier, vu=second.cle, by=s.membre)
    over = mails("repetition_annulee")
    assert {who: event[:3] for who, event in over.items()} == dict.fromkeys(
        [s.membre.email, s.chef.email], ("CANCEL", "CANCELLED", 3)
    )
    # One identity from the first proposal to the last word.
    uids = {event[4] for told in ([event], mails("repetition_acceptee").values(), over.values()) for event in told}
    assert len(uids) == 1


def test_a_dossier_withdrawn_takes_its_rehearsal_out_of_the_calendars(s):
    kept = propose(s)
    accept_repetition(s.dossier, vu=kept.cle, by=s.membre)
    move_dossier(s.dossier, "withdraw", by=s.membre, motif="Le projet se fera autrement.")
    kept.refresh_from_db()
    assert (kept.etat, kept.repondu_by) == (EtatRepetition.ANNULEE, s.membre)
    over = mails("repetition_annulee")
    assert {who: event[:3] for who, event in over.items()} == dict.fromkeys(
        [s.membre.email, s.chef.email], ("CANCEL", "CANCELLED", 2)
    )


def test_a_rehearsal_that_was_is_not_cancelled_by_a_withdrawal(s):
    kept = propose(s)
    with time_machine.travel(at(19, day=14), tick=False):
        move_dossier(s.dossier, "withdraw", by=s.membre, motif="Le projet se fera autrement.")
    kept.refresh_from_db()
    assert (kept.etat, mails("repetition_annulee")) == (EtatRepetition.PROPOSEE, {})


def test_who_may_do_what(s):
    for other in (s.membre, s.invite, s.pilote, s.juree, UserFactory()):
        with pytest.raises(PermissionDenied):
            propose(s, by=other)
    live = propose(s)
    for other in (s.invite, s.pilote, s.juree):
        with pytest.raises(PermissionDenied):
            accept_repetition(s.dossier, vu=live.cle, by=other)
        with pytest.raises(PermissionDenied):
            cancel_repetition(s.dossier, vu=live.cle, by=other)
    # Nobody accepts for the other side.
    with pytest.raises(PermissionDenied):
        accept_repetition(s.dossier, vu=live.cle, by=s.chef)
    assert accept_repetition(s.dossier, vu=live.cle, by=s.membre).etat == EtatRepetition.ACCEPTEE
    # A second click changes nothing.
    accept_repetition(s.dossier, vu=live.cle, by=s.membre)
    assert Courriel.objects.filter(cle_notification="repetition_acceptee").count() == 2


def test_the_page_says_who_will_be_told_before_the_answer(s, client):
    live = propose(s)
    page = reverse("juries:oral_detail", args=[s.dossier.cle])
    said = "Si vous acceptez ou annulez, un courriel part vers"

    def told(user):
        client.force_login(user)
        return re.findall(rf"{said} (.*?)\.</p>", client.get(page).text)

    assert [told(user) for user in (s.membre, s.chef, s.invite)] == [["Awa Diarra, Luc Morel"]] * 2 + [[]]
    accept_repetition(s.dossier, vu=live.cle, by=s.membre)
    assert sorted(mails("repetition_acceptee")) == sorted([s.membre.email, s.chef.email])


def test_a_page_read_before_the_other_side_answered_is_told_so(s):
    live = propose(s)
    other = propose(s, at(19, day=15), by=s.membre, vu=live.cle)
    said = "Entre-temps, une répétition est proposée.*septembre.*Rechargez la page pour y répondre"
    for act, who in ((accept_repetition, s.membre), (cancel_repetition, s.chef)):
        with pytest.raises(Entretemps, match=said):
            act(s.dossier, vu=live.cle, by=who)
    with pytest.raises(Entretemps, match=said):
        propose(s, vu=live.cle)
    with pytest.raises(Entretemps, match=said):
        propose(s)
    with time_machine.travel(at(20, day=15), tick=False):
        with pytest.raises(Entretemps, match="sa date est passée"):
            accept_repetition(s.dossier, vu=other.cle, by=s.chef)
        # And another may be proposed: the past one holds nothing back.
        again = propose(s, at(9, day=17))
    assert list(Repetition.objects.order_by("pk").values_list("etat", flat=True)) == ["remplacee", "passee", "proposee"]
    assert again.agenda != other.agenda


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"debut": "2027-09-10T09:00"}, "debut", "est déjà passé"),
        ({"debut": "2027-09-20T08:30"}, "debut", "la répétition doit finir avant qu’elle commence"),
        ({"debut": "2029-01-01T08:30"}, "debut", "est hors de l’édition 2027"),
        ({"debut": "demain"}, "debut", "n’a pas pu être lue"),
        ({"debut": ""}, "debut", "obligatoire"),
        ({"lieu": "", "visio": ""}, "lieu", "Indiquez un lieu ou un lien de visioconférence."),
        ({"visio": "pas un lien"}, "visio", "valide"),
    ],
)
def test_a_wrong_date_is_refused_next_to_its_field_and_nothing_typed_is_lost(s, client, typed, field, said):
    client.force_login(s.chef)
    url = reverse("juries:repetition_edit", args=[s.dossier.cle])
    body = {"debut": "2027-09-14T18:00", "duree": "45", "lieu": "Ici", "visio": "", "mot": "Un mot à garder", "vu": ""}
    answer = client.post(url, body | typed)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert said in form.errors[field][0]
    assert "Un mot à garder" in answer.text
    assert Repetition.objects.count() == 0


def test_the_clock_that_changes_moves_no_end(s, client):
    """The night of 31 October 2027 has 25 hours: 45 minutes are 45 minutes, and the calendar says the same instants."""
    debut = datetime(2027, 10, 31, 2, 30, tzinfo=PARIS)
    event = Evenement("essai", "x", 0, debut, datetime(2027, 10, 31, 2, 15, fold=1, tzinfo=PARIS), "Essai", "")
    [read] = Calendar.from_ical(calendar([event])).walk("VEVENT")
    assert read["DTSTART"].dt.astimezone(UTC) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert read["DTEND"].dt.astimezone(UTC) == datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="empty calendar"):
        calendar([])
