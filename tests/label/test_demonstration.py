"""The demonstration while its fictional year is being made, then once it is."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from label.demonstration.comptes import COMPTES
from tests.factories.label import EditionFactory

SE_PREPARE = "L’année de démonstration se prépare, une minute environ\u00a0: cette page se remplira d’elle-même."
# What anybody may open, whether or not there is anything in it yet.
PUBLIQUES = ("/", "/territoire/", "/laureats/", "/donnees-personnelles/", "/compte/login/", "/demonstration/")


@pytest.mark.django_db
@pytest.mark.parametrize("page", PUBLIQUES)
def test_every_page_says_that_the_year_is_being_made(client, settings, page):
    settings.DEMO = True
    answer = client.get(page)
    assert (answer.status_code, answer.text.count(SE_PREPARE), answer.text.count('class="bandeau-demo"')) == (200, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PUBLIQUES)
@pytest.mark.parametrize("demo", [True, False])
def test_no_page_says_so_once_it_is_made_nor_elsewhere(client, settings, page, demo):
    settings.DEMO = demo
    if demo:
        EditionFactory()
    answer = client.get(page)
    # The door of the accounts is that of the demonstration alone.
    status = 404 if page == "/demonstration/" and not demo else 200
    assert (answer.status_code, "se prépare" in answer.text, "data-se-prepare" in answer.text) == (status, False, False)


@pytest.mark.django_db
def test_an_account_that_is_not_made_yet_is_no_dead_end(client, settings):
    settings.DEMO = True
    answer = client.post(reverse("label:demo_login"), {"email": COMPTES[0].email}, follow=True)
    assert (answer.redirect_chain, SE_PREPARE in answer.text) == ([(reverse("label:demo_comptes"), 302)], True)


@pytest.mark.django_db(transaction=True)
def test_the_page_fills_by_itself(new_page, settings):
    settings.DEMO = True
    page = new_page(width=375)
    page.goto("/")
    expect(page.locator(".bandeau-demo")).to_contain_text(SE_PREPARE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    edition = EditionFactory()
    expect(page.locator(".bandeau-demo")).to_have_text("Démonstration\u00a0: personnes, structures et dossiers fictifs")
    expect(page.locator("main")).to_contain_text(str(edition.annee))


@pytest.mark.django_db(transaction=True)
def test_what_was_typed_meanwhile_stays(new_page, settings):
    settings.DEMO = True
    page = new_page()
    page.goto("/compte/login/")
    box = page.get_by_role("textbox").first
    box.press_sequentially("awa@exemple.example")
    EditionFactory()
    expect(page.locator(".bandeau-demo")).to_have_text(
        "L’année de démonstration est prête\u00a0: rechargez la page pour la voir."
    )
    expect(box).to_have_value("awa@exemple.example")
