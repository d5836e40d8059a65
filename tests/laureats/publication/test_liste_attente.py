"""The waiting list as the EPT reads it: in its order, before and after the publication; its rank leaves nowhere."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from label.models import Courriel
from laureats.publication.actions import publish_results
from laureats.vote.actions import Choix
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PUBLIE_LE, ecarte, jury_clos, propose, reserve, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilote(client):
    user = UserFactory(pilote=True)
    client.force_login(user)
    return user


@pytest.fixture
def edition(pilote):
    """Voted: a laureate, three kept waiting whose numbers run against their ranks, one set aside."""
    edition = EditionFactory(enveloppe=50_000)
    jury_clos(edition)
    grant = propose(edition, 9_000, numero="LAI-2027-001", titre="Accordé")
    waiting = [
        reserve(edition, rang, montant, numero=f"LAI-2027-00{numero}", titre=titre)
        for numero, titre, rang, montant in ((2, "Troisième", 3, 4_000), (3, "Premier", 1, 5_000), (4, "Second", 2, 0))
    ]
    ecarte(edition, numero="LAI-2027-005", titre="Écarté")
    decisions = [Choix(grant.pk, "accorde", 9_000), *[Choix(one.pk, "attente", motif="Gardé.") for one in waiting]]
    vote(edition, by=pilote, decisions=decisions)
    return edition


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def sections(client, edition):
    """{title of the section: [(title of the dossier, what is said of it)]} as the page shows them."""
    html = client.get(reverse("laureats:publication_preview", args=[edition.annee])).content.decode()
    found = {}
    for titre, body in re.findall(r'<section aria-label="([^"]+)">(.*?)</section>', html, re.S):
        lines = re.findall(r'<li class="envoi">(.*?)</li>', body, re.S)
        found[titre] = [
            (
                words(re.search(r"<a [^>]*>(.*?)</a>", line, re.S)[1]),
                words(re.search(r'envoi-dit">(.*?)</span>', line)[1]),
            )
            for line in lines
        ]
    return found


def test_after_the_publication_each_result_has_its_section_and_the_waiting_list_its_order(client, edition, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)

    assert sections(client, edition) == {
        "Lauréats": [("Accordé", "9 000 €")],
        "Liste d’attente": [
            ("Premier", "Rang 1 · 5 000 € proposés"),
            ("Second", "Rang 2"),
            ("Troisième", "Rang 3 · 4 000 € proposés"),
        ],
        "Projets non retenus": [("Écarté", "")],
    }
    listing = client.get(reverse("laureats:vote_list")).content.decode()
    assert f'href="{reverse("laureats:publication_preview", args=[edition.annee])}#liste-attente">3' in listing


def test_the_preview_shows_the_waiting_list_by_rank(client, edition):
    html = client.get(reverse("laureats:publication_preview", args=[edition.annee])).content.decode()
    body = re.search(r'<section aria-label="Sur la liste d’attente">(.*?)</section>', html, re.S)[1]
    assert re.findall(r'<th scope="row">(\w+)<', body) == ["Premier", "Second", "Troisième"]
    said = [words(cell) for cell in re.findall(r'data-label="Décision"><div>(.*?)<small>', body, re.S)]
    assert said == ["Rang 1 · 5 000 € proposés", "Rang 2", "Rang 3 · 4 000 € proposés"]


def test_the_rank_is_told_to_nobody_else(client, edition, pilote):
    publish_results(edition, by=pilote, at=PUBLIE_LE)
    waiting = edition.dossiers.get(titre="Premier")
    porteur = waiting.structure.membres.get().user
    outside = Client()
    outside.force_login(porteur)
    url = reverse("laureats:publication_preview", args=[edition.annee])

    assert outside.get(url).status_code in {403, 404}
    assert "Rang" not in outside.get(reverse("projects:dossier_detail", args=[waiting.cle])).content.decode()
    assert [mail for mail in Courriel.objects.all() if re.search(r"\brang\b", mail.texte, re.I)] == []
