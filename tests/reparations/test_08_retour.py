"""A page found again (back, reload, a tab put to sleep) shows what the server holds, and sends nothing by itself."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from ecriture.models import Champ, Retouche
from juries.models import Bulletin, Note
from projects.models import Dossier
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import QuestionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.telephone import TELEPHONE, freeze, open_edition, sent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def duo(transactional_db, broker):
    """(dossier, porteur, chef): a draft that may be written today."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(edition=open_edition(), porteur=porteur, chef=chef), porteur, chef


def texts(selector, *values):
    """How to write in this field, at each turn, and how to read it."""
    return (
        lambda page, turn: page.locator(selector).first.fill(values[turn]),
        lambda page: page.locator(selector).first.input_value(),
    )


def boxes(name):
    """One more box at each turn."""
    return (
        lambda page, turn: page.locator(f"[name={name}]").nth(turn).check(),
        lambda page: page.locator(f"[name={name}]").evaluate_all("all => all.map((one) => one.checked)"),
    )


# Every kind of field: (section, how to write at each turn, how to read).
CHAMPS = {
    "texte long": ("projet", *texts("#id_besoin", "Écrit par Awa", "Tout récrit par Luc")),
    "texte court": ("territoire", *texts("#id_lieux", "La halle d’Awa", "Le local de Luc")),
    "nombre": ("territoire", *texts("#id_beneficiaires", "120", "340")),
    "date": ("calendrier", *texts("#id_date_debut", "2027-09-01", "2027-10-15")),
    "un choix": (
        "questions",
        lambda page, turn: page.locator("[name=question_1]").select_option(index=turn + 1),
        lambda page: page.locator("[name=question_1]").input_value(),
    ),
    "plusieurs choix": ("questions", *boxes("question_2")),
    "ligne du budget": ("budget", *texts("[data-champ] [data-cle=montant]", "1500", "2600")),
    "indicateur": (
        "evaluation",
        *texts("[data-champ^=indicateur] [data-cle=libelle]", "Vélos réparés", "Vélos rendus"),
    ),
}


def reload(page):
    """As a finger that pulls the page down: Chromium puts back what its fields held."""
    with page.expect_navigation():
        page.evaluate("location.reload()")


def leave(page):
    """Go somewhere else, and let what the page says as it goes arrive."""
    page.goto("/")
    page.wait_for_timeout(500)


def story():
    """Everything that says what was written, and by whom."""
    return (
        list(Champ.objects.order_by("pk").values_list("nom", "version", "by__prenom")),
        list(Retouche.objects.order_by("pk").values_list("nom", "by__prenom", "apres")),
        list(Dossier.objects.values_list("ecrit__revision", flat=True)),
    )


def saved(page):
    expect(page.locator(".champ-etat-fait").first).to_contain_text("Enregistré à")


@pytest.mark.parametrize("how", ["retour", "rechargement"])
@pytest.mark.parametrize("champ", CHAMPS)
def test_08_what_a_colleague_wrote_is_shown_and_stays(champ, how, duo, new_page):
    """Awa writes and leaves, or stays without network; Luc writes over it; Awa finds her page again, looks, goes."""
    dossier, porteur, chef = duo
    for rank, sorte in enumerate(("choix", "plusieurs"), 1):
        QuestionFactory(pk=rank, edition=dossier.edition, sorte=sorte, options=["un", "deux", "trois"])
    section, write, read = CHAMPS[champ]
    awa, luc = new_page(porteur, **TELEPHONE), new_page(chef)
    awa.goto(f"/dossiers/{dossier.cle}/{section}/")
    write(awa, 0)
    saved(awa)
    hers = read(awa)
    if how == "retour":
        awa.goto("/")
    else:
        awa.route("**/vie/*", lambda route: route.abort())
        awa.wait_for_timeout(100)
    luc.goto(f"/dossiers/{dossier.cle}/{section}/")
    write(luc, 1)
    saved(luc)
    his, told = read(luc), story()
    assert his != hers
    asked = sent(awa)
    if how == "retour":
        awa.go_back()
    else:
        reload(awa)
    shown = read(awa)
    leave(awa)
    assert (shown, asked, story()) == (his, [], told)


