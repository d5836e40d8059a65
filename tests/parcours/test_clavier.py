"""By the keyboard alone, then without any script: from the home page to a deposit, and the ballot of a juror."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from juries.models import Declaration
from label.tasks import sweep_courriels
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.depot import complete_dossier
from tests.factories.juries import audition_of, dossier_of, jure_of, jury_of, seance_of
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.parcours.pages import code, confirm_engagements, fill, place_of, press, says

pytestmark = pytest.mark.django_db(transaction=True)

# How much the drawing around an element changes when it takes the focus: none means nobody sees where one is.
FOCUS_SEEN = """element => {
  const look = e => {
    const s = getComputedStyle(e);
    const outline = s.outlineStyle === 'none' || parseFloat(s.outlineWidth) === 0 ? '' : s.outline;
    return outline + '|' + s.boxShadow + '|' + s.borderColor + '|' + s.backgroundColor + '|' + s.textDecoration;
  };
  const around = e => [e, e.nextElementSibling, e.parentElement].filter(Boolean).map(look).join('/');
  const focused = around(element);
  element.blur();
  const plain = around(element);
  element.focus({focusVisible: true});
  return focused !== plain;
}"""


@pytest.fixture
def edition(transactional_db):
    """Open today."""
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=60)
    return EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=9),
        fin_instruction=day,
        jury_debut=day,
        jury_fin=day,
        publication_prevue=day,
    )


def focused(page):
    return page.locator("*:focus")


def tab_to(page, role, name, *, most=80):
    """Press Tab until the element of this role and name has the focus; each stop on the way must be visible."""
    wanted = page.get_by_role(role, name=name, exact=isinstance(name, str)).first.element_handle()
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        stop = focused(page).first
        assert stop.evaluate(FOCUS_SEEN), f"nobody sees the focus on {stop.evaluate('e => e.outerHTML')[:200]}"
        if page.evaluate("wanted => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"Tab never reaches {role} {name}")


def test_from_the_home_page_to_a_sent_idea_with_the_keyboard(page, boite, edition):
    quartier = QuartierFactory(nom="Les Tilleuls", contrats=[ContratFactory()])
    mariam = UserFactory(email="mariam@halle.example", prenom="Mariam", nom="Cissé")
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    assert focused(page).bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("#contenu")).to_be_focused()
    tab_to(page, "link", re.compile("Proposer une idée"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/idee/")
    tab_to(page, "textbox", re.compile("Un titre"))
    page.keyboard.type("La halle aux réparations")
    tab_to(page, "textbox", re.compile("Le besoin"))
    page.keyboard.type("Rien ne se répare ici.")
    tab_to(page, "textbox", re.compile("Votre idée"))
    page.keyboard.type("Réparer ensemble.")
    tab_to(page, "textbox", re.compile("Votre adresse"))
    page.keyboard.type(mariam.email)
    tab_to(page, "button", "Continuer")
    page.keyboard.press("Enter")
    summary = page.locator("#erreurs")
    expect(summary).to_be_focused()
    assert summary.locator("a").all_inner_texts() == [
        "Quartiers prioritaires où agirait le projet",
        "Nom de la structure",
    ]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name=quartier.nom)).to_be_focused()
    page.keyboard.press("Space")
    tab_to(page, "textbox", re.compile("Nom de la structure"))
    page.keyboard.type("Les Répareurs")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compte/code/**")
    tab_to(page, "textbox", re.compile("Code"))
    sweep_courriels()
    page.keyboard.type(code(boite.wait(mariam.email, "code")))
    page.keyboard.press("Enter")
    page.wait_for_url("**/idee/?attente=*")
    tab_to(page, "button", "Envoyer mon idée")
    page.keyboard.press("Enter")
    says(page, "Votre idée est envoyée")
    dossier = Dossier.objects.get()
    assert (dossier.titre, dossier.structure.nom, dossier.created_by) == (
        "La halle aux réparations",
        "Les Répareurs",
        mariam,
    )


def test_the_links_of_the_error_summary_lead_to_the_fields(new_page, edition):
    porteur = UserFactory()
    dossier = DossierFactory(edition=edition, porteur=porteur)
    page = new_page(porteur)
    page.goto(f"/dossiers/{dossier.cle}/structure/")
    tab_to(page, "textbox", re.compile("Numéro RNA"))
    page.keyboard.type("X1")
    tab_to(page, "textbox", re.compile("Code postal"))
    page.keyboard.press("Control+a")
    page.keyboard.type("9440")
    tab_to(page, "button", "Enregistrer")
    page.keyboard.press("Enter")
    expect(page.locator("#erreurs")).to_be_focused()
    for champ in ("Numéro RNA", "Code postal"):
        page.locator("#erreurs").focus()
        tab_to(page, "link", re.compile(champ, re.IGNORECASE), most=4)
        page.keyboard.press("Enter")
        field = page.get_by_label(re.compile(rf"^\s*{champ}", re.IGNORECASE))
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        described = field.get_attribute("aria-describedby").split()
        assert any(page.locator(f"[id='{part}']").inner_text() for part in described if "error" in part)


def test_a_section_is_saved_with_the_keyboard(new_page, edition):
    porteur = UserFactory()
    dossier = DossierFactory(edition=edition, porteur=porteur)
    page = new_page(porteur)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    tab_to(page, "textbox", re.compile("Besoin et origine"))
    page.keyboard.type("Rien ne se répare ici.")
    tab_to(page, "button", "Enregistrer et continuer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoire/")
    dossier.refresh_from_db()
    assert dossier.besoin == "Rien ne se répare ici."


def test_the_ballot_is_filled_with_arrows(new_page, edition, wait_until):
    jury = jury_of(edition)
    jure = jure_of(jury)
    audition = audition_of(seance_of(jury, debut=timezone.now() - timedelta(minutes=5)), dossier_of(jury))
    Declaration.objects.create(jure=jure, dossier=audition.dossier)
    page = new_page(jure.user, width=375)
    page.goto(f"/jury/auditions/{audition.cle}/noter/")
    tab_to(page, "radio", re.compile("^0"))
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#etat")).to_have_text(re.compile("Enregistré à"))
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    wait_until(lambda: list(values(audition)) == [(4, False), (None, True)])
    tab_to(page, "button", "Rendre définitif")
    page.keyboard.press("Enter")
    expect(page.locator("#confirmation-oui")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#confirmation")).to_be_hidden()
    expect(page.get_by_role("button", name="Rendre définitif")).to_be_focused()
    # Closed and asked again before the browser has told that it was closed.
    page.evaluate("""() => {
        const button = document.activeElement;
        button.click();
        document.getElementById("confirmation").close();
        button.click();
    }""")
    expect(page.locator("#confirmation-oui")).to_be_focused()
    page.keyboard.press("Enter")
    says(page, "Votre bulletin est définitif")
    assert audition.bulletins.get().is_final


def values(audition):
    return audition.bulletins.get().notes.order_by("critere__ordre").values_list("valeur", "sans_avis")


def test_without_script_an_idea_a_section_and_a_deposit(new_page, edition):
    contrat = ContratFactory()
    quartier = QuartierFactory(nom="Les Tilleuls", contrats=[contrat])
    AffectationFactory(contrat=contrat)
    porteur = UserFactory()
    page = new_page(porteur, java_script_enabled=False)
    page.goto("/idee/")
    press(page, "Envoyer mon idée")
    expect(page.locator("#erreurs")).to_contain_text("Choisissez au moins un quartier prioritaire.")
    fill(page, {"Un titre": "La halle", "Le besoin": "Rien ne se répare.", "Votre idée": "Réparer."})
    page.get_by_label(quartier.nom).check()
    fill(page, {"Nom de la structure": "Les Répareurs"})
    press(page, "Envoyer mon idée")
    says(page, "Votre idée est envoyée")
    dossier = Dossier.objects.get()
    assert (dossier.statut, dossier.contrat, place_of(page)) == (Statut.IDEE, contrat, f"/dossiers/{dossier.cle}/")

    pret = complete_dossier(edition=edition, contrat=contrat, quartiers=[quartier])
    page = new_page(pret.responsable, java_script_enabled=False)
    page.goto(f"/dossiers/{pret.cle}/projet/")
    fill(page, {"Objectifs": "Réparer deux cents vélos."})
    press(page, "Enregistrer")
    says(page, "est enregistré à")
    page.goto(f"/dossiers/{pret.cle}/deposer/")
    confirm_engagements(page)
    press(page, "Déposer le dossier")
    assert place_of(page) == f"/dossiers/{pret.cle}/depot/"
    pret.refresh_from_db()
    assert (pret.statut, pret.objectifs) == (Statut.DEPOSE, "Réparer deux cents vélos.")
    assert pret.versions.get().contenu["sections"]["projet"]["objectifs"] == "Réparer deux cents vélos."
