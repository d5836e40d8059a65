"""«Précédent»: what somebody typed is still there; what somebody who has left was reading is not."""

import pytest

from tests.factories.contrats import AffectationFactory
from tests.factories.depot import complete_dossier

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ecrit(new_page):
    """A chef de projet writing to the porteurs: the form keeps no draft of its own."""
    dossier = complete_dossier()
    chef = AffectationFactory(contrat=dossier.contrat, user__nom="Lefranc").user
    page = new_page(chef)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"/portefeuille/message/?dossier={dossier.cle}")
    return page


def test_words_typed_and_not_sent_are_found_again(ecrit):
    ecrit.locator("#id_texte").fill("Un mot à moitié")
    ecrit.goto("/tableau/")
    ecrit.go_back()
    assert ecrit.locator("#id_texte").input_value() == "Un mot à moitié"


def test_once_signed_out_the_pages_read_before_are_not_found_again(ecrit):
    assert "Lefranc" in ecrit.content()
    ecrit.goto("/tableau/")
    ecrit.locator(".menu-compte summary").click()
    ecrit.get_by_role("button", name="Se déconnecter").click()
    ecrit.wait_for_url("**/")
    for _ in range(2):
        ecrit.go_back()
        ecrit.wait_for_load_state()
        assert "Lefranc" not in ecrit.content()
