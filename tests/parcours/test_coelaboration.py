"""Two people in one draft, in two real browsers, over a network that fails: nobody loses a word."""

import os
import random
import re
import socket
import subprocess
import sys
import time
from datetime import timedelta
from itertools import count

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from ecriture.models import Divergence
from projects.dossier.section import save_section
from projects.enums import Section
from projects.models import Dossier
from tests.conftest import ROOT, url_of_test_database
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory

MOTS = ("vélo", "atelier", "samedi", "halle", "outil", "voisin", "fête", "jardin", "école", "repas", "trottoir", "banc")
# How long two people type in one field, in seconds.
DUREE = 60


@pytest.fixture
def duo(transactional_db, broker):
    """(dossier, porteur, chef): a draft that may be written today."""
    now = timezone.now()
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=30),
        fin_instruction=(now + timedelta(days=60)).date(),
        jury_debut=(now + timedelta(days=70)).date(),
        jury_fin=(now + timedelta(days=74)).date(),
        publication_prevue=(now + timedelta(days=100)).date(),
    )
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(edition=edition, porteur=porteur, chef=chef), porteur, chef


def adresse(dossier, section="projet"):
    return f"/dossiers/{dossier.cle}/{section}/"


def etat(page, champ="besoin"):
    return page.locator(f"#etat-id_{champ}")


def test_two_pages_typing_in_one_field_end_with_every_word(duo, new_page, wait_until):
    dossier, porteur, chef = duo
    pages = [new_page(porteur), new_page(chef)]
    hasard, typed = random.Random(3), []
    for page in pages:
        page.goto(adresse(dossier))
        page.get_by_label("Besoin et origine").click()
    end = time.monotonic() + DUREE
    for turn in count():
        if time.monotonic() > end:
            break
        page = pages[turn % 2]
        if turn % 6 == 5:
            # Somewhere in the middle, between two words.
            page.keyboard.press("Control+Home")
            for _ in range(hasard.randrange(3)):
                page.keyboard.press("Control+ArrowRight")
        elif turn % 6 == 2:
            page.keyboard.press("Control+End")
        word = f"{hasard.choice(MOTS)}{turn}"
        typed.append(word)
        page.keyboard.type(f" {word} ", delay=hasard.randrange(1, 25))
        page.wait_for_timeout(hasard.randrange(200, 1500))
    for page in pages:
        expect(etat(page)).to_have_text(re.compile(r"Enregistré|Écrit par"), timeout=10_000)

    def shown():
        pages[0].wait_for_timeout(100)
        return {page.get_by_label("Besoin et origine").input_value() for page in pages}

    wait_until(lambda: shown() == {Dossier.objects.get().besoin}, 20)
    held = Dossier.objects.get().besoin
    assert sorted(word for word in held.split() if word in typed) == sorted(typed)
    assert not Divergence.objects.exists()


def test_what_comes_while_a_save_is_on_its_way_is_shown_after_it(duo, new_page, wait_until):
    dossier, porteur, chef = duo
    page, late = new_page(porteur), []
    page.goto(adresse(dossier))
    page.route("**/champs/besoin/", lambda route: late.append((route, route.fetch())))
    page.get_by_label("Besoin et origine").fill("Awa écrit.")
    wait_until(lambda: page.wait_for_timeout(50) or late)
    with page.expect_response(lambda answer: "/vie/?" in answer.url and answer.status == 200):
        save_section(dossier, Section.PROJET, values={"besoin": "Awa écrit. Luc aussi."}, by=chef)
    page.wait_for_timeout(100)
    (route, response) = late.pop()
    route.fulfill(response=response)
    expect(page.get_by_label("Besoin et origine")).to_have_value("Awa écrit. Luc aussi.")
    expect(etat(page)).to_have_text(re.compile("^Écrit par Luc Fontanel"))


def test_one_sees_the_other_and_the_same_words_are_shown_side_by_side(duo, new_page):
    dossier, porteur, chef = duo
    awa, luc = new_page(porteur), new_page(chef)
    awa.goto(adresse(dossier))
    awa.get_by_label("Besoin et origine").fill("Un atelier chaque samedi")
    expect(etat(awa)).to_have_text(re.compile("^Enregistré à"))
    luc.goto(adresse(dossier))
    luc.get_by_label("Objectifs").click()
    expect(awa.locator("#presents li")).to_have_text(["LF Luc Fontanel, sur cette partie"], timeout=4_000)
    expect(awa.locator("[data-occupe]")).to_have_attribute("data-occupe", "Luc Fontanel écrit ici", timeout=4_000)
    luc.get_by_label("Objectifs").fill("Réparer")
    expect(awa.get_by_label("Objectifs")).to_have_value("Réparer", timeout=5_000)
    # Awa loses the network, and both change the same word.
    awa.context.set_offline(True)
    awa.get_by_label("Besoin et origine").fill("Un atelier chaque mardi")
    expect(etat(awa)).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil, nouvel essai dans")
    luc.get_by_label("Besoin et origine").fill("Un atelier chaque jeudi")
    expect(etat(luc)).to_have_text(re.compile("^Enregistré à"))
    awa.context.set_offline(False)
    expect(etat(awa)).to_contain_text("a écrit les mêmes mots\u00a0: votre texte est gardé à part.", timeout=10_000)
    expect(awa.locator("#divergences blockquote")).to_have_text(["Un atelier chaque jeudi", "Un atelier chaque mardi"])
    awa.get_by_role("button", name="Garder les deux").click()
    expect(awa.get_by_label("Besoin et origine")).to_have_value("Un atelier chaque jeudi mardi")
    expect(luc.get_by_label("Besoin et origine")).to_have_value("Un atelier chaque jeudi mardi", timeout=5_000)


