"""Merging, telling and comparing the longest texts costs a bounded work, and no word is lost."""

import re
import time
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from ecriture.models import Divergence, Retouche
from projects.models import Dossier
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.textes import LIMITE, PIRES, envoie, retouche, texte

# Measured around 0.1 s alone on one core; machines that run other tests meanwhile are slower.
SECONDES = 1.0


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(datetime(2027, 3, 10, 14, 32, tzinfo=PARIS), tick=False):
        yield


@pytest.fixture
def duo(db):
    """(dossier, client of its porteur, client of its chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    dossier = DossierFactory(porteur=porteur, chef=chef)
    clients = Client(), Client()
    for client, user in zip(clients, (porteur, chef), strict=True):
        client.force_login(user)
    return dossier, *clients


def seconds(call):
    """(what the call returns, the seconds of processor it took): others may run at the same time."""
    start = time.thread_time()
    found = call()
    return found, time.thread_time() - start


@pytest.mark.parametrize("nom", PIRES)
def test_04_three_longest_texts_merge_at_once_and_no_word_is_lost(duo, nom):
    dossier, porteur, chef = duo
    base, sien, mien = PIRES[nom]
    assert envoie(porteur, dossier, "besoin", base).status_code == 200
    assert envoie(porteur, dossier, "besoin", sien, base=base, vu=1, sequence=2).status_code == 200
    answer, spent = seconds(lambda: envoie(chef, dossier, "besoin", mien, base=base, vu=1, ecran="e2"))
    assert answer.status_code == 200
    assert spent < SECONDES
    held = Dossier.objects.get().besoin
    assert answer.json()["valeur"] == held
    kept = f"{held} {' '.join(Divergence.objects.values_list('mien', flat=True))}"
    # Every word of both, as often as one of them wrote it.
    for written in (sien, mien):
        assert not set(written.split()) - set(kept.split())
    assert len(kept) >= max(len(sien), len(mien))
    assert all(len(one) <= LIMITE for row in Divergence.objects.all() for one in (row.sien, row.mien))


def test_04_two_texts_with_nothing_in_common_both_stand_and_may_be_chosen(duo):
    dossier, porteur, chef = duo
    base, sien, mien = PIRES["soixante mots"]
    envoie(porteur, dossier, "besoin", base)
    envoie(porteur, dossier, "besoin", sien, base=base, vu=1, sequence=2)
    answer = envoie(chef, dossier, "besoin", mien, base=base, vu=1, ecran="e2")
    assert answer.json()["divergence"] == {"autre": "Awa Diarra"}
    found = Divergence.objects.get()
    assert (Dossier.objects.get().besoin, found.sien, found.mien) == (sien, sien, mien)
    resolve = reverse("projects:divergence_resolve", args=[dossier.cle, found.pk])
    # Both in one would be longer than the field: said, and the choice stays open.
    page, spent = seconds(lambda: chef.post(resolve, {"choix": "deux"}, follow=True))
    assert "30\u202f000\u00a0caractères au plus" in page.text
    assert spent < 3 * SECONDES
    found.refresh_from_db()
    assert (found.resolved_at, Dossier.objects.get().besoin) == (None, sien)
    chef.post(resolve, {"choix": "mien"})
    assert Dossier.objects.get().besoin == mien


def test_04_a_merge_longer_than_its_field_keeps_both(duo):
    dossier, porteur, chef = duo
    base = texte(20_000, 1)
    envoie(porteur, dossier, "besoin", base)
    sien, mien = f"{texte(9_000, 2)}\n\n{base}", f"{base}\n\n{texte(9_000, 3)}"
    envoie(porteur, dossier, "besoin", sien, base=base, vu=1, sequence=2)
    answer = envoie(chef, dossier, "besoin", mien, base=base, vu=1, ecran="e2")
    assert (answer.status_code, answer.json()["divergence"]) == (200, {"autre": "Awa Diarra"})
    found = Divergence.objects.get()
    assert (Dossier.objects.get().besoin, found.sien, found.mien) == (sien, sien, mien)
    chef.post(reverse("projects:divergence_resolve", args=[dossier.cle, found.pk]), {"choix": "mien"})
    assert Dossier.objects.get().besoin == mien


def test_04_changes_far_apart_in_a_long_text_still_merge_word_by_word(duo):
    dossier, porteur, chef = duo
    base = texte(29_000, 7)
    words = base.split(" ")
    sien, mien = list(words), list(words)
    # One word of every forty: the first half of them by one, the others by the other.
    places = range(20, len(words), 40)
    for rank, place in enumerate(places):
        (sien if rank % 2 else mien)[place] = f"mot{rank}"
    wanted = [f"mot{places.index(place)}" if place in places else word for place, word in enumerate(words)]
    envoie(porteur, dossier, "besoin", base)
    envoie(porteur, dossier, "besoin", " ".join(sien), base=base, vu=1, sequence=2)
    answer = envoie(chef, dossier, "besoin", " ".join(mien), base=base, vu=1, ecran="e2")
    assert answer.json()["divergence"] is None
    assert Dossier.objects.get().besoin.split(" ") == wanted


@pytest.mark.parametrize("nom", PIRES)
def test_04_the_story_of_the_longest_texts_is_told_at_once(duo, nom):
    dossier, porteur, _ = duo
    user, texts = dossier.structure.membres.get().user, PIRES[nom]
    at = datetime(2027, 3, 9, 10, 0, tzinfo=PARIS)
    Retouche.objects.bulk_create(
        Retouche(
            ecrit=dossier.ecrit,
            section="projet",
            nom="besoin",
            by=user,
            debut=at,
            fin=at,
            avant=texts[rank % 3],
            apres=texts[(rank + 1) % 3],
            version=rank + 1,
        )
        for rank in range(25)
    )
    page, spent = seconds(lambda: porteur.get(reverse("projects:histoire_list", args=[dossier.cle, "projet"])))
    assert page.status_code == 200
    # Twenty-five entries of sixty thousand characters.
    assert spent < 4 * SECONDES
    # What is told is whole, word by word or as replaced: unchanged words may be folded, none of the others.
    told = [entry.changement["morceaux"] for entry in page.context["recits"]]
    for entry, morceaux in zip(page.context["recits"], told, strict=True):
        gone = "".join(m.texte for m in morceaux if m.sorte in ("pareil", "retrait"))
        came = "".join(m.texte for m in morceaux if m.sorte in ("pareil", "ajout"))
        if all(m.sorte != "pli" for m in morceaux):
            assert (gone, came) == (entry.retouche.avant, entry.retouche.apres)


def test_04_a_text_replaced_whole_is_said_so(duo):
    dossier, porteur, _ = duo
    base, sien, _ = PIRES["soixante mots"]
    envoie(porteur, dossier, "besoin", base)
    user = dossier.structure.membres.get().user
    at = datetime(2027, 3, 9, 10, 0, tzinfo=PARIS)
    told = {
        "ecrit": dossier.ecrit,
        "section": "projet",
        "nom": "besoin",
        "by": user,
        "debut": at,
        "fin": at,
        "version": 1,
    }
    entry = Retouche.objects.create(avant=base, apres=sien, **told)
    page = porteur.get(reverse("projects:histoire_list", args=[dossier.cle, "projet"])).text
    assert "Texte remplacé<" in page
    back, spent = seconds(lambda: porteur.get(reverse("projects:histoire_restore", args=[dossier.cle, entry.pk])))
    assert "Texte remplacé<" in back.text
    assert spent < SECONDES


def test_04_the_words_of_a_long_text_are_still_told_one_by_one(duo):
    dossier, porteur, _ = duo
    base = texte(29_000, 7)
    after = retouche(base, 12, 4)
    envoie(porteur, dossier, "besoin", base)
    with time_machine.travel(datetime(2027, 3, 11, 9, 0, tzinfo=PARIS), tick=False):
        envoie(porteur, dossier, "besoin", after, base=base, vu=1, sequence=2)
        page = porteur.get(reverse("projects:histoire_list", args=[dossier.cle, "projet"])).text
    assert len(re.findall(r"ajouté\s:\s</span>neuf4x\d+<", page)) == len(set(re.findall(r"neuf4x\d+", after)))
