"""On a slow line people type before the scripts have come: nothing they typed is undone, and it is saved."""

from contextlib import contextmanager

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from juries.models import Note, Seance
from projects.models import Dossier
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.telephone import TELEPHONE, open_edition

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def slow(page, url):
    """The page is there, its deferred scripts come at the end of the block."""
    held = []
    page.route("**/js/label*.js", lambda route: held.append(route))  # noqa: PLW0108 (a built-in is refused here)
    page.goto(url, wait_until="commit")
    yield
    assert len(held) == 1
    with page.expect_event("load"):
        held[0].continue_()
    page.unroute("**/js/label*.js")


def test_08_words_typed_before_the_scripts_are_saved(new_page):
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    dossier = DossierFactory(edition=open_edition(), porteur=porteur, besoin="Des vélos")
    page = new_page(porteur, **TELEPHONE)
    with slow(page, f"/dossiers/{dossier.cle}/projet/"):
        page.locator("#id_besoin").press("End")
        page.keyboard.type(" et des trottinettes")
    expect(page.locator("#etat-id_besoin")).to_contain_text("Enregistré à")
    assert page.locator("#id_besoin").input_value() == "Des vélos et des trottinettes"
    assert Dossier.objects.get().besoin == "Des vélos et des trottinettes"


def test_08_a_ballot_tapped_before_the_scripts_is_saved(new_page):
    audition = audition_of(seance_of(jury_of()))
    jure = jure_of(audition.seance.jury)
    free(jure, audition)
    phone = new_page(jure.user, **TELEPHONE)
    with slow(phone, reverse("juries:notation", args=[audition.cle])):
        phone.get_by_label("4 · très bon").first.check()
        phone.locator("textarea").press_sequentially("Très solide")
    phone.get_by_text("Enregistré à").wait_for()
    assert phone.get_by_label("4 · très bon").first.is_checked()
    phone.wait_for_timeout(1_500)
    assert list(Note.objects.values_list("valeur", "bulletin__commentaire")) == [(4, "Très solide")]


def test_08_a_form_filled_before_the_scripts_leaves_as_typed(new_page):
    jury = jury_of()
    page = new_page(UserFactory(pilote=True))
    with slow(page, reverse("juries:seance_create", args=[jury.edition.annee])):
        page.get_by_label("Jour").fill("2027-01-12")
        page.get_by_label("Début").fill("09:00")
    assert page.get_by_label("Jour").input_value() == "2027-01-12"
    page.get_by_label("Fin").fill("12:00")
    page.get_by_label("Lieu").fill("Orly")
    page.get_by_role("button", name="Enregistrer la séance").click()
    page.get_by_text("La séance est créée").wait_for()
    assert [f"{seance.debut:%Y-%m-%d}" for seance in Seance.objects.all()] == ["2027-01-12"]


def test_08_an_idea_begun_before_the_scripts_outlives_a_reload(new_page):
    open_edition()
    page = new_page()
    with slow(page, reverse("projects:idee_create")):
        page.get_by_label("Titre").first.press_sequentially("Des vélos pour tous")
    page.reload()
    assert page.get_by_label("Titre").first.input_value() == "Des vélos pour tous"
