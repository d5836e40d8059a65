"""A word being composed, as on every telephone: saved before it is done, and not broken by what others write."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ecriture.models import Divergence
from juries.models import Bulletin
from projects.models import Dossier
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.telephone import TELEPHONE, Clavier, freeze, hide, kill, open_edition

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def duo(transactional_db, broker):
    """(dossier, porteur, chef): a draft that may be written today."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(edition=open_edition(), porteur=porteur, chef=chef), porteur, chef


@pytest.fixture
def awa(duo, new_page):
    """Awa's telephone, the caret in the text «besoin»."""
    dossier, porteur, _ = duo
    page = new_page(porteur, **TELEPHONE)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    page.locator("#id_besoin").tap()
    return page


def besoin():
    return Dossier.objects.values_list("besoin", flat=True).get()


def test_09_a_word_left_open_is_saved_while_it_is_composed(awa, wait_until):
    Clavier(awa).compose("réparation")
    wait_until(lambda: besoin() == "réparation", 5)
    expect(awa.locator("#etat-id_besoin")).to_have_text(re.compile("^Enregistré à"))
    expect(awa.locator("#id_besoin")).to_have_value("réparation")


def test_09_typing_on_without_a_pause_is_saved_too(awa, wait_until):
    """Letter after letter, never a second of rest: not more than ten seconds stay unsaved."""
    clavier = Clavier(awa)
    for _ in range(30):
        clavier.compose("a")
        awa.wait_for_timeout(400)
    assert besoin().startswith("aaaaaaaaaa")


@pytest.mark.parametrize("going", ["another page", "another application", "the tab is closed", "stopped, then killed"])
def test_09_an_open_word_is_saved_when_the_page_goes_away(going, duo, awa, wait_until):
    Clavier(awa).compose("atelier")
    match going:
        case "another page":
            awa.evaluate("location.href = '/'")
        case "another application":
            hide(awa)
        case "the tab is closed":
            awa.close(run_before_unload=False)
        case "stopped, then killed":
            # What Android does to a tab it discards: hidden, frozen, then its process killed without a word.
            hide(awa)
            freeze(awa)
            kill(awa)
    # Well before the second after which it would have left by itself.
    wait_until(lambda: besoin() == "atelier", 5)


def test_09_a_discarded_tab_finds_the_open_word_again(duo, awa, wait_until):
    """Without network, then killed: another tab of the same telephone sends what the first had kept."""
    dossier, _, _ = duo
    context = awa.context
    awa.route("**/champs/**", lambda route: route.abort())
    Clavier(awa).compose("jardin")
    hide(awa)
    freeze(awa)
    kill(awa)
    assert besoin() == ""
    again = context.new_page()
    again.goto(f"/dossiers/{dossier.cle}/projet/")
    expect(again.locator("#id_besoin")).to_have_value("jardin")
    expect(again.locator("#etat-id_besoin")).to_contain_text("Texte retrouvé sur cet appareil")
    assert besoin() == "jardin"


def test_09_what_a_colleague_writes_waits_for_the_end_of_the_word(duo, awa, new_page, wait_until):
    """Both write in one text at once: the word under way is not broken, and in the end both pages have it all."""
    dossier, _, chef = duo
    awa.keyboard.type("Awa. ")
    expect(awa.locator("#etat-id_besoin")).to_have_text(re.compile("^Enregistré à"))
    ended = "window.finis = 0; document.addEventListener('compositionend', () => (window.finis += 1))"
    awa.evaluate(ended)
    clavier = Clavier(awa)
    clavier.compose("répar")
    wait_until(lambda: besoin() == "Awa. répar", 5)
    luc = new_page(chef)
    luc.goto(f"/dossiers/{dossier.cle}/projet/")
    luc.locator("#id_besoin").press("Home")
    luc.keyboard.type("Luc. ")
    wait_until(lambda: besoin() == "Luc. Awa. répar", 5)
    # It has come to her page, which shows it only once her word is done; her letters go on being saved.
    awa.wait_for_timeout(3_000)
    assert awa.locator("#id_besoin").input_value() == "Awa. répar"
    clavier.compose("ation")
    wait_until(lambda: besoin() == "Luc. Awa. réparation", 5)
    awa.wait_for_timeout(1_500)
    assert (awa.locator("#id_besoin").input_value(), awa.evaluate("window.finis")) == ("Awa. réparation", 0)
    clavier.commit()
    for page in (awa, luc):
        expect(page.locator("#id_besoin")).to_have_value("Luc. Awa. réparation", timeout=10_000)
    awa.keyboard.type(" des vélos")
    wait_until(lambda: besoin() == "Luc. Awa. réparation des vélos", 5)
    assert not Divergence.objects.exists()


def test_09_a_word_that_follows_another_at_once_is_not_broken(duo, awa, wait_until):
    """Some keyboards open the next word in the very moment the last one ends."""
    clavier = Clavier(awa)
    for word in ("un", "deux", "trois", "quatre"):
        clavier.compose(word)
        clavier.commit()
        clavier.compose(" ")
        clavier.commit()
    clavier.compose("cinq")
    wait_until(lambda: besoin().strip() == "un deux trois quatre cinq", 5)
    assert awa.locator("#id_besoin").input_value() == "un deux trois quatre cinq"


@pytest.mark.parametrize("going", ["another page", "another application"])
def test_09_the_comment_of_a_ballot_too(going, new_page, wait_until):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jure = jure_of(jury)
    free(jure, audition)
    page = new_page(jure.user, **TELEPHONE)
    page.goto(reverse("juries:notation", args=[audition.cle]))
    page.locator("textarea").tap()
    Clavier(page).compose("solide")
    if going == "another page":
        page.evaluate("location.href = '/'")
    else:
        hide(page)
    wait_until(lambda: list(Bulletin.objects.values_list("commentaire", flat=True)) == ["solide"], 5)
