"""One item that does not get through steps aside, says so in words with what to do, and lets the others pass."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from juries.models import Note
from projects.models import Dossier
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.images import ODD, picture, saved
from tests.reparations.telephone import TELEPHONE, open_edition

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dossier(transactional_db, broker):
    dossier = DossierFactory(edition=open_edition(), porteur=UserFactory(email="awa@porteur.example"))
    dossier.porteur = dossier.structure.membres.get().user
    return dossier


def choose(page, *names, odd=None):
    page.get_by_label("Autres fichiers").set_input_files(
        [{"name": name, "mimeType": "image/jpeg", "buffer": odd or saved(picture())} for name in names]
    )


def poison(page, status, only="mauvaise.jpg"):
    """Answer this to one file, and drop its connection with 0; let the others reach the server."""

    def answer(route):
        if only.encode() not in (route.request.post_data_buffer or b""):
            route.continue_()
        elif status:
            route.fulfill(status=status, body="<html>Non</html>", content_type="text/html")
        else:
            route.abort()

    page.route("**/pieces/ajouter/", answer)


def joined(dossier):
    return sorted(dossier.pieces.values_list("nom", flat=True))


def test_07_the_photo_that_stopped_the_queue_passes(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/pieces/")
    choose(page, "telephone.jpg", odd=ODD["exif: négatif où il ne se peut"])
    choose(page, "devis.jpg")
    expect(page.get_by_role("link", name="devis.jpg")).to_be_visible()
    expect(page.get_by_role("link", name="telephone.jpg")).to_be_visible()
    expect(page.locator(".envoi")).to_have_count(0)
    assert joined(dossier) == ["devis.jpg", "telephone.jpg"]


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        (500, "Ce fichier n’a pas pu être enregistré\u00a0: gardé sur cet appareil, nouvel essai dans"),
        (503, "Ce fichier n’a pas pu être enregistré\u00a0: gardé sur cet appareil, nouvel essai dans"),
        (429, "Ce fichier n’a pas pu être enregistré\u00a0: gardé sur cet appareil, nouvel essai dans"),
        (0, "gardé sur cet appareil, nouvel essai dans"),
        (
            413,
            "Ce fichier est trop lourd pour le serveur. Il est gardé sur cet appareil\u00a0: réessayez, ou retirez-le.",
        ),
        (
            400,
            "Le serveur refuse ce fichier (réponse 400). Il est gardé sur cet appareil\u00a0: réessayez, ou retirez",
        ),
        (405, "Le serveur refuse ce fichier (réponse 405)."),
    ],
)
def test_07_a_bad_file_lets_the_others_pass(status, phrase, dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/pieces/")
    poison(page, status)
    choose(page, "mauvaise.jpg", "bonne.jpg", "autre.jpg")
    for name in ("bonne.jpg", "autre.jpg"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    line = page.locator(".envoi")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("mauvaise.jpg")
    expect(line.locator("[data-etat]")).to_contain_text(phrase)
    expect(line.get_by_role("button", name="Réessayer maintenant mauvaise.jpg")).to_be_visible()
    expect(line.get_by_role("button", name="Retirer mauvaise.jpg")).to_be_visible()
    assert joined(dossier) == ["autre.jpg", "bonne.jpg"]
    # The page is opened again: the bad one is still first in the store of the telephone, and still stops nobody.
    page.close(run_before_unload=False)
    again = page.context.new_page()
    poison(again, status)
    again.goto(f"/dossiers/{dossier.cle}/pieces/")
    line = again.locator(".envoi")
    expect(line.locator("[data-etat]")).to_contain_text(phrase)
    choose(again, "dernière.jpg")
    expect(again.get_by_role("link", name="dernière.jpg")).to_be_visible()
    # What made it fail is over: asked again, it leaves.
    again.unroute("**/pieces/ajouter/")
    line.get_by_role("button", name="Réessayer maintenant").click()
    expect(again.get_by_role("link", name="mauvaise.jpg")).to_be_visible()
    expect(again.locator(".envoi")).to_have_count(0)
    assert joined(dossier) == ["autre.jpg", "bonne.jpg", "dernière.jpg", "mauvaise.jpg"]


def test_07_a_bad_file_can_be_removed_and_says_what_else_to_do(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/pieces/")
    poison(page, 500)
    choose(page, "mauvaise.jpg", "bonne.jpg")
    line = page.locator(".envoi")
    expect(page.get_by_role("link", name="bonne.jpg")).to_be_visible()
    line.get_by_role("button", name="Réessayer maintenant").click()
    expect(line).to_contain_text("retirez-le et joignez-le autrement\u00a0: une autre photo, ou un PDF.")
    line.get_by_role("button", name="Retirer").click()
    expect(line).to_have_count(0)
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator(".envoi")).to_have_count(0)
    assert joined(dossier) == ["bonne.jpg"]


# --- Saves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        (500, "Ce champ n’a pas pu être enregistré\u00a0: gardé sur cet appareil,"),
        (0, "gardé sur cet appareil, nouvel essai dans"),
        (
            400,
            "Le serveur refuse ce texte (réponse 400). Votre texte est gardé sur cet appareil, pas encore enregistré",
        ),
        (
            413,
            "Le serveur refuse ce texte (réponse 413). Votre texte est gardé sur cet appareil, pas encore enregistré",
        ),
        (422, "Le serveur refuse ce texte (réponse 422)."),
    ],
)
def test_07_a_bad_save_lets_the_others_pass(status, phrase, dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    tries = []

    def answer(route):
        tries.append(route.request.url)
        if status:
            route.fulfill(status=status, body="<html>Non</html>", content_type="text/html")
        else:
            route.abort()

    page.route("**/champs/besoin/", answer)
    page.locator("#id_besoin").fill("Ce texte ne passe pas")
    etat = page.locator("#etat-id_besoin")
    expect(etat).to_contain_text(phrase)
    page.locator("#id_objectifs").fill("Celui-ci passe")
    expect(page.locator("#etat-id_objectifs")).to_have_text(re.compile("^Enregistré à"))
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("", "Celui-ci passe")
    # A refusal is not asked again; a fault is, by itself.
    page.wait_for_timeout(6_500)
    assert (len(tries) > 1) == (status in {0, 500})
    # It is kept: the page closed, another finds it, and the fault over, it leaves.
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(f"/dossiers/{dossier.cle}/projet/")
    expect(again.locator("#id_besoin")).to_have_value("Ce texte ne passe pas")
    expect(again.locator("#etat-id_besoin")).to_contain_text("Texte retrouvé sur cet appareil")
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("Ce texte ne passe pas", "Celui-ci passe")


def test_07_a_fault_can_be_tried_again_by_hand(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    page.route("**/champs/besoin/", lambda route: route.fulfill(status=400, body="Non"))
    page.locator("#id_besoin").fill("À réessayer")
    etat = page.locator("#etat-id_besoin")
    expect(etat).to_contain_text("Le serveur refuse ce texte (réponse 400).")
    page.unroute("**/champs/besoin/")
    etat.get_by_role("button", name="Réessayer").click()
    expect(etat).to_have_text(re.compile("^Enregistré à"))
    assert Dossier.objects.get().besoin == "À réessayer"


def test_07_the_button_of_the_part_says_which_field_waits(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    page.route("**/champs/besoin/", lambda route: route.fulfill(status=500, body="Non"))
    page.locator("#id_besoin").fill("Ce texte ne passe pas")
    page.locator("#id_objectifs").fill("Celui-ci passe")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#annonces")).to_contain_text(
        "Un champ n’a pas pu être enregistré\u00a0: il est gardé sur cet appareil, et le dit à côté de lui. "
        "Les autres sont enregistrés."
    )
    expect(page.locator("#id_besoin")).to_be_focused()
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("", "Celui-ci passe")


def test_07_a_kept_text_that_cannot_be_sent_hides_no_other(dossier, new_page):
    """Three texts left by dead tabs: one unreadable, one the server stumbles on, one good. The good one is saved."""
    page = new_page(dossier.porteur, **TELEPHONE)
    prefix = f"label-brouillon:{dossier.porteur.pk}:{dossier.cle}:"
    page.goto("/")
    page.evaluate(
        """(prefix) => {
          const row = (nom, valeur) => JSON.stringify({ecran: "mort", nom, sequence: 1, vu: 0, base: "", valeur});
          localStorage.setItem(prefix + "actions:mort", "{coupé");
          localStorage.setItem(prefix + "besoin:mort", row("besoin", "Celui-là casse"));
          localStorage.setItem(prefix + "objectifs:mort", row("objectifs", "Celui-ci passe"));
        }""",
        prefix,
    )
    page.route("**/champs/besoin/", lambda route: route.abort())
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    expect(page.locator("#id_objectifs")).to_have_value("Celui-ci passe")
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("", "Celui-ci passe")


# --- The ballot -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 400, 422])
def test_07_a_bad_answer_of_a_ballot_lets_the_others_pass(status, new_page, wait_until):
    """Taps made without network leave together: one of them is poisoned."""
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jure = jure_of(jury)
    free(jure, audition)
    page = new_page(jure.user, **TELEPHONE)
    page.goto(reverse("juries:notation", args=[audition.cle]))
    page.context.set_offline(True)
    for row in (0, 1):
        page.get_by_label("4 · très bon").nth(row).check()
    page.get_by_text("Hors connexion\u00a0: gardé sur cet appareil").wait_for()
    bad = page.locator("fieldset").first.locator("input").first.get_attribute("name")

    def answer(route):
        if route.request.method == "POST" and bad in (route.request.post_data or ""):
            route.fulfill(status=status, json={"erreur": "Cette réponse n’est pas sur l’échelle."})
        else:
            route.continue_()

    page.route("**/noter/", answer)
    page.context.set_offline(False)
    given = Note.objects.values_list("critere__nom", "valeur")
    # The answers of this test are given between two looks.
    wait_until(lambda: page.wait_for_timeout(50) or list(given.all()) == [("Ancrage dans le quartier", 4)])
    said = (
        "Ce choix n’a pas pu être enregistré\u00a0: gardé sur cet appareil"
        if status == 500
        else "Cette réponse n’est pas sur l’échelle."
    )
    expect(page.locator("fieldset").first.locator("[data-etat]")).to_contain_text(said)
