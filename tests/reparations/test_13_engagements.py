"""The honour statement and the CER bind the structure by who may bind it, at the deposit, and by nobody else before."""

import hashlib
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from contrats.models import Affectation
from projects.enums import Statut
from projects.models import Dossier, Mandat, Membre
from tests.factories.depot import EN_TEMPS, complete_dossier, join_piece, responsable_of
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db

TEXTES = {
    "honneur": "J’atteste sur l’honneur l’exactitude des informations et que la structure est à jour de ses "
    "obligations.",
    "cer": "La structure souscrit au contrat d’engagement républicain (décret n°\u00a02021-1947) et en informe ses "
    "membres.",
    "donnees": "J’ai lu l’information sur l’usage des données personnelles.",
}


@pytest.fixture(autouse=True)
def en_temps():
    with time_machine.travel(EN_TEMPS):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def open_page(client, dossier):
    """(address of the deposit, its page, what its form holds without a tick)."""
    url = reverse("projects:depot_create", args=[dossier.cle])
    html = client.get(url).content.decode()
    found = re.search(r'name="expected"[^>]*value="([^"]*)"', html)
    return url, html, {"expected": found[1]} if found else {}


def boxes(html):
    """{name: (value, is ticked)} of the boxes of the page."""
    tags = re.findall(r'<input type="checkbox"[^>]*>', html)
    return {
        re.search(r'name="([^"]*)"', tag)[1]: (re.search(r'value="([^"]*)"', tag)[1], " checked" in tag) for tag in tags
    }


def errors_beside(html):
    """{id of the field: its message}."""
    return dict(re.findall(r'<p class="invalid-feedback d-block" id="id_(\w+)_erreur">([^<]*)</p>', html))


def test_13_what_an_agent_ticked_earlier_signs_nothing():
    """A chef de projet ticks all he finds; the responsable who deposits without reading them is told to."""
    dossier = complete_dossier()
    chef = Affectation.objects.create(user=UserFactory(), contrat=dossier.contrat, du=date(2020, 1, 1)).user
    agent = signed_in(chef)
    for name in ("engagement_honneur", "engagement_cer", "engagement_donnees"):
        agent.post(
            reverse("projects:section_edit", args=[dossier.cle, "engagements"]),
            {name: "on", "engagement_honneur": "on", "engagement_cer": "on", "engagement_donnees": "on"},
        )
    client = signed_in(dossier.responsable)
    url, _, data = open_page(client, dossier)
    refused = client.post(url, data)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.PRET
    assert refused.status_code == 422
    assert errors_beside(refused.content.decode()) == dict.fromkeys(TEXTES, "Lisez cet engagement, puis confirmez-le.")


def test_13_the_representative_confirms_each_text_and_its_fingerprint_is_frozen():
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    url, html, data = open_page(client, dossier)
    assert boxes(html) == {nature: (sha256(texte), False) for nature, texte in TEXTES.items()}
    # One is forgotten: said beside it, the two others stay ticked.
    partly = {nature: sha256(TEXTES[nature]) for nature in ("honneur", "donnees")}
    refused = client.post(url, data | partly)
    html = refused.content.decode()
    assert (refused.status_code, errors_beside(html)) == (422, {"cer": "Lisez cet engagement, puis confirmez-le."})
    assert {nature: ticked for nature, (_, ticked) in boxes(html).items()} == {
        "honneur": True,
        "cer": False,
        "donnees": True,
    }
    done = client.post(url, data | partly | {"cer": sha256(TEXTES["cer"])})
    assert done.status_code == 302
    depot = Dossier.objects.get(pk=dossier.pk).versions.get()
    assert depot.by == dossier.responsable
    assert depot.contenu["sections"]["engagements"] == {
        "par": dossier.responsable.get_full_name(),
        "representant": {"nom": "Awa Diarra", "fonction": "présidente"},
        "pouvoir": None,
        "textes": [{"nature": nature, "texte": texte, "sha256": sha256(texte)} for nature, texte in TEXTES.items()],
    }
    read = client.get(reverse("projects:dossier_read", args=[dossier.cle])).content.decode()
    assert "présidente de la structure" in read and TEXTES["honneur"] in read


def test_13_who_holds_a_mandate_joins_the_power_whatever_name_he_takes():
    dossier = complete_dossier()
    person = UserFactory(prenom="Awa", nom="Diarra")
    Membre.objects.create(structure=dossier.structure, user=person, du=date(2020, 1, 1))
    Mandat.objects.create(dossier=dossier, user=person, by=dossier.responsable)
    client = signed_in(person)
    url, _, data = open_page(client, dossier)
    refused = client.post(url, data | {nature: sha256(texte) for nature, texte in TEXTES.items()})
    assert (refused.status_code, Dossier.objects.get(pk=dossier.pk).statut) == (422, Statut.PRET)
    assert "Joignez aux pièces le pouvoir" in refused.content.decode()


