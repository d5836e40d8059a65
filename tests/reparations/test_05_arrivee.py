"""A deposit clicked in time is in time, whatever it waited for; and nothing else is."""

import hashlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from label.models import Courriel, Edition
from label.models.courriel import Etat
from label.tasks import sweep_courriels
from projects.enums import Statut
from projects.models import Depot, Dossier, Passage, Piece
from projects.tasks import close_drafts
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import PARIS, complete_dossier, engaged
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.pdf import PDF

# The édition closes on 4 June 2027 at 23 h 59: that minute is in time to its end.
FIN = datetime(2027, 6, 5, 0, 0, tzinfo=PARIS)
ENTETE = "X-Arrival"


def words(text):
    return re.sub(r"\s+", " ", text)


def signed_in(person):
    client = Client()
    with time_machine.travel(FIN - timedelta(hours=1), tick=False):
        client.force_login(person)
    return client


def deposit(client, dossier, *, arrived=None, header=ENTETE):
    """Click «Déposer»; the front, if there is one, stamped `arrived` (aware datetime, or any text)."""
    value = f"{arrived.timestamp():.3f}" if isinstance(arrived, datetime) else arrived
    headers = {header: value} if value is not None else None
    data = engaged(dossier)
    return client.post(reverse("projects:depot_create", args=[dossier.cle]), data, headers=headers)


@pytest.fixture
def front(settings):
    """The place has a front that stamps what arrives."""
    settings.ARRIVAL_HEADER = ENTETE


# --- Judged by its arrival --------------------------------------------------------------------


@pytest.mark.django_db
def test_05_a_click_in_time_is_accepted_later_and_dated_by_its_arrival(front, django_capture_on_commit_callbacks):
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    clicked = datetime(2027, 6, 4, 23, 59, 58, 250_000, tzinfo=PARIS)
    recorded = FIN + timedelta(minutes=4, seconds=30)
    with time_machine.travel(recorded, tick=False), django_capture_on_commit_callbacks(execute=True):
        answer = deposit(client, dossier, arrived=clicked)
    assert (answer.status_code, Dossier.objects.get().statut) == (302, Statut.DEPOSE)
    depot, line = Depot.objects.get(), Passage.objects.get()
    assert (depot.at, depot.rejet_implicite_le) == (clicked, date(2027, 8, 4))
    assert depot.contenu["depose_le"] == "2027-06-04T23:59:58.250000+02:00"
    assert (line.arrivee, line.at) == (clicked, recorded)
    # The receipt and the message give the arrival; the journal says both.
    with depot.recepisse.open() as file:
        receipt = words(" ".join(page.extract_text() for page in PdfReader(file).pages))
    assert "bien arrivé le 4 juin 2027 à 23 h 59 min 58 s (heure de Paris)" in receipt
    assert "Reçu le 4 juin 2027 à 23 h 59" in words(Courriel.objects.get().texte)
    with time_machine.travel(recorded, tick=False):
        page = words(client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text)
    assert "reçu le 4 juin 2027 à 23 h 59 min 58 s, enregistré le 5 juin 2027 à 0 h 04 min 30 s" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "stamped", "received"),
    [
        pytest.param(5 * 60 - 1, -1, -1, id="within five minutes"),
        pytest.param(5 * 60, -1, None, id="longer ago"),
        pytest.param(1, "hier", None, id="not a number"),
        pytest.param(1, "", None, id="empty"),
        pytest.param(1, "-1", None, id="negative"),
        pytest.param(1, "1e12", None, id="no plain number"),
        pytest.param(1, "99999999999999999999", None, id="beyond the years"),
        pytest.param(-1, -0.5, -1, id="a front half a second ahead"),
        pytest.param(-10, -1, -10, id="a front far ahead: our clock"),
        pytest.param(-1, 10, -1, id="a front far ahead, past the deadline: our clock"),
    ],
)
def test_05_the_front_is_believed_within_five_minutes_and_not_in_the_future(front, now, stamped, received):
    """In seconds from the end of the last minute. `received`: the instant kept; None: refused as too late."""
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    value = stamped if isinstance(stamped, str) else FIN + timedelta(seconds=stamped)
    with time_machine.travel(FIN + timedelta(seconds=now), tick=False):
        answer = deposit(client, dossier, arrived=value)
    kept = Depot.objects.values_list("at", flat=True).first()
    expected = (409, None) if received is None else (302, FIN + timedelta(seconds=received))
    assert (answer.status_code, kept) == expected
    if received is None:
        late = datetime.fromtimestamp(FIN.timestamp() + now, PARIS)
        said = f"Reçu le 5 juin 2027 à 0 h {late.minute:02d} min {late.second:02d} s, heure de Paris."
        assert said in words(answer.text)
        assert "jusqu’au 4 juin 2027 à 23 h 59, heure de Paris" in words(answer.text)


