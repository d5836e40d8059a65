"""The health page says what lives and what does not."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from label.models import Battement
from label.tasks import record_heartbeat

NOW = datetime(2027, 3, 10, 9, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_everything_lives(client):
    with time_machine.travel(NOW, tick=False):
        record_heartbeat()
        response = client.get("/sante/")
    assert response.status_code == 200
    assert response.json() == {
        "statut": "ok",
        "base": "ok",
        "file": "ok",
        "dernier_battement": "2027-03-10T09:00:00+00:00",
        "taches_de_fond": "ok",
        "courriels": "ok",
        "courriels_en_echec": 0,
    }
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "statut", "taches"), [(3, "ok", "ok"), (4, "degrade", "en retard")])
def test_a_silent_beat_is_told_after_three_minutes(client, minutes, statut, taches):
    Battement.objects.create(nom="beat", at=NOW - timedelta(minutes=minutes))
    with time_machine.travel(NOW, tick=False):
        response = client.get("/sante/")
    assert response.status_code == 200
    assert (response.json()["statut"], response.json()["taches_de_fond"]) == (statut, taches)


@pytest.mark.django_db
def test_beat_that_never_ran(client):
    answer = client.get("/sante/").json()
    assert (answer["statut"], answer["dernier_battement"], answer["taches_de_fond"]) == ("degrade", None, "en retard")


@pytest.mark.django_db
def test_without_its_queue_the_place_still_answers(client, broker):
    broker.stop()
    response = client.get("/sante/")
    assert response.status_code == 200
    assert (response.json()["statut"], response.json()["file"]) == ("degrade", "absente")


def test_without_its_database_it_answers_503(client, django_db_blocker, tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"host": str(tmp_path)})
    with django_db_blocker.unblock():
        connection.close()
        response = client.get("/sante/")
        connection.close()
    assert response.status_code == 503
    assert response.json() == {"statut": "panne", "base": "absente"}


@pytest.mark.django_db
def test_two_queries_and_no_sign_in(client, django_assert_num_queries):
    """The heartbeat, and how the mails fare."""
    with django_assert_num_queries(2):
        client.get("/sante/")


@pytest.mark.django_db
def test_the_worker_leaves_the_sign_beat_asks_for(celery_worker, wait_until):
    record_heartbeat.delay()
    wait_until(lambda: Battement.objects.filter(nom="beat").exists())
