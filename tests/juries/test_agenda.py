"""The calendar files that leave: the same instants whoever reads them."""

from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import time_machine
from django.urls import reverse

from juries.agenda import Evenement, calendar
from juries.models import Audition
from juries.oral.repetitions import accept_repetition, cancel_repetition, propose_repetition
from juries.seance.actions import move_audition, remove_audition
from juries.seance.convocation import publish_convocations
from label.courriel.actions import send_courriel
from label.models import Courriel, CourrielFichier
from label.notifications import notify
from tests.agenda import read_agenda
from tests.factories.label import PARIS
from tests.juries.oral.scene import AVANT, at, scene


def event(debut, minutes=20):
    fin = (debut.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(PARIS)
    return Evenement("essai", "x", 3, debut, fin, "Essai", "Dit ici.", lieu="Orly")


@pytest.mark.parametrize(
    ("debut", "utc"),
    [
        (datetime(2027, 9, 20, 9, 0, tzinfo=PARIS), datetime(2027, 9, 20, 7, 0, tzinfo=UTC)),
        (datetime(2027, 12, 6, 9, 0, tzinfo=PARIS), datetime(2027, 12, 6, 8, 0, tzinfo=UTC)),
        # The day before and the day after each change, and either side of the hour that does not exist.
        (datetime(2027, 3, 27, 9, 0, tzinfo=PARIS), datetime(2027, 3, 27, 8, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 1, 50, tzinfo=PARIS), datetime(2027, 3, 28, 0, 50, tzinfo=UTC)),
        (datetime(2027, 3, 28, 3, 0, tzinfo=PARIS), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        (datetime(2027, 10, 30, 9, 0, tzinfo=PARIS), datetime(2027, 10, 30, 7, 0, tzinfo=UTC)),
        (datetime(2027, 10, 31, 9, 0, tzinfo=PARIS), datetime(2027, 10, 31, 8, 0, tzinfo=UTC)),
        # The hour that comes twice, the first time and the second.
        (datetime(2027, 10, 31, 1, 45, tzinfo=PARIS), datetime(2027, 10, 30, 23, 45, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 30, tzinfo=PARIS), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        (datetime(2027, 10, 31, 2, 30, fold=1, tzinfo=PARIS), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        # Beyond 2037, where lists of dates end.
        (datetime(2040, 7, 2, 9, 0, tzinfo=PARIS), datetime(2040, 7, 2, 7, 0, tzinfo=UTC)),
    ],
)
def test_two_libraries_read_the_same_instants(debut, utc):
    [read] = read_agenda(calendar([event(debut)])).events
    assert (read.debut, read.fin) == (utc, utc + timedelta(minutes=20))


def test_every_day_of_two_years_is_read_at_its_hour():
    jours = [datetime(2027, 1, 1, 9, 0, tzinfo=PARIS) + timedelta(days=day) for day in range(731)]
    read = read_agenda(calendar(event(jour) for jour in jours)).events
    assert [one.debut for one in read] == [jour.astimezone(UTC) for jour in jours]


def test_the_zone_is_told_by_its_rule_and_comes_first():
    raw = calendar([event(datetime(2027, 9, 20, 9, 0, tzinfo=PARIS))])
    zone, _ = icalendar.Calendar.from_ical(raw).subcomponents
    assert (zone.name, str(zone["TZID"])) == ("VTIMEZONE", "Europe/Paris")
    rules = {one.name: one["RRULE"].to_ical().decode() for one in zone.subcomponents}
    assert {name: set(rule.split(";")) for name, rule in rules.items()} == {
        "DAYLIGHT": {"FREQ=YEARLY", "BYDAY=-1SU", "BYMONTH=3"},
        "STANDARD": {"FREQ=YEARLY", "BYDAY=-1SU", "BYMONTH=10"},
    }
    assert b"RDATE" not in raw


# --- What leaves -------------------------------------------------------------------------------------

EN_ETE = datetime(2027, 9, 20, 7, 0, tzinfo=UTC)


def kept(key):
    """[(recipient, MIME type, what two libraries read)] of the files of these messages."""
    files = CourrielFichier.objects.filter(courriel__cle_notification=key).select_related("courriel")
    return [(one.courriel.destinataire, one.type_mime, read_agenda(bytes(one.contenu))) for one in files.order_by("pk")]


@pytest.mark.django_db
@time_machine.travel(AVANT, tick=False)
def test_every_file_that_leaves_says_the_hour_of_summer_and_its_method(client):
    s = scene(is_convoked=False)
    publish_convocations(s.seance, by=s.pilote)
    client.force_login(s.membre)
    http = read_agenda(client.get(reverse("juries:oral_ics", args=[s.dossier.cle])).content)
    assert (http.method, [one.debut for one in http.events]) == ("PUBLISH", [EN_ETE])
    proposed = propose_repetition(
        s.dossier, debut=at(18, day=14), duree=45, lieu="Ici", visio="", mot="", by=s.chef, vu=""
    )
    http = read_agenda(client.get(reverse("juries:repetition_ics", args=[s.dossier.cle])).content)
    assert [one.debut for one in http.events] == [datetime(2027, 9, 14, 16, 0, tzinfo=UTC)]
    accept_repetition(s.dossier, vu=proposed.cle, by=s.membre)
    cancel_repetition(s.dossier, vu=proposed.cle, by=s.membre)
    move_audition(s.audition, s.seance, at(14), by=s.pilote)
    publish_convocations(s.seance, by=s.pilote)
    remove_audition(Audition.objects.get(), by=s.pilote)

    two = {s.membre.email, s.chef.email}
    est, apres_midi, repetition = EN_ETE, datetime(2027, 9, 20, 12, 0, tzinfo=UTC), proposed.debut.astimezone(UTC)
    expected = {
        "convocation": (two, "PUBLISH", [est]),
        "convocation_modifiee": (two, "PUBLISH", [apres_midi]),
        "convocation_annulee": (two | {s.juree.email}, "CANCEL", [apres_midi]),
        "repetition_proposee": ({s.membre.email}, "PUBLISH", [repetition]),
        "repetition_acceptee": (two, "PUBLISH", [repetition]),
        "repetition_annulee": (two, "CANCEL", [repetition]),
    }
    for key, (people, method, starts) in expected.items():
        found = kept(key)
        assert {who for who, _, _ in found} == people, key
        for _, kind, read in found:
            assert kind == f"text/calendar; charset=utf-8; method={method}"
            assert (read.method, [one.debut for one in read.events]) == (method, starts), key
    assert [(who, read.method, [one.debut for one in read.events]) for who, _, read in kept("convocation_jury")] == [
        (s.juree.email, "PUBLISH", [EN_ETE]),
        (s.juree.email, "PUBLISH", [apres_midi]),
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL"])
def test_the_method_is_in_the_type_a_mail_server_receives(method, smtp):
    """RFC 6047, 2.4: without it many programs show the file and change no calendar."""
    with time_machine.travel(AVANT, tick=False):
        s = scene()
        if method == "CANCEL":
            remove_audition(s.audition, by=s.pilote)
        else:
            notify("convocation", s.audition, occurrence="essai")
        Courriel.objects.exclude(destinataire=s.membre.email).delete()
        kept_file = CourrielFichier.objects.get()
        assert send_courriel(Courriel.objects.get().pk)
    [received] = smtp.messages
    [part] = [one for one in received.walk() if one.get_content_type() == "text/calendar"]
    assert dict(part["Content-Type"].params) == {"charset": "utf-8", "method": method}
    assert part.get_filename() == "audition.ics"
    assert part.get_payload(decode=True) == bytes(kept_file.contenu)
    assert read_agenda(part.get_payload(decode=True)).method == method
