"""Séances, slots, convocations, attendance: the timetable placed by hand."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from icalendar import Calendar

from contrats.models import Affectation
from juries.models import Audition, Presence
from juries.models.audition import CHEVAUCHEMENT
from juries.quorum import quorums
from juries.seance.actions import (
    free_slot,
    hear,
    move_audition,
    place_audition,
    record_absence,
    record_presences,
    remove_audition,
    warnings,
)
from juries.seance.convocation import publish_convocations
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.enums import Statut
from projects.models import Membre
from tests.factories.depot import received
from tests.factories.juries import (
    SEANCE_LE,
    audition_of,
    dossier_of,
    free,
    jure_of,
    jury_of,
    present,
    recuse,
    seance_of,
)
from tests.factories.label import PARIS, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


def at(hour, minute=0):
    return datetime(2027, 9, 20, hour, minute, tzinfo=PARIS)


def test_the_next_free_slot_leaves_the_pause_and_ends_with_the_seance(pilote):
    seance = seance_of(jury_of(), heures=1)
    assert free_slot(seance) == at(9)
    place_audition(seance, dossier_of(seance.jury), at(9), by=pilote)
    assert free_slot(seance) == at(9, 25)
    place_audition(seance, dossier_of(seance.jury), at(9, 40), by=pilote)
    assert free_slot(seance) is None


def test_an_overlap_is_refused_in_french_and_by_the_database(pilote, client):
    seance = seance_of(jury_of())
    place_audition(seance, dossier_of(seance.jury), at(10), by=pilote)
    late = dossier_of(seance.jury)
    client.force_login(pilote)
    refused = client.post(reverse("juries:audition_create", args=[seance.cle]), {"dossier": late.cle, "heure": "10:19"})
    assert refused.status_code == 422
    assert CHEVAUCHEMENT in refused.content.decode()
    assert 'value="10:19"' in refused.content.decode()
    with pytest.raises(IntegrityError, match="audition_sans_chevauchement"), transaction.atomic():
        Audition.objects.create(seance=seance, dossier=late, debut=at(10, 19), fin=at(10, 39))
    # Slots that touch do not overlap, nor do two séances.
    assert place_audition(seance, late, at(10, 20), by=pilote).fin == at(10, 40)
    other = seance_of(seance.jury)
    assert place_audition(other, dossier_of(seance.jury), at(10, 20), by=pilote).seance == other


def test_a_slot_outside_the_hours_or_a_dossier_not_admitted_is_refused(pilote):
    seance = seance_of(jury_of(), heures=1)
    with pytest.raises(ValidationError, match="ce créneau n’y tient pas"):
        place_audition(seance, dossier_of(seance.jury), at(9, 41), by=pilote)
    with pytest.raises(ValidationError, match="Seul un dossier admis"):
        place_audition(seance, dossier_of(seance.jury, statut=Statut.EN_INSTRUCTION), at(9), by=pilote)
    placed = place_audition(seance, dossier_of(seance.jury), at(9), by=pilote)
    with pytest.raises(ValidationError, match="déjà placé"):
        place_audition(seance, placed.dossier, at(9, 30), by=pilote)
    assert Audition.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_placing_in_one_slot_at_once_leave_one_audition():
    pilote = UserFactory(pilote=True)
    seance = seance_of(jury_of())
    dossiers = [dossier_of(seance.jury), dossier_of(seance.jury)]
    barrier, outcomes = Barrier(2), []

    def place(dossier):
        barrier.wait()
        try:
            place_audition(seance, dossier, at(9), by=pilote)
            outcomes.append("placé")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    threads = [Thread(target=place, args=[dossier]) for dossier in dossiers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [CHEVAUCHEMENT, "placé"]
    assert Audition.objects.count() == 1


def event_of(courriel):
    [fichier] = courriel.fichiers.all()
    agenda = Calendar.from_ical(bytes(fichier.contenu))
    return agenda, agenda.walk("VEVENT")


def scene():
    jury = jury_of()
    seance = seance_of(jury)
    porteur, chef = UserFactory(), UserFactory()
    audition = audition_of(seance, membres=[porteur])
    Affectation.objects.create(user=chef, contrat=audition.dossier.contrat, du=date(2020, 1, 1))
    entend, deporte = jure_of(jury), jure_of(jury)
    free(entend, audition)
    recuse(deporte, audition)
    return seance, audition, porteur, chef, entend, deporte


def sent_to():
    return sorted(Courriel.objects.values_list("cle_notification", "destinataire"))


def test_convocations_reach_who_is_concerned_with_a_calendar_file(pilote):
    seance, audition, porteur, chef, entend, _ = scene()
    publish_convocations(seance, by=pilote)
    assert sent_to() == sorted(
        [("convocation", porteur.email), ("convocation", chef.email), ("convocation_jury", entend.user.email)]
    )
    courriel = Courriel.objects.get(destinataire=porteur.email)
    assert courriel.sujet == "Votre audition\u00a0: le 20\u00a0septembre\u00a02027 à 9\u00a0h"
    agenda, [event] = event_of(courriel)
    assert (str(agenda["METHOD"]), str(agenda["VERSION"])) == ("PUBLISH", "2.0")
    assert str(event["UID"]).startswith(f"audition-{audition.cle}@")
    assert (event["SEQUENCE"], str(event["STATUS"]), str(event["LOCATION"])) == (
        1,
        "CONFIRMED",
        "Salle du conseil, Orly",
    )
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(9), at(9, 20))
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert [str(zone["TZID"]) for zone in agenda.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert {"DTSTAMP", "SUMMARY", "ORGANIZER"} <= set(event)
    raw = bytes(courriel.fichiers.get().contenu)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75


def test_the_same_convocations_leave_once_and_a_moved_slot_tells_only_its_people(pilote):
    seance, audition, porteur, chef, entend, _ = scene()
    other = audition_of(seance, membres=[UserFactory()])
    free(entend, other)
    publish_convocations(seance, by=pilote)
    before = Courriel.objects.count()
    assert publish_convocations(seance, by=pilote) == []
    move_audition(audition, seance, at(14), by=pilote)
    new = publish_convocations(seance, by=pilote)
    assert Courriel.objects.count() == before + 3
    assert sorted((c.cle_notification, c.destinataire) for c in new) == sorted(
        [
            ("convocation_modifiee", porteur.email),
            ("convocation_modifiee", chef.email),
            ("convocation_jury", entend.user.email),
        ]
    )
    moved = next(c for c in new if c.destinataire == porteur.email)
    _, [event] = event_of(moved)
    first = event_of(Courriel.objects.get(destinataire=porteur.email, cle_notification="convocation"))[1][0]
    assert event["UID"] == first["UID"]
    assert (first["SEQUENCE"], event["SEQUENCE"], event["DTSTART"].dt) == (1, 2, at(14))


def test_a_removed_audition_is_cancelled_in_the_calendars_but_the_recused_hears_nothing(pilote):
    seance, audition, porteur, chef, entend, deporte = scene()
    publish_convocations(seance, by=pilote)
    remove_audition(audition, by=pilote)
    cancelled = Courriel.objects.filter(cle_notification="convocation_annulee")
    assert set(cancelled.values_list("destinataire", flat=True)) == {porteur.email, chef.email, entend.user.email}
    agenda, [event] = event_of(cancelled.get(destinataire=porteur.email))
    assert (str(agenda["METHOD"]), str(event["STATUS"]), event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert not Courriel.objects.filter(destinataire=deporte.user.email).exists()
    assert Audition.objects.count() == 0


def test_an_audition_never_announced_is_removed_in_silence(pilote):
    _, audition, *_ = scene()
    remove_audition(audition, by=pilote)
    assert Courriel.objects.count() == 0


def test_a_person_in_two_places_at_once_is_said(pilote):
    jury = jury_of()
    porteur = UserFactory()
    un, deux = seance_of(jury), seance_of(jury)
    assert len(warnings(un, pilote)) == 1
    premier = audition_of(un, membres=[porteur])
    second = audition_of(deux, membres=[porteur])
    assert warnings(un, pilote)[1:] == [
        f"Une même personne porte « {premier.dossier} » et « {second.dossier} », auditionnés au même moment."
    ]
    Membre.objects.filter(user=porteur, structure=second.dossier.structure).update(au=date(2021, 1, 1))
    assert len(warnings(un, pilote)) == 1


def test_the_quorum_counts_members_present_and_free_of_links_by_college(pilote):
    jury = jury_of(quorum=2, minimum_par_college=1)
    seance = seance_of(jury)
    audition = audition_of(seance)
    elu, expert, technicien = (jure_of(jury, college=college) for college in ("elus", "experts", "techniciens"))
    free(elu, audition)
    free(expert, audition)
    record_presences(seance, {elu.pk, expert.pk, technicien.pk}, by=pilote)
    quorum = quorums(jury, [audition])[audition.pk]
    assert (quorum.presents, quorum.is_atteint, len(quorum.manques)) == (2, False, 1)
    free(technicien, audition)
    assert quorums(jury, [audition])[audition.pk].is_atteint
    record_presences(seance, {elu.pk}, by=pilote)
    quorum = quorums(jury, [audition])[audition.pk]
    assert (quorum.presents, quorum.is_atteint, len(quorum.manques)) == (1, False, 3)
    assert dict(Presence.objects.values_list("jure", "is_present")) == {
        elu.pk: True,
        expert.pk: False,
        technicien.pk: False,
    }


@pytest.mark.parametrize("statut", [Statut.ADMIS, Statut.AUDITIONNE, Statut.PROPOSE, Statut.RETIRE])
@time_machine.travel(datetime(2027, 9, 20, 12, 0, tzinfo=PARIS), tick=False)
def test_what_moves_an_audition_is_offered_until_the_dossier_is_heard(pilote, client, statut):
    jury = jury_of()
    dossier = dossier_of(jury, statut=statut)
    audition = audition_of(seance_of(jury), dossier)
    client.force_login(pilote)
    page = client.get(reverse("juries:seance_detail", args=[audition.seance.cle])).text
    acts = ("audition_hear", "audition_absence", "audition_move", "audition_remove")
    offered = [act for act in acts if reverse(f"juries:{act}", args=[audition.cle]) in page]
    waits = statut == Statut.ADMIS
    assert offered == (list(acts) if waits else [])
    found = [
        f'name="statut" value="{Statut.ADMIS}"' in page,
        "À convoquer" in page,
        dossier.get_statut_display() in page,
    ]
    assert found == [waits, waits, not waits]
    assert audition.is_to_come == waits


@time_machine.travel(datetime(2027, 9, 20, 12, 0, tzinfo=PARIS), tick=False)
def test_a_dossier_is_heard_once_or_noted_absent_with_a_reason(pilote):
    seance = seance_of(jury_of())
    audition, absente = audition_of(seance), audition_of(seance)
    assert hear(audition, by=pilote).vers == Statut.AUDITIONNE
    with pytest.raises(TransitionRefused):
        hear(Audition.objects.get(pk=audition.pk), by=pilote)
    with pytest.raises(TransitionRefused, match="motif"):
        record_absence(absente, motif=" ", by=pilote)
    record_absence(absente, motif="Personne ne s’est présenté", by=pilote)
    absente.dossier.refresh_from_db()
    assert absente.dossier.statut == Statut.NON_RETENU
    with pytest.raises(ValidationError, match="ne bouge plus"):
        move_audition(Audition.objects.get(pk=absente.pk), seance, at(15), by=pilote)


def test_a_seance_is_created_changed_and_deleted_on_screen(pilote, client):
    jury = jury_of()
    client.force_login(pilote)
    url = reverse("juries:seance_create", args=[2027])
    fields = {
        "jour": "2027-09-20",
        "heure_debut": "09:00",
        "heure_fin": "12:30",
        "lieu": "",
        "visio": "",
        "duree_presentation": 10,
        "duree_questions": 10,
        "duree_pause": 5,
    }
    assert "Indiquez un lieu ou un lien de visioconférence." in client.post(url, fields).content.decode()
    assert "doit finir après" in client.post(url, fields | {"lieu": "Orly", "heure_fin": "08:00"}).content.decode()
    client.post(url, fields | {"lieu": "Orly"})
    seance = jury.seances.get()
    assert (seance.debut, seance.fin, seance.lieu) == (SEANCE_LE, SEANCE_LE + timedelta(hours=3, minutes=30), "Orly")
    audition = audition_of(seance, debut=at(12))
    edit = reverse("juries:seance_edit", args=[seance.cle])
    refused = client.post(edit, fields | {"lieu": "Orly", "heure_fin": "11:00"})
    assert "tombent hors de ces horaires" in refused.content.decode()
    client.post(reverse("juries:audition_remove", args=[audition.cle]))
    client.post(reverse("juries:seance_delete", args=[seance.cle]))
    assert jury.seances.count() == 0


@pytest.mark.parametrize("nombre", [1, 30])
def test_the_pages_of_a_seance_cost_the_same_with_many_auditions(nombre, client):
    jury = jury_of()
    seance = seance_of(jury, heures=12)
    pilote = UserFactory(pilote=True)
    membre = jure_of(jury)
    for _ in range(nombre):
        free(membre, audition := audition_of(seance))
        received(audition.dossier)
        dossier_of(jury)
    present(seance, membre)
    pages = [
        ("seance_detail", seance.cle, pilote),
        ("seance_list", 2027, pilote),
        ("cahier", seance.cle, membre.user),
        ("audition_list", 2027, membre.user),
        ("declaration_edit", 2027, membre.user),
        ("deport_list", 2027, pilote),
    ]
    found = {}
    for name, key, user in pages:
        client.force_login(user)
        url = reverse(f"juries:{name}", args=[key])
        with connection.execute_wrapper(_Counter(found, name)):
            assert client.get(url).status_code == 200
    assert found == {
        "seance_detail": 27,
        # Two for what is still to announce and who cannot come.
        "seance_list": 11,
        "cahier": 14,
        "audition_list": 13,
        "declaration_edit": 21,
        "deport_list": 11,
    }


class _Counter:
    def __init__(self, found, name):
        self.found, self.name = found, name
        found[name] = 0

    def __call__(self, execute, sql, params, many, context):
        self.found[self.name] += 1
        return execute(sql, params, many, context)
