"""In a browser: a text too long is said beside its field and kept, the other fields go on, shortened it is saved."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from projects.models import Dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.textes import LIMITE, texte


@pytest.fixture
def ecrit(transactional_db, broker):
    """(dossier, porteur): a draft that may be written today."""
    now = timezone.now()
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=30),
        fin_instruction=(now + timedelta(days=60)).date(),
        jury_debut=(now + timedelta(days=70)).date(),
        jury_fin=(now + timedelta(days=74)).date(),
        publication_prevue=(now + timedelta(days=100)).date(),
    )
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    return DossierFactory(edition=edition, porteur=porteur), porteur


def test_04_a_text_too_long_waits_beside_its_field_and_the_others_go_on(ecrit, new_page):
    dossier, porteur = ecrit
    page = new_page(porteur, width=375)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    besoin, etat = page.get_by_label("Besoin et origine"), page.locator("#etat-id_besoin")
    whole = texte(LIMITE, 1)
    besoin.fill(whole + "é" * 12)
    expect(etat).to_have_text(
        "30\u202f000\u00a0caractères au plus\u00a0: 12 de trop. "
        "Votre texte est gardé sur cet appareil, pas encore enregistré."
    )
    expect(etat).to_have_class(re.compile("champ-etat-erreur"))
    # Nothing was cut, nor sent for nothing; the counter says the same.
    expect(besoin).to_have_value(whole + "é" * 12)
    expect(page.locator("#id_besoin ~ .compteur")).to_have_text("12\u00a0caractères de trop (30\u202f000 au plus)")
    actions = page.get_by_label("Actions prévues")
    actions.fill("Un atelier")
    actions.blur()
    expect(page.locator("#etat-id_actions")).to_have_text(re.compile("^Enregistré à"))
    assert not any("/besoin/" in url for url in sent)
    assert (Dossier.objects.get().besoin, Dossier.objects.get().actions) == ("", "Un atelier")
    # The window is closed: on this device the text is back in its field, to be shortened.
    other = page.context.new_page()
    page.close()
    other.goto(f"/dossiers/{dossier.cle}/projet/")
    besoin, etat = other.get_by_label("Besoin et origine"), other.locator("#etat-id_besoin")
    expect(besoin).to_have_value(whole + "é" * 12)
    expect(etat).to_contain_text("12 de trop")
    # The button of the section shows it again beside its error.
    other.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(other.locator("#error_1_id_besoin")).to_contain_text("12 de trop")
    expect(other.get_by_label("Besoin et origine")).to_have_value(whole + "é" * 12)
    besoin.fill(whole)
    expect(etat).to_have_text(re.compile("^Enregistré à"))
    assert Dossier.objects.get().besoin == whole
    assert other.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('label-brouillon'))") == []


def test_04_what_the_device_has_no_room_for_is_said_so(ecrit, new_page):
    dossier, porteur = ecrit
    page = new_page(porteur)
    page.goto(f"/dossiers/{dossier.cle}/projet/")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }; }")
    page.get_by_label("Besoin et origine").fill(texte(LIMITE + 1, 1))
    expect(page.locator("#etat-id_besoin")).to_contain_text("copiez-le ailleurs avant de la fermer")