def test_typed_words_survive_the_tab_and_the_session(duo, new_page):
    dossier, porteur, _ = duo
    page = new_page(porteur)
    page.goto(adresse(dossier))
    besoin = page.get_by_label("Besoin et origine")
    # The tab is closed before the second is over; another finds the words.
    page.route("**/champs/**", lambda route: route.abort())
    besoin.fill("Tapé, puis l’onglet fermé")
    page.wait_for_timeout(50)
    other = page.context.new_page()
    page.close()
    other.goto(adresse(dossier))
    expect(other.get_by_label("Besoin et origine")).to_have_value("Tapé, puis l’onglet fermé")
    expect(etat(other)).to_contain_text("Texte retrouvé sur cet appareil")
    assert Dossier.objects.get().besoin == "Tapé, puis l’onglet fermé"
    # The session ends; after signing in again, the text is there and the caret in its field.
    Session.objects.all().delete()
    other.get_by_label("Besoin et origine").fill("Tapé, l’onglet fermé, la session finie")
    expect(etat(other)).to_contain_text("Votre session a expiré")
    back = other.get_by_role("link", name="Se reconnecter et continuer ici").get_attribute("href")
    assert back.endswith(f"?next=%2Fdossiers%2F{dossier.cle}%2Fprojet%2F%23id_besoin")
    again = new_page(porteur)
    other.context.add_cookies(again.context.cookies())
    other.goto("about:blank")
    other.goto(adresse(dossier) + "#id_besoin")
    expect(other.get_by_label("Besoin et origine")).to_have_value("Tapé, l’onglet fermé, la session finie")
    expect(other.get_by_label("Besoin et origine")).to_be_focused()
    assert Dossier.objects.get().besoin == "Tapé, l’onglet fermé, la session finie"


def serve(port):
    """The web process itself, as in production, on the database of this test. Returns it once it answers."""
    command = ["gunicorn", "label.wsgi:application", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    env = os.environ | {"DATABASE_URL": url_of_test_database()}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return process
        except OSError:
            time.sleep(0.1)
    raise AssertionError("gunicorn did not start")


def kill(process):
    """The process and its children, at once, as a power cut would."""
    subprocess.run(["pkill", "-KILL", "-P", str(process.pid)], check=False)
    process.kill()
    process.wait()


def test_typed_words_survive_a_web_process_killed_without_worker_nor_broker(duo, new_page, broker):
    dossier, porteur, _ = duo
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = serve(port)
    try:
        page = new_page(porteur, base_url=f"http://localhost:{port}")
        page.goto(adresse(dossier))
        besoin = page.get_by_label("Besoin et origine")
        besoin.fill("Acquitté.")
        expect(etat(page)).to_have_text(re.compile("^Enregistré à"))
        broker.stop()
        besoin.press_sequentially(" Tapé pendant", delay=20)
        kill(web)
        besoin.press_sequentially(" la panne.", delay=20)
        expect(etat(page)).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil", timeout=10_000)
        web = serve(port)
        expect(etat(page)).to_have_text(re.compile("^Enregistré à"), timeout=20_000)
        expect(besoin).to_have_value("Acquitté. Tapé pendant la panne.")
        assert Dossier.objects.get().besoin == "Acquitté. Tapé pendant la panne."
    finally:
        kill(web)


def test_what_cannot_be_held_is_said_beside_the_field_and_kept(duo, new_page):
    dossier, porteur, _ = duo
    page = new_page(porteur, width=320)
    page.goto(adresse(dossier, "territoire"))
    part = page.locator(".sections [aria-current=page]").bounding_box()
    assert 0 <= part["x"] < part["x"] + part["width"] <= 320
    nombre = page.get_by_label("Nombre de personnes attendues")
    nombre.fill("12")
    expect(etat(page, "beneficiaires")).to_have_text(re.compile("^Enregistré à"))
    part = page.get_by_label("Part venant des quartiers")
    part.fill("120")
    expect(etat(page, "part_qpv")).to_contain_text("pas encore enregistré")
    assert etat(page, "part_qpv").get_attribute("role") == "status"
    part.fill("80")
    expect(etat(page, "part_qpv")).to_have_text(re.compile("^Enregistré à"))
    found = Dossier.objects.get()
    assert (found.beneficiaires, found.part_qpv) == (12, 80)
