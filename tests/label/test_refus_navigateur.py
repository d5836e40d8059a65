"""A value refused beside its field: nothing of it stays once the field holds what the server keeps."""

import re

import pytest
from playwright.sync_api import expect

from projects.enums import TypeStructure
from tests.factories.label import UserFactory
from tests.factories.projects import BudgetLigneFactory, DossierFactory
from tests.reparations.telephone import TELEPHONE, open_edition

pytestmark = pytest.mark.django_db(transaction=True)

KEPT = (
    "Object.keys(localStorage).filter((name) => !name.includes('theme')).map((name) => JSON.parse(localStorage[name]))"
)


def kept(page):
    """The values this device keeps, sorted by what they are written."""
    return sorted((str(one["valeur"]) for one in page.evaluate(KEPT)), key=str)


@pytest.fixture
def porteur():
    return UserFactory()


@pytest.fixture
def dossier(porteur):
    return DossierFactory(
        edition=open_edition(), porteur=porteur, beneficiaires=300, structure__type=TypeStructure.ASSOCIATION
    )


def part(dossier, section):
    return f"/dossiers/{dossier.cle}/{section}/"


def refuse(page, box, state, text):
    box.fill(text)
    box.blur()
    expect(state).to_contain_text("pas encore enregistré")
    assert len(kept(page)) == 1


def at_rest(page, box, state, said):
    expect(state).to_have_text(said)
    expect(state).to_have_class("champ-etat champ-etat-fait")
    expect(box).not_to_have_attribute("aria-invalid", "true")
    assert kept(page) == []


@pytest.mark.parametrize(
    ("section", "name", "text"), [("structure", "siret", "123"), ("territoire", "beneficiaires", "8,5")]
)
def test_the_saved_value_typed_again_after_a_refusal_is_saved(section, name, text, porteur, dossier, new_page):
    page = new_page(porteur, **TELEPHONE)
    page.goto(part(dossier, section))
    box, state = page.locator(f"#id_{name}"), page.locator(f"#etat-id_{name}")
    saved = box.input_value()
    refuse(page, box, state, text)
    box.fill(saved)
    at_rest(page, box, state, "Enregistré")
    # Once more, on the way to another value: nothing is sent between the two.
    refuse(page, box, state, text)
    box.press_sequentially("x")
    box.fill(saved)
    at_rest(page, box, state, "Enregistré")


def test_the_saved_amount_typed_again_in_a_budget_line_is_saved(porteur, dossier, new_page):
    line = BudgetLigneFactory(dossier=dossier, montant=30)
    page = new_page(porteur)
    page.goto(part(dossier, "budget"))
    row = page.locator(f"[data-champ='ligne.{line.cle}']")
    box, state = row.locator("[data-cle=montant]"), row.locator("[data-etat]")
    saved = box.input_value()
    refuse(page, box, state, "environ 30")
    box.fill(saved)
    at_rest(page, box, state, "Enregistré")


def test_the_saved_value_typed_again_before_the_refusal_comes_is_saved(porteur, dossier, new_page):
    page = new_page(porteur)
    page.goto(part(dossier, "territoire"))
    box, state = page.locator("#id_beneficiaires"), page.locator("#etat-id_beneficiaires")
    asked = []

    def hold(route):
        asked.append(route)

    page.route("**/champs/beneficiaires/", hold)
    box.fill("8,5")
    box.blur()
    expect(state).to_have_text("Enregistrement…")
    box.fill("300")
    [first] = asked
    first.continue_()
    at_rest(page, box, state, "Enregistré")


