"""What only helps never fails the act it goes with."""

import json
from datetime import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ecriture.presence import ecrans as presence
from projects.enums import Section
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.images import picture, saved


@pytest.fixture
def duo(db):
    """(dossier, client of its porteur)."""
    with time_machine.travel(datetime(2027, 3, 10, 14, 32, tzinfo=PARIS), tick=False):
        porteur = UserFactory(prenom="Awa", nom="Diarra")
        dossier = DossierFactory(porteur=porteur)
        client = Client(raise_request_exception=False)
        client.force_login(porteur)
        yield dossier, client


def test_07_presence_that_breaks_hides_no_text_of_the_others(duo, settings, caplog):
    """A broker that presence cannot use: the page still says it is there, and still receives what is written."""
    dossier, client = duo
    settings.CELERY_BROKER_URL = "amqp://quelqu-un:secret@courrier.example"
    presence._client.cache_clear()
    try:
        url = reverse("projects:vie", args=[dossier.cle])
        here = {"ecran": "a", "section": Section.PROJET, "champ": "besoin"}
        assert client.post(url, json.dumps(here), content_type="application/json").status_code == 204
        save = reverse("projects:champ_save", args=[dossier.cle, "besoin"])
        typed = {"ecran": "b", "sequence": 1, "vu": 0, "base": dossier.besoin, "valeur": "Écrit à côté"}
        assert client.post(save, json.dumps(typed), content_type="application/json").status_code == 200
        answer = client.get(url, {"depuis": 0, "ecran": "a"})
        assert answer.status_code == 200
        news = answer.json()
        assert ([champ["valeur"] for champ in news["champs"]], news["presents"]) == (["Écrit à côté"], [])
    finally:
        presence._client.cache_clear()
    assert "Done without presence (ValueError at " in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("ecran", ["-", "remue"])
def test_07_no_tab_takes_the_place_of_what_is_counted_beside_the_tabs(duo, ecran, caplog):
    dossier, client = duo
    url = reverse("projects:vie", args=[dossier.cle])
    here = {"ecran": ecran, "page": "p", "section": Section.PROJET, "champ": "besoin"}
    assert client.post(url, json.dumps(here), content_type="application/json").status_code == 204
    told = []
    for _ in range(2):
        presence.stir(dossier)
        told.append(client.get(url, {"depuis": 0}).json()["remue"])
    assert told == ["1", "2"]
    assert len(presence.who(dossier)[0]) == 1
    assert client.post(url, json.dumps(here | {"champ": None}), content_type="application/json").status_code == 204
    assert presence.who(dossier) == ([], "2")
    assert caplog.text == ""


def test_07_a_card_that_cannot_be_drawn_does_not_unjoin_the_file(duo, tmp_path, settings):
    """The file is joined; the piece of page that shows it fails: the answer says the file is joined."""
    dossier, client = duo
    card = tmp_path / "projects" / "piece" / "carte.html"
    card.parent.mkdir(parents=True)
    card.write_text("{% nimporte_quoi %}")
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]} for engine in settings.TEMPLATES]
    answer = client.post(
        reverse("projects:piece_add", args=[dossier.cle]),
        {"fichier": SimpleUploadedFile("photo.jpg", saved(picture()))},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    said = answer.json()
    assert (said["etat"], said["carte"]) == ("joint", "")
    assert list(dossier.pieces.values_list("nom", flat=True)) == ["photo.jpg"]
