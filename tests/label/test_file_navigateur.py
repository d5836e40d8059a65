"""One queue for what is not sent yet: a field, a file and a score wait, say it and leave again in the same way."""

import re
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import expect

from juries.models import Note
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.images import picture, saved
from tests.reparations.telephone import TELEPHONE, open_edition

pytestmark = pytest.mark.django_db(transaction=True)


class Champ:
    quoi, posts = "Ce champ", "**/champs/besoin/"

    def __init__(self):
        self.qui = UserFactory()
        self.dossier = DossierFactory(edition=open_edition(), porteur=self.qui)
        self.url = f"/dossiers/{self.dossier.cle}/projet/"

    def give(self, page):
        page.locator("#id_besoin").fill("Des vélos")
        page.locator("#id_besoin").blur()

    def give_other(self, page):
        page.locator("#id_objectifs").fill("Réparer")
        page.locator("#id_objectifs").blur()
        expect(page.locator("#etat-id_objectifs")).to_contain_text("Enregistré à")

    def line(self, page):
        return page.locator("#etat-id_besoin")

    def held(self):
        self.dossier.refresh_from_db()
        return self.dossier.besoin == "Des vélos"


class Fichier(Champ):
    quoi, posts = "Ce fichier", "**/pieces/ajouter/"

    def __init__(self):
        super().__init__()
        self.url = f"/dossiers/{self.dossier.cle}/pieces/"

    def _choose(self, page, name):
        photo = {"name": name, "mimeType": "image/jpeg", "buffer": saved(picture())}
        page.get_by_label("Autres fichiers").set_input_files([photo])

    def give(self, page):
        self._choose(page, "photo.jpg")

    def give_other(self, page):
        self._choose(page, "autre.jpg")
        expect(page.get_by_role("link", name="autre.jpg")).to_be_visible()

    def line(self, page):
        return page.locator(".envoi", has_text="photo.jpg").locator("[data-etat]")

    def held(self):
        return self.dossier.pieces.filter(nom="photo.jpg").exists()


class Choix:
    quoi, posts = "Ce choix", "**/noter/"

    def __init__(self):
        audition = audition_of(seance_of(jury_of()))
        jure = jure_of(audition.seance.jury)
        free(jure, audition)
        self.qui, self.url = jure.user, reverse("juries:notation", args=[audition.cle])

    def give(self, page):
        page.get_by_label("4 · très bon").first.check()

    def give_other(self, page):
        page.get_by_label("2 · moyen").nth(1).check()
        expect(page.locator("#etat")).to_contain_text("Enregistré à")

    def line(self, page):
        # Without network, at the foot of the ballot; alone, beside its question.
        alone = page.locator("fieldset").first.locator("[data-etat]", has_text="enregistré")
        return alone.or_(page.locator("#etat")).first

    def held(self):
        return Note.objects.filter(valeur=4).exists()


@pytest.fixture(params=[Champ, Fichier, Choix], ids=lambda kind: kind.__name__.lower())
def chose(request, broker):
    return request.param()


def stop(page, chose, status=0, only=None):
    """Answer this to what is given, and drop its connection with 0; returns the tries, a list that grows."""
    tries = []

    def answer(route):
        body = route.request.post_data_buffer or b""
        if route.request.method != "POST" or (only and only not in body):
            return route.fallback()
        tries.append(route.request.url)
        return route.fulfill(status=status, body="Non") if status else route.abort()

    page.route(chose.posts, answer)
    return tries


def waiting(tries, page, count):
    page.wait_for_timeout(300)
    assert len(tries) == count


@pytest.mark.parametrize(("status", "delays"), [(0, (5, 10, 20, 30, 30)), (503, (5, 10, 20, 60, 120, 300, 300))])
def test_each_is_asked_again_after_the_same_time(status, delays, chose, new_page, wait_until):
    page = new_page(chose.qui, **TELEPHONE)
    page.goto(chose.url)
    page.wait_for_timeout(500)
    page.clock.install()
    tries = stop(page, chose, status)
    chose.give(page)
    why = f"{chose.quoi} n’a pas pu être enregistré" if status else "Hors connexion"
    expect(chose.line(page)).to_contain_text(f"{why}\u00a0: gardé sur cet appareil, nouvel essai dans 5\u00a0s")
    for rank, seconds in enumerate(delays, start=1):
        said = f"{seconds}\u00a0s" if seconds < 90 else f"{seconds // 60}\u00a0min"
        expect(chose.line(page)).to_contain_text(f"nouvel essai dans {said}")
        page.clock.run_for(1_000 * (seconds - 2))
        waiting(tries, page, rank)
        page.clock.run_for(2_500)
        waiting(tries, page, rank + 1)
    page.unroute(chose.posts)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.clock.resume()
    wait_until(lambda: page.wait_for_timeout(50) or chose.held())
    expect(page.get_by_text("nouvel essai dans")).to_have_count(0)


def test_one_that_alone_does_not_get_through_says_so(chose, new_page, wait_until):
    page = new_page(chose.qui, **TELEPHONE)
    page.goto(chose.url)
    only = {"Ce champ": None, "Ce fichier": b"photo.jpg", "Ce choix": b"=4"}[chose.quoi]
    stop(page, chose, only=only)
    chose.give(page)
    expect(page.get_by_text("Hors connexion\u00a0: gardé sur cet appareil").first).to_be_visible()
    chose.give_other(page)
    alone = f"{chose.quoi} n’a pas pu être enregistré\u00a0: gardé sur cet appareil, nouvel essai dans"
    expect(page.get_by_text(alone).first).to_be_visible(timeout=15_000)
    page.unroute(chose.posts)
    page.get_by_role("button", name="Réessayer maintenant").first.click()
    wait_until(lambda: page.wait_for_timeout(50) or chose.held())
    expect(page.get_by_text(alone)).to_have_count(0)


def test_a_session_that_ends_keeps_it_and_leads_back(chose, new_page, wait_until):
    page = new_page(chose.qui, **TELEPHONE)
    page.goto(chose.url)
    page.wait_for_timeout(500)
    Session.objects.all().delete()
    chose.give(page)
    expect(chose.line(page)).to_contain_text("Votre session a expiré\u00a0: gardé sur cet appareil.")
    link = chose.line(page).get_by_role("link", name="Se reconnecter et continuer ici")
    door, _, back = link.get_attribute("href").partition("?next=")
    assert (door, re.sub("#.*", "", unquote(back))) == (reverse("account_login"), chose.url)
    # Nothing leaves by itself: somebody else may have signed in on this device meanwhile.
    tries = stop(page, chose)
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(6_000)
    assert (tries, chose.held()) == ([], False)
    page.unroute(chose.posts)
    again = new_page(chose.qui)
    page.context.add_cookies(again.context.cookies())
    page.goto("about:blank")
    page.goto(unquote(back))
    wait_until(lambda: page.wait_for_timeout(50) or chose.held())


def test_what_a_closed_tab_left_leaves_from_another(chose, new_page, wait_until):
    page = new_page(chose.qui, **TELEPHONE)
    page.goto(chose.url)
    stop(page, chose)
    chose.give(page)
    expect(chose.line(page)).to_contain_text("gardé sur cet appareil")
    other = page.context.new_page()
    page.close(run_before_unload=False)
    other.goto(chose.url)
    wait_until(lambda: other.wait_for_timeout(50) or chose.held())
    kept = "Object.keys(localStorage).filter((name) => name !== 'label-theme')"
    wait_until(lambda: other.wait_for_timeout(50) or other.evaluate(kept) == [])
