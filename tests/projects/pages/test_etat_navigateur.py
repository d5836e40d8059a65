"""What the page says of what is saved stays in sight, wherever one has scrolled to on a telephone."""

import re

from django.urls import reverse
from playwright.sync_api import expect

from projects.enums import Statut
from tests.factories.depot import complete_dossier


def test_the_state_of_saving_is_in_sight_on_a_telephone(new_page):
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    page = new_page(dossier.responsable, width=375, height=667)
    page.goto(reverse("projects:section_edit", args=[dossier.cle, "projet"]))
    state = page.locator("[data-etat-page]")
    expect(state).to_be_hidden()
    page.locator("[name=titre]").fill("Un titre nouveau")
    expect(state).to_have_text(re.compile("^Enregistré à "))
    for where in ("0", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {where})")
        expect(state).to_be_in_viewport(ratio=1)
    page.route("**/champs/**", lambda route: route.abort())
    page.locator("[name=besoin]").fill("Un besoin nouveau")
    expect(state).to_have_text("Pas encore enregistré")
    page.evaluate("window.scrollTo(0, 0)")
    expect(state).to_be_in_viewport(ratio=1)
    page.unroute("**/champs/**")
    expect(state).to_have_text(re.compile("^Enregistré à "), timeout=60_000)