@pytest.mark.django_db
def test_05_without_a_front_nobody_dates_a_click_but_our_clock(settings):
    assert getattr(settings, "ARRIVAL_HEADER", "") == ""
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    with time_machine.travel(FIN + timedelta(seconds=3), tick=False):
        answer = deposit(client, dossier, arrived=FIN - timedelta(seconds=1))
    assert (answer.status_code, Depot.objects.count()) == (409, 0)
    assert "Reçu le 5 juin 2027 à 0 h 00 min 03 s, heure de Paris." in words(answer.text)


@pytest.mark.django_db
def test_05_only_the_deposit_counts_by_its_arrival(front):
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    in_time = {ENTETE: f"{FIN.timestamp() - 1:.3f}"}
    field = {"valeur": "Autre", "base": "", "ecran": "e", "sequence": 1, "vu": 0}
    pdf = SimpleUploadedFile("statuts.pdf", PDF, "application/pdf")
    with time_machine.travel(FIN + timedelta(seconds=1), tick=False):
        saved = client.post(
            reverse("projects:champ_save", args=[dossier.cle, "besoin"]),
            json.dumps(field),
            content_type="application/json",
            headers=in_time,
        )
        client.post(reverse("projects:piece_add", args=[dossier.cle]), {"fichier": pdf}, headers=in_time)
        moved = client.post(
            reverse("projects:dossier_transition", args=[dossier.cle, "abandon"]), {"motif": "x"}, headers=in_time
        )
        deposited = deposit(client, dossier, arrived=FIN - timedelta(seconds=1))
    assert (saved.status_code, Piece.objects.count(), deposited.status_code) == (409, 0, 302)
    assert moved.status_code != 302 or Passage.objects.count() == 1
    assert Depot.objects.get().contenu["sections"]["projet"]["besoin"] == dossier.besoin


# --- Waiting ----------------------------------------------------------------------------------


@contextmanager
def held(rows):
    """These rows are locked by somebody else, until the function yielded is called."""
    locked, release = threading.Event(), threading.Event()

    def hold():
        try:
            with transaction.atomic():
                list(rows.select_for_update(no_key=True))
                locked.set()
                release.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert locked.wait(10)
    try:
        yield release.set
    finally:
        release.set()
        thread.join(30)


def in_background(pool, call):
    def run():
        try:
            return call()
        finally:
            connection.close()

    return pool.submit(run)


def waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_05_a_deposit_that_waits_across_the_deadline_is_not_closed_under_it(wait_until):
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    with ThreadPoolExecutor(1) as pool, time_machine.travel(FIN - timedelta(seconds=1), tick=False) as clock:
        with held(Edition.objects.all()) as release:
            answer = in_background(pool, lambda: deposit(client, dossier))
            wait_until(waiting_for_a_lock)
            clock.move_to(FIN + timedelta(minutes=20))
            close_drafts()
            release()
            assert answer.result(30).status_code == 302
        close_drafts()
    assert (Dossier.objects.get().statut, Depot.objects.get().at) == (Statut.DEPOSE, FIN - timedelta(seconds=1))
    assert set(Courriel.objects.values_list("cle_notification", flat=True)) == {"depot_recu"}


@pytest.mark.django_db(transaction=True)
def test_05_a_deposit_does_not_wait_for_the_edition():
    edition = EditionFactory(formulaire_fige_at=FIN - timedelta(days=3))
    dossier = complete_dossier(edition=edition)
    client = signed_in(dossier.responsable)
    in_time = time_machine.travel(FIN - timedelta(seconds=1), tick=False)
    with ThreadPoolExecutor(1) as pool, in_time, held(Edition.objects.all()):
        answer = in_background(pool, lambda: deposit(client, dossier))
        done = _result(answer, seconds=5)
    assert (done and done.status_code, Dossier.objects.get().numero) == (302, "LAI-2027-001")


def _result(future, seconds):
    try:
        return future.result(seconds)
    except TimeoutError:
        return None