def test_08_after_a_return_only_what_is_touched_is_sent(duo, new_page):
    """Luc's text stands; the word Awa then types in another field is saved, and nothing else."""
    dossier, porteur, chef = duo
    awa, luc = new_page(porteur, **TELEPHONE), new_page(chef)
    awa.goto(f"/dossiers/{dossier.cle}/projet/")
    awa.locator("#id_besoin").fill("Écrit par Awa")
    saved(awa)
    awa.goto("/")
    luc.goto(f"/dossiers/{dossier.cle}/projet/")
    luc.locator("#id_besoin").fill("Tout récrit par Luc")
    saved(luc)
    asked = sent(awa)
    awa.go_back()
    awa.locator("#id_objectifs").tap()
    awa.keyboard.type("Deux cents vélos")
    expect(awa.locator("#etat-id_objectifs")).to_contain_text("Enregistré à")
    leave(awa)
    awa.go_back()
    assert {url.rpartition("/champs/")[2] for url in asked} == {"objectifs/"}
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("Tout récrit par Luc", "Deux cents vélos")
    # The button of the part sends the whole form: it says what the server holds.
    awa.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(awa.locator(".messages, .message").first).to_be_visible()
    assert Dossier.objects.values_list("besoin", "objectifs").get() == ("Tout récrit par Luc", "Deux cents vélos")


def test_08_a_page_kept_in_memory_goes_on_where_it_was(duo, new_page, wait_until):
    """Browsers keep whole the page that is left, and bring it back with its script.

    The headless browser of the suite has no such memory: the page is told the same, and frozen meanwhile.
    """
    dossier, porteur, chef = duo
    awa, luc = new_page(porteur, **TELEPHONE), new_page(chef)
    awa.goto(f"/dossiers/{dossier.cle}/projet/")
    awa.locator("#id_besoin").fill("Écrit par Awa")
    saved(awa)
    awa.locator("#id_besoin").press("End")
    awa.keyboard.type(" encore")
    awa.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    wait_until(lambda: awa.wait_for_timeout(50) or Dossier.objects.get().besoin == "Écrit par Awa encore", 5)
    cdp = freeze(awa)
    luc.goto(f"/dossiers/{dossier.cle}/projet/")
    luc.locator("#id_besoin").fill("Tout récrit par Luc")
    saved(luc)
    asked, told = sent(awa), story()
    cdp.send("Page.setWebLifecycleState", {"state": "active"})
    awa.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(awa.locator("#id_besoin")).to_have_value("Tout récrit par Luc", timeout=20_000)
    assert (asked, story()) == ([], told)
    awa.locator("#id_besoin").press("End")
    awa.keyboard.type(", puis Awa")
    wait_until(lambda: awa.wait_for_timeout(50) or Dossier.objects.get().besoin == "Tout récrit par Luc, puis Awa", 5)


def test_08_a_ballot_shows_what_the_server_holds(new_page, wait_until):
    """A juror scores on his telephone, changes his mind on another screen, and comes back to the telephone."""
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jure = jure_of(jury)
    free(jure, audition)
    url = reverse("juries:notation", args=[audition.cle])
    phone, desk = new_page(jure.user, **TELEPHONE), new_page(jure.user)
    phone.goto(url)
    phone.get_by_label("4 · très bon").first.check()
    phone.locator("textarea").fill("Très solide")
    phone.get_by_text("Enregistré à").wait_for()
    phone.wait_for_timeout(1_500)
    phone.goto("/")
    desk.goto(url)
    desk.get_by_label("2 · moyen").first.check()
    desk.locator("textarea").fill("Moins solide")
    wait_until(lambda: Bulletin.objects.get().commentaire == "Moins solide")
    phone.go_back()
    assert phone.get_by_label("2 · moyen").first.is_checked()
    assert phone.locator("textarea").input_value() == "Moins solide"
    # The button sends what waits: nothing of the first visit with it.
    phone.get_by_role("button", name="Enregistrer").click()
    phone.get_by_text("Tout est enregistré").wait_for()
    assert list(Note.objects.values_list("valeur", "bulletin__commentaire")) == [(2, "Moins solide")]