def test_a_refused_value_corrected_after_the_button_leaves_nothing_behind(porteur, dossier, new_page):
    page = new_page(porteur, **TELEPHONE)
    page.goto(part(dossier, "territoire"))
    box, state = page.locator("#id_beneficiaires"), page.locator("#etat-id_beneficiaires")
    refuse(page, box, state, "1,5")
    # Never refused, from a page that is gone: it is not this field's correction that makes it worthless.
    page.evaluate(
        """() => {
          const [name] = Object.keys(localStorage).filter((one) => one.includes('beneficiaires:'));
          const cut = { ...JSON.parse(localStorage[name]), ecran: 'coupe', valeur: '250', refuse: undefined };
          localStorage[name.replace(/:[^:]*$/, ':coupe')] = JSON.stringify(cut);
          localStorage['ailleurs:' + name] = localStorage[name];
        }"""
    )
    page.route(
        "**/champs/beneficiaires/",
        lambda route: route.abort() if "coupe" in route.request.post_data else route.fallback(),
    )
    with page.expect_navigation() as asked:
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert asked.value.status == 422
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#gardes")).to_contain_text("personnes attendues")
    box.fill("301")
    box.blur()
    expect(state).to_have_text(re.compile(r"^Enregistré à \d+\sh\s\d\d$"))
    expect(box).not_to_have_attribute("aria-invalid", "true")
    expect(box).not_to_have_class(re.compile("is-invalid"))
    expect(page.locator(".invalid-feedback:visible")).to_have_count(0)
    expect(page.locator("#erreurs")).to_have_count(0)
    expect(page.locator("#gardes")).to_be_hidden()
    # What was cut stays, and what is not of this person.
    assert kept(page) == ["1,5", "250"]
    page.evaluate(
        "Object.keys(localStorage).forEach((one) => one.startsWith('ailleurs:') && localStorage.removeItem(one))"
    )
    page.goto(part(dossier, "structure"))
    page.wait_for_load_state("networkidle")
    expect(page.locator("#gardes")).to_be_hidden()
    assert kept(page) == ["250"]
    dossier.refresh_from_db()
    assert dossier.beneficiaires == 301


def test_a_refused_value_typed_again_after_the_button_is_refused_again(porteur, dossier, new_page):
    page = new_page(porteur)
    page.goto(part(dossier, "territoire"))
    box, state = page.locator("#id_beneficiaires"), page.locator("#etat-id_beneficiaires")
    refuse(page, box, state, "1,5")
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    box.fill("2,5")
    box.blur()
    expect(state).to_contain_text("pas encore enregistré")
    box.fill("1,5")
    box.blur()
    expect(state).to_contain_text("«\u00a01,5\u00a0» a des décimales")
    expect(box).to_have_attribute("aria-invalid", "true")


def test_what_another_open_page_is_still_typing_stays_its_own(porteur, dossier, new_page):
    page = new_page(porteur)
    page.goto(part(dossier, "territoire"))
    refuse(page, page.locator("#id_beneficiaires"), page.locator("#etat-id_beneficiaires"), "1,5")
    other = page.context.new_page()
    other.goto(part(dossier, "territoire"))
    other.locator("#id_beneficiaires").fill("301")
    other.locator("#id_beneficiaires").blur()
    expect(other.locator("#etat-id_beneficiaires")).to_contain_text("Enregistré à")
    other.wait_for_load_state("networkidle")
    assert kept(other) == ["1,5"]


def test_the_former_value_typed_again_while_another_leaves_is_the_one_kept(porteur, dossier, new_page):
    page = new_page(porteur)
    page.goto(part(dossier, "territoire"))
    box, state = page.locator("#id_beneficiaires"), page.locator("#etat-id_beneficiaires")
    held = []
    page.route("**/champs/beneficiaires/", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_request("**/champs/beneficiaires/"):
        box.fill("450")
    box.fill("300")
    with page.expect_response("**/champs/beneficiaires/"):
        held[0].continue_()
    with page.expect_response("**/champs/beneficiaires/"):
        pass
    expect(state).to_contain_text("Enregistré à")
    expect(box).to_have_value("300")
    assert kept(page) == []
    dossier.refresh_from_db()
    assert dossier.beneficiaires == 300