@pytest.mark.django_db(transaction=True)
def test_05_the_number_is_the_last_thing_taken_before_the_commit():
    dossier = complete_dossier()
    AffectationFactory(contrat=dossier.contrat)
    client = signed_in(dossier.responsable)
    with time_machine.travel(FIN - timedelta(seconds=1), tick=False), CaptureQueriesContext(connection) as captured:
        assert deposit(client, dossier).status_code == 302
    # The commit is in the same message, and nothing is asked before it.
    said = [query["sql"].split() for query in captured]
    taken = [words[-1] for words in said if "dernier + 1" in " ".join(words)]
    assert taken == ["COMMIT"]
    depot = Depot.objects.get()
    written = json.dumps(depot.contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert (depot.contenu["numero"], depot.sha256) == ("LAI-2027-001", hashlib.sha256(written).hexdigest())
    told = Courriel.objects.order_by("cle_notification").values_list("sujet", "texte", "html")
    assert [tuple("LAI-2027-001" in part for part in mail) for mail in told] == [(True, True, True)] * 2


@pytest.mark.django_db
def test_05_the_counter_goes_on_from_the_numbers_already_given():
    edition = EditionFactory()
    for rank in (7, 1041, 12):
        DossierFactory(edition=edition, depose=True, numero=f"LAI-2027-{rank:03d}")
    DossierFactory(edition=EditionFactory(annee=2026), depose=True, numero="LAI-2026-2000")
    with time_machine.travel(FIN - timedelta(days=1), tick=False):
        for _ in range(2):
            dossier = complete_dossier(edition=edition)
            assert deposit(signed_in(dossier.responsable), dossier).status_code == 302
    assert sorted(Depot.objects.values_list("dossier__numero", flat=True)) == ["LAI-2027-1042", "LAI-2027-1043"]


@pytest.mark.django_db(transaction=True)
def test_05_a_number_refused_at_the_last_moment_is_given_to_the_next():
    edition = EditionFactory()
    first, second = complete_dossier(edition=edition), complete_dossier(edition=edition)
    # The first deposit fails in its very last statement, once its number is taken.
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE projects_depot ADD CONSTRAINT panne CHECK (dossier_id <> {first.pk})")
    try:
        with time_machine.travel(FIN - timedelta(days=1), tick=False):
            clients = [signed_in(dossier.responsable) for dossier in (first, second)]
            clients[0].raise_request_exception = False
            statuses = [
                deposit(client, dossier).status_code for client, dossier in zip(clients, (first, second), strict=True)
            ]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE projects_depot DROP CONSTRAINT panne")
    kept = {d.pk: (d.statut, d.numero) for d in Dossier.objects.all()}
    assert (statuses, kept) == (
        [500, 302],
        {first.pk: (Statut.PRET, ""), second.pk: (Statut.DEPOSE, "LAI-2027-001")},
    )
    assert {mail.object_id for mail in Courriel.objects.all()} == {second.pk}


# --- Closing ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_05_drafts_are_closed_five_minutes_after_the_deadline_and_read_as_late_meanwhile(front):
    dossier, late = complete_dossier(), complete_dossier(edition=Edition.objects.get())
    client = signed_in(dossier.responsable)
    detail = reverse("projects:dossier_detail", args=[dossier.cle])
    with time_machine.travel(FIN + timedelta(seconds=1), tick=False) as clock:
        close_drafts()
        assert "Non déposé à temps" in client.get(detail).text
        clock.move_to(FIN + timedelta(minutes=5))
        close_drafts()
        assert (Passage.objects.count(), Courriel.objects.count()) == (0, 0)
        # The last instant at which the front is believed.
        clock.move_to(FIN + timedelta(minutes=4, seconds=59))
        assert deposit(client, dossier, arrived=FIN - timedelta(milliseconds=5)).status_code == 302
        clock.move_to(FIN + timedelta(minutes=6))
        close_drafts()
        refused = deposit(signed_in(late.responsable), late, arrived=FIN + timedelta(minutes=5, seconds=59))
    assert [d.statut for d in Dossier.objects.order_by("pk")] == [Statut.DEPOSE, Statut.CADUC]
    told = {(mail.cle_notification, mail.object_id) for mail in Courriel.objects.all()}
    assert told == {("depot_recu", dossier.pk), ("caduc", late.pk)}
    assert "Reçu le 5 juin 2027 à 0 h 05 min 59 s, heure de Paris." in words(refused.text)


@pytest.mark.django_db
def test_05_a_late_notice_not_sent_yet_is_not_sent_to_who_deposits_after_an_extension():
    dossier, other = complete_dossier(), complete_dossier(edition=Edition.objects.get())
    pilote = UserFactory(pilote=True)
    with time_machine.travel(FIN + timedelta(hours=1), tick=False) as clock:
        close_drafts()
        until = {"jusqu_au": "2027-06-10T12:00", "motif": "Panne du site"}
        answer = signed_in(pilote).post(reverse("projects:prolongation_create", args=[dossier.cle]), until)
        assert (answer.status_code, Dossier.objects.get(pk=dossier.pk).statut) == (302, Statut.CO_ELABORATION)
        clock.move_to(FIN + timedelta(hours=2))
        sweep_courriels()
    late = Courriel.objects.filter(cle_notification="caduc").values_list("object_id", "etat")
    assert dict(late) == {dossier.pk: Etat.ANNULE, other.pk: Etat.ENVOYE}
