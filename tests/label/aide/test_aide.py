"""The help: every page it explains exists, every paragraph is written, each reader is led to theirs."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from label.aide.registre import AIDES, explication
from tests.world import World

PARTIEL = re.compile(r"{% partialdef ([\w-]+) %}")
TEXTES = {aide.role: (Path(settings.BASE_DIR) / "templates" / aide.gabarit).read_text() for aide in AIDES}


def names():
    found = set()

    def walk(resolver, spaces=()):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern, (*spaces, pattern.namespace) if pattern.namespace else spaces)
            elif pattern.name:
                found.add(":".join((*spaces, pattern.name)))

    walk(get_resolver())
    return found


def test_every_page_explained_exists():
    named = {page for aide in AIDES for partie in aide.parties for page in partie.pages}
    assert named - names() == set()


@pytest.mark.parametrize("aide", AIDES, ids=lambda aide: aide.role)
def test_every_paragraph_is_written_once_in_order_and_none_is_left_over(aide):
    assert PARTIEL.findall(TEXTES[aide.role]) == [partie.ancre for partie in aide.parties]


@pytest.mark.django_db
@pytest.mark.parametrize("aide", AIDES, ids=lambda aide: aide.role)
def test_the_page_of_a_role_has_an_anchor_for_each_task_and_its_links_open(client, aide):
    page = client.get(aide.adresse).text
    sections = re.findall(r'<section class="aide-partie" id="([\w-]+)"', page)
    assert sections == [partie.ancre for partie in aide.parties]
    ids = set(re.findall(r' id="([\w-]+)"', page))
    assert set(re.findall(r'href="#([\w-]+)"', page)) <= ids
    inside = page[page.index("<main") : page.index("</main>")]
    for href in set(re.findall(r'<a [^>]*href="(/[^"]*)"', inside)):
        path, _, anchor = href.partition("#")
        answer = client.get(path)
        assert answer.status_code == 200, href
        assert not anchor or f'id="{anchor}"' in answer.text, href


@pytest.mark.django_db
def test_a_role_nobody_has_is_not_there(client):
    assert client.get("/aide/inconnu/").status_code == 404
    assert client.get("/aide/").status_code == 200


@pytest.mark.django_db
def test_each_page_leads_each_reader_to_the_paragraph_written_for_them():
    world = World()
    p = world.personnes
    dossier = reverse("projects:dossier_detail", args=[world.brouillon.cle])
    oral = reverse("juries:oral_detail", args=[world.admis.cle])
    table = {
        (dossier, "responsable"): "/aide/porteur/#ecrire",
        (dossier, "inv_lit"): "/aide/porteur/#ecrire",
        (dossier, "chef"): "/aide/chef-de-projet/#visa",
        (dossier, "pilote"): "/aide/ept/#file",
        (f"{dossier}calendrier/", "responsable"): "/aide/porteur/#ecrire",
        (f"{dossier}calendrier/", "chef"): "/aide/chef-de-projet/#ecrire",
        (f"{dossier}budget/", "responsable"): "/aide/porteur/#budget",
        (f"{dossier}pieces/", "chef"): "/aide/porteur/#pieces",
        (f"{dossier}deposer/", "responsable"): "/aide/porteur/#depot",
        (f"{dossier}fil/", "responsable"): "/aide/porteur/#ecrire",
        (f"{dossier}fil/", "pilote"): "/aide/ept/#file",
        (f"{dossier}messages/", "responsable"): "/aide/porteur/#personnes",
        (f"{dossier}messages/", "chef"): "/aide/chef-de-projet/#ecrire",
        (oral, "responsable"): "/aide/porteur/#audition",
        (oral, "chef"): "/aide/chef-de-projet/#suite",
        (oral, "pilote"): "/aide/ept/#seance",
        ("/tableau/", "responsable"): "/aide/porteur/#idee",
        ("/tableau/", "chef"): "/aide/chef-de-projet/#idee",
        ("/tableau/", "juré"): "/aide/jury/#entrer",
        ("/tableau/", "instruct"): "/aide/ept/#file",
        ("/portefeuille/", "chef"): "/aide/chef-de-projet/#portefeuille",
        ("/instruction/", "instruct"): "/aide/ept/#file",
        (f"/jury/{world.jugee.annee}/declaration/", "juré"): "/aide/jury/#liens",
        (f"/jury/auditions/{world.audition.cle}/noter/", "juré"): "/aide/jury/#noter",
        ("/laureats/vote/", "pilote"): "/aide/ept/#publication",
    }
    found = {}
    for url, who in table:
        client = Client()
        client.force_login(p[who])
        links = re.findall(r'<a class="aide-ici" href="([^"]+)"', client.get(url).text)
        found[url, who] = links[0] if len(links) == 1 else links
    assert found == table


@pytest.mark.django_db
def test_a_public_page_and_a_page_of_nobody_have_no_such_link(client):
    assert "aide-ici" not in client.get("/").text
    assert explication("label:accueil", None) is None
    with pytest.raises(NoReverseMatch):
        reverse("label:aide_role", args=["pas un rôle"])
