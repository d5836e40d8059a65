"""The grid in two real browsers: a line added, typed, saved by itself, removed, put back; several cells pasted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from projects.dossier.section import save_section
from projects.enums import Section
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db(transaction=True)


def grid(dossier):
    return sorted(dossier.budget_lignes.values_list("compte", "libelle", "montant", "is_obtenu", "is_ept"))


def test_a_line_is_added_saved_by_itself_removed_and_put_back(new_page, wait_until):
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=60)
    dates = dict.fromkeys(("fin_instruction", "jury_debut", "jury_fin", "publication_prevue"), day)
    edition = EditionFactory(
        annee=now.year, ouverture=now - timedelta(days=9), cloture=now + timedelta(days=9), **dates
    )
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(porteur=porteur, chef=chef, edition=edition)
    bois = {"sens": "charge", "compte": "60", "libelle": "Bois", "montant": 1000, "is_obtenu": False}
    save_section(dossier, Section.BUDGET, values={"montant_demande": 1000}, lignes=[bois], by=porteur)
    ept = dossier.budget_lignes.get(is_ept=True)
    before = [("60", "Bois", 1000, False, False), ("74", ept.libelle, 1000, False, True)]
    page, other = new_page(porteur), new_page(chef)
    for one in (page, other):
        one.goto(reverse("projects:section_edit", args=[dossier.cle, "budget"]))
    solde = page.locator("[data-budget-solde]")
    expect(solde).to_have_text("Le budget est équilibré")
    expect(page.get_by_text("Nouvelles lignes").first).to_be_hidden()

    page.get_by_role("button", name="Ajouter une ligne : 74 Subventions").click()
    page.keyboard.type("Ville d’Ivry")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_label("Montant en euros : 74 Subventions, ligne 2").fill("1 200,00 €")
    expect(solde).to_have_text("Il manque 1\u202f200\u00a0€ du côté des charges")
    wait_until(lambda: grid(dossier) == [*before, ("74", "Ville d’Ivry", 1200, True, False)])

    theirs = other.get_by_label("Financeur ou précision : 74 Subventions, ligne 2")
    expect(theirs).to_have_value("Ville d’Ivry")

    page.get_by_role("button", name="Ajouter une ligne : 60 Achats").click()
    page.get_by_label("Montant en euros : 60 Achats, ligne 2").fill("12,50")
    expect(
        page.get_by_text("Un montant est un nombre entier d’euros, sans centimes et jamais négatif.")
    ).to_be_visible()
    page.get_by_role("button", name="Retirer la ligne : 74 Subventions, ligne 2").click()
    wait_until(lambda: grid(dossier) == before)
    expect(theirs).to_be_hidden()
    for one in (page, other):
        expect(one.locator("[data-budget-solde]")).to_have_text("Le budget est équilibré")
    page.keyboard.press("Enter")
    wait_until(lambda: grid(dossier) == [*before, ("74", "Ville d’Ivry", 1200, True, False)])

    page.get_by_role("button", name="Retirer la ligne : 60 Achats, ligne 2").click()
    page.get_by_label("Précision : 60 Achats").first.focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData("text/plain", "61\\tLocation\\t300");
          const pasted = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
          document.activeElement.dispatchEvent(pasted);
        }"""
    )
    page.get_by_role("button", name="Enregistrer dans le budget").click()
    expect(page.get_by_text("1\u00a0ligne enregistrée dans le budget.")).to_be_visible()
    assert ("61", "Location", 300, False, False) in grid(dossier)