def test_13_words_that_changed_since_the_page_was_opened_are_read_again():
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    url, _, data = open_page(client, dossier)
    old = {nature: sha256(texte) for nature, texte in TEXTES.items()} | {"cer": sha256("Un ancien texte.")}
    refused = client.post(url, data | old)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.PRET
    assert errors_beside(refused.content.decode()) == {"cer": "Lisez cet engagement, puis confirmez-le."}


@pytest.mark.parametrize("mandated", [False, True], ids=["another responsable", "a member mandated"])
def test_13_who_does_not_represent_the_structure_joins_the_power_given(mandated):
    dossier = complete_dossier()
    if mandated:
        person = UserFactory(prenom="Nina", nom="Roche")
        Membre.objects.create(structure=dossier.structure, user=person, du=date(2020, 1, 1))
        Mandat.objects.create(dossier=dossier, user=person, by=dossier.responsable)
    else:
        person = responsable_of(dossier.structure, prenom="Nina", nom="Roche")
    client = signed_in(person)
    url, html, data = open_page(client, dossier)
    assert "Le représentant légal inscrit est <strong>Awa Diarra</strong>" in html
    data |= {nature: sha256(texte) for nature, texte in TEXTES.items()}
    refused = client.post(url, data)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.PRET
    assert refused.status_code == 422
    assert "Joignez aux pièces le pouvoir qui vous est donné, puis choisissez-le ici." in refused.content.decode()
    # The file of another dossier empowers nobody here, nor does one that was set aside.
    autre = join_piece(complete_dossier())
    ancienne = join_piece(dossier, nom="ancien.pdf")
    type(ancienne).objects.filter(pk=ancienne.pk).update(remplacee_at=EN_TEMPS, remplacee_by=person)
    for cle in (autre.cle, ancienne.cle, "inconnue"):
        assert client.post(url, data | {"pouvoir": cle}).status_code == 422
    pouvoir = join_piece(dossier, nom="pouvoir.pdf", contenu=b"%PDF-1.7 pouvoir de Nina Roche")
    assert client.post(url, data | {"pouvoir": pouvoir.cle}).status_code == 302
    depot = Dossier.objects.get(pk=dossier.pk).versions.get()
    assert (depot.by, depot.contenu["sections"]["engagements"]["pouvoir"]) == (
        person,
        {"cle": pouvoir.cle, "nom": "pouvoir.pdf", "sha256": pouvoir.sha256},
    )
    assert "sur pouvoir de Awa Diarra" in client.get(reverse("projects:dossier_read", args=[dossier.cle])).text


@pytest.mark.parametrize(
    ("recorded", "prenom", "nom", "expected"),
    [
        ("Awa Diarra", "Awa", "Diarra", 302),
        ("Mme DIARRA Awa", "Awa", "Diarra", 302),
        ("Hélène Le Goff-Martin", "Helene", "LE GOFF MARTIN", 302),
        ("Awa Diarra", "Awa", "Diallo", 422),
        ("Awa Diarra", "", "Awa", 422),
        ("Awa Diarra", "Awa", "Awa", 422),
        ("Awa Diarra", "Mme", "Diarra", 422),
        ("Awa Marie Diarra", "Awa", "Diarra", 422),
        ("", "Awa", "Diarra", 409),
    ],
)
def test_13_the_representative_is_known_by_the_name_recorded(recorded, prenom, nom, expected):
    dossier = complete_dossier()
    type(dossier.structure).objects.filter(pk=dossier.structure_id).update(representant_nom=recorded)
    person = responsable_of(dossier.structure, prenom=prenom, nom=nom)
    client = signed_in(person)
    url, _, data = open_page(client, dossier)
    # Without a representative recorded the dossier is not complete.
    data = {"expected": data.get("expected", "")} | {nature: sha256(texte) for nature, texte in TEXTES.items()}
    assert client.post(url, data).status_code == expected


def test_13_a_second_window_is_led_to_the_receipt_not_told_that_nothing_is_deposited():
    dossier = complete_dossier()
    client = signed_in(dossier.responsable)
    url, _, data = open_page(client, dossier)
    data |= {nature: sha256(texte) for nature, texte in TEXTES.items()}
    assert client.post(url, data).status_code == 302
    again = client.post(url, data)
    html = again.content.decode()
    assert again.status_code == 409
    assert "le dossier est déjà déposé" in html and "Le dossier n’est pas déposé" not in html
    assert f'href="{reverse("projects:depot_detail", args=[dossier.cle])}"' in html
    assert "Ce qui va se passer" not in html


def test_13_after_the_deadline_the_page_promises_nothing():
    dossier = complete_dossier()
    with time_machine.travel(dossier.edition.cloture.replace(second=0) + timedelta(hours=1)):
        client = signed_in(dossier.responsable)
        html = client.get(reverse("projects:depot_create", args=[dossier.cle])).content.decode()
    assert "La date limite est passée" in html
    assert [
        words for words in ("Ce qui va se passer", "Le dossier est complet", "Déposer maintenant") if words in html
    ] == []
    assert "lui seul peut accorder un délai" in html
