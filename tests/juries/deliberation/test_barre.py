"""What is missing of a deliberation, named and linked, and its amounts as the house writes them."""

import re
from html import unescape

import pytest
from django.urls import reverse

from juries.deliberation.actions import open_deliberation, save_propositions
from label.models import Edition
from tests.juries.deliberation.test_deliberation import lines_of, scene

pytestmark = pytest.mark.django_db


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def page(client, pilote):
    client.force_login(pilote)
    return client.get(reverse("juries:deliberation_edit", args=[2027])).text


def test_what_is_missing_is_named_and_leads_to_each_project(client):
    jury, auditions, pilote = scene()
    lines = lines_of(auditions, 8_000)
    undecided, silent = auditions[2], auditions[1]
    lines.pop(undecided.dossier_id)
    lines[silent.dossier_id]["motif"] = ""
    save_propositions(open_deliberation(jury), lines, by=pilote)

    html = page(client, pilote)

    summary = words(re.search(r"<summary data-manquants-mots>(.*?)</summary>", html, re.S)[1])
    assert summary == "1 à décider 1 motif manquant"
    missing = re.search(r"<ul data-manquants-liens>(.*?)</ul>", html, re.S)[1]
    assert re.findall(r'href="#(projet-\w+)"', missing) == [f"projet-{one.dossier.cle}" for one in (undecided, silent)]
    assert all(f'id="projet-{one.dossier.cle}"' in html for one in auditions)
    assert 'form="deliberation" class="btn btn-primary btn-compact">Enregistrer' in html
    clore = re.search(r'aria-labelledby="clore".*?</section>', html, re.S)[0]
    for one in (undecided, silent):
        assert f'<a href="#projet-{one.dossier.cle}">{one.dossier.numero}</a>' in clore


def test_amounts_are_written_as_the_house_writes_them_and_an_excess_is_said(client):
    jury, auditions, pilote = scene()
    Edition.objects.update(enveloppe=10_000)
    lines = lines_of(auditions, 12_999)
    lines[auditions[0].dossier_id]["motif_interne"] = "Le jury y tient."
    save_propositions(open_deliberation(jury), lines, by=pilote)

    html = page(client, pilote)

    shown = re.search(rf'name="{auditions[0].dossier.cle}-montant"[^>]*value="([^"]*)"', html)[1]
    assert shown == "12\u202f999"
    left = re.search(r"data-reste-carte>(.*?)</div>", html, re.S)[1]
    assert words(left).replace("\u202f", " ") == "2 999 € de trop sur 10 000 €"


def test_the_reason_of_a_laureate_is_folded_while_empty(client):
    jury, auditions, pilote = scene()
    save_propositions(open_deliberation(jury), lines_of(auditions, 8_000), by=pilote)
    html = page(client, pilote)
    laureate = auditions[0].dossier
    is_open = {
        cle: bool(said)
        for cle, said in re.findall(r'id="projet-(\w+)".*?<details class="proposition-motif"( open)?>', html, re.S)
    }
    assert is_open == {one.dossier.cle: one.dossier != laureate for one in auditions}


def test_nothing_to_deliberate_counts_nothing(client):
    _, auditions, pilote = scene()
    for audition in auditions:
        audition.bulletins.all().delete()
    type(auditions[0]).objects.all().delete()
    html = page(client, pilote)
    assert ("Aucun dossier à délibérer" in html, 'id="enveloppe"' in html) == (True, False)
