"""What was typed or chosen and can no longer leave is shown where it is looked for, and can be taken back."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from label.models import Edition
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.juries import audition_of, free, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.moteurs import navigateur
from tests.reparations.images import picture, saved
from tests.reparations.telephone import TELEPHONE, open_edition

pytestmark = pytest.mark.django_db(transaction=True)

# Type a text in a field; half an emoji stands in place of its mark.
PUT = """(one, text) => {
  one.value = text.replace("|DEMI|", "\\ud83d");
  one.dispatchEvent(new Event("input", { bubbles: true }));
}"""


@pytest.fixture
def dossier(transactional_db, broker):
    dossier = DossierFactory(edition=open_edition(), porteur=UserFactory(email="awa@porteur.example"))
    dossier.porteur = dossier.structure.membres.get().user
    return dossier


def part(dossier, section="projet"):
    return f"/dossiers/{dossier.cle}/{section}/"


def deadline_passes():
    Edition.objects.update(cloture=timezone.now() - timedelta(minutes=1))


def reopened():
    Edition.objects.update(cloture=timezone.now() + timedelta(days=30))


# --- The deadline passes while somebody writes -----------------------------------------------------


def kept(page):
    """What the page shows as kept on this device: [(label without its time, text)]."""
    return page.locator("#gardes .garde, #gardes blockquote").evaluate_all(
        "all => all.map((one) => [one.querySelector('label')?.textContent.split(' (')[0],"
        " one.querySelector('textarea')?.value ?? one.textContent])"
    )


def test_07_typed_at_the_deadline_is_still_shown_when_the_part_is_closed(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.context.add_init_script(navigateur.scripts())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(part(dossier))
    deadline_passes()
    page.locator("#id_besoin").fill("Écrit à la dernière minute\n\nen deux paragraphes")
    expect(page.locator("#etat-id_besoin")).to_contain_text("Votre texte est gardé sur cet appareil")
    with page.expect_navigation() as asked:
        page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert asked.value.status == 422
    texte = "Écrit à la dernière minute\n\nen deux paragraphes"
    expect(page.get_by_role("heading", name="Gardé sur cet appareil")).to_be_visible()
    assert kept(page) == [["Gardé\u00a0: Besoin et origine", texte]]
    # Once, not twice.
    expect(page.get_by_role("heading", name="Ce que vous aviez écrit")).to_have_count(0)
    assert navigateur.problems(page, "clair, 375 px", "sombre, 375 px") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    box = page.locator("#gardes textarea")
    assert box.evaluate("one => one.readOnly")
    page.locator("#gardes").get_by_role("button", name="Copier").click()
    expect(page.locator("#annonces")).to_contain_text("Le texte est copié.")
    assert page.evaluate("navigator.clipboard.readText()") == texte
    # Opened again tomorrow, or another part of the same dossier: still there, until the person says otherwise.
    for section in ("territoire", "pieces", "projet"):
        page.goto(part(dossier, section))
        assert kept(page) == [["Gardé\u00a0: Besoin et origine", texte]]
    page.locator("#gardes").get_by_role("button", name="Oublier ce texte").click()
    expect(page.locator("#gardes")).to_be_hidden()
    page.reload()
    expect(page.locator("#contenu")).to_be_visible()
    expect(page.locator("#gardes")).to_be_hidden()
    assert Dossier.objects.get().besoin == ""


def test_07_what_this_device_keeps_leaves_when_the_part_opens_again(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto(part(dossier))
    deadline_passes()
    page.locator("#id_besoin").fill("À la dernière minute")
    expect(page.locator("#etat-id_besoin")).to_contain_text("Votre texte est gardé sur cet appareil")
    page.goto(part(dossier))
    expect(page.locator("#gardes textarea")).to_have_value("À la dernière minute")
    reopened()
    page.goto(part(dossier))
    expect(page.locator("#id_besoin")).to_have_value("À la dernière minute")
    expect(page.locator("#gardes")).to_be_hidden()
    assert Dossier.objects.get().besoin == "À la dernière minute"


def test_07_what_the_server_holds_is_not_told_lost(dossier, new_page):
    """The answer was lost, not the text: a closed part shows nothing to copy. What somebody else kept is not shown."""
    Dossier.objects.update(besoin="Bien arrivé")
    deadline_passes()
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto("/")
    page.evaluate(
        """([mine, other]) => {
          const row = (nom, valeur) => JSON.stringify({ecran: "mort", nom, sequence: 1, vu: 0, base: "", valeur});
          localStorage.setItem(mine + "besoin:mort", row("besoin", "Bien arrivé"));
          localStorage.setItem(mine + "objectifs:mort", row("objectifs", "Resté ici"));
          localStorage.setItem(mine + "actions:mort", "{coupé");
          localStorage.setItem(other + "actions:mort", row("actions", "D’une autre personne"));
        }""",
        [f"label-brouillon:{pk}:{dossier.cle}:" for pk in (dossier.porteur.pk, dossier.porteur.pk + 1)],
    )
    page.goto(part(dossier))
    expect(page.locator("#gardes textarea")).to_have_count(1)
    assert kept(page) == [["Gardé\u00a0: Texte", "Resté ici"]]


def test_07_without_scripts_what_was_typed_at_the_deadline_is_given_back(dossier, new_page):
    page = new_page(dossier.porteur, java_script_enabled=False, **TELEPHONE)
    page.goto(part(dossier))
    deadline_passes()
    page.locator("#id_besoin").fill("Première ligne\n<b>Deuxième</b>")
    page.locator("#id_objectifs").fill("Deux cents vélos")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", name="Ce que vous aviez écrit")).to_be_visible()
    expect(page.get_by_label("Besoin et origine")).to_have_value("Première ligne\n<b>Deuxième</b>")
    expect(page.get_by_label("Objectifs")).to_have_value("Deux cents vélos")
    boxes = page.locator("[data-tapes] textarea")
    expect(boxes).to_have_count(2)
    assert boxes.first.get_attribute("readonly") is not None


def test_07_every_kind_of_field_is_given_back(dossier, client):
    """Rows, choices, dates, numbers, and what was wrong in them; nothing that was not typed."""
    client.force_login(dossier.porteur)
    quartier = QuartierFactory(nom="Les Tilleuls", generation=dossier.edition.generation, contrats=[dossier.contrat])
    pages = {
        "territoire": {"quartiers": [quartier.identifiant], "lieux": "La halle", "beneficiaires": "cent vingt"},
        "calendrier": {"date_debut": "2027-09-01", "etapes": "D’abord, ouvrir."},
        "budget": {
            "montant_demande": "5 000",
            "charges-TOTAL_FORMS": 1,
            "charges-INITIAL_FORMS": 0,
            "charges-0-compte": "60",
            "charges-0-libelle": "Outils",
            "charges-0-montant": "douze",
            "produits-TOTAL_FORMS": 0,
            "produits-INITIAL_FORMS": 0,
        },
        "evaluation": {
            "evaluation": "",
            "indicateurs-TOTAL_FORMS": 1,
            "indicateurs-INITIAL_FORMS": 0,
            "indicateurs-0-libelle": "Vélos réparés",
            "indicateurs-0-cible": "",
        },
    }
    deadline_passes()
    found = {}
    for section, data in pages.items():
        answer = client.post(part(dossier, section), data)
        assert answer.status_code == 422
        assert "Ce que vous aviez écrit" in answer.text
        found[section] = [text for _, text in answer.context["tapes"]]
    assert found["territoire"][0].startswith("Les Tilleuls")
    assert found["territoire"][1:] == ["La halle", "cent vingt"]
    assert found["calendrier"] == ["2027-09-01", "D’abord, ouvrir."]
    assert found["budget"][0] == "5 000"
    assert found["budget"][1].endswith(" · Outils · douze")
    assert found["evaluation"] == ["Vélos réparés"]


def test_07_lines_pasted_at_the_deadline_are_given_back(dossier, client):
    client.force_login(dossier.porteur)
    deadline_passes()
    answer = client.post(reverse("projects:budget_tableur", args=[dossier.cle]), {"texte": "60\tOutils\t120"})
    assert (answer.status_code, answer.context["tapes"]) == (422, [("Vos lignes", "60\tOutils\t120")])
    assert "60\tOutils\t120</textarea>" in answer.text


# --- A file the browser can no longer read ---------------------------------------------------------


def choose(page, path):
    page.get_by_label("Autres fichiers").set_input_files(path)


NON_LU = "Ce fichier ne se lit plus sur cet appareil\u00a0: choisissez-le de nouveau."


@pytest.mark.parametrize("memory", ["gardé", "navigation privée"])
@pytest.mark.parametrize("fate", ["changé", "disparu"])
def test_07_a_file_no_longer_readable_leaves_from_the_copy_kept(fate, memory, dossier, new_page, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(saved(picture()))
    sent = photo.read_bytes()
    page = new_page(dossier.porteur, **TELEPHONE)
    if memory == "navigation privée":
        page.add_init_script("indexedDB.open = () => { throw new Error('fermé'); };")
    page.goto(part(dossier, "pieces"))
    page.route("**/pieces/ajouter/", lambda route: route.abort())
    choose(page, photo)
    line = page.locator(".envoi")
    expect(line.locator("[data-etat]")).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil")
    if fate == "changé":
        page.wait_for_timeout(1_100)
        photo.write_bytes(b"autre chose, plus court")
    else:
        photo.unlink()
    page.unroute("**/pieces/ajouter/")
    line.get_by_role("button", name="Réessayer maintenant").click()
    expect(page.get_by_role("link", name="photo.jpg")).to_be_visible()
    expect(line).to_have_count(0)
    piece = dossier.pieces.get()
    with piece.fichier.open("rb") as held:
        assert (piece.nom, held.read()) == ("photo.jpg", sent)


def test_07_a_file_that_cannot_be_read_at_all_steps_aside(dossier, new_page, tmp_path):
    """On a drive that is gone when the browser comes to read it: said once, never as a matter of network."""
    gone, good = tmp_path / "partie.jpg", tmp_path / "bonne.jpg"
    for path in (gone, good):
        path.write_bytes(saved(picture()))
    page = new_page(dossier.porteur, **TELEPHONE)
    page.expose_function("disparaitre", lambda: gone.unlink(missing_ok=True))
    page.add_init_script(
        """const read = Blob.prototype.arrayBuffer;
        Blob.prototype.arrayBuffer = async function () { await disparaitre(); return read.call(this); };"""
    )
    page.goto(part(dossier, "pieces"))
    choose(page, gone)
    line = page.locator(".envoi")
    expect(line.locator("[data-etat]")).to_have_text(NON_LU)
    expect(line.get_by_role("button")).to_have_text(["Retirer partie.jpg"])
    choose(page, good)
    expect(page.get_by_role("link", name="bonne.jpg")).to_be_visible()
    line.get_by_role("button", name="Retirer").click()
    expect(line).to_have_count(0)
    page.reload()
    expect(page.get_by_role("link", name="bonne.jpg")).to_be_visible()
    expect(page.locator(".envoi")).to_have_count(0)
    assert list(dossier.pieces.values_list("nom", flat=True)) == ["bonne.jpg"]


# --- Half an emoji ---------------------------------------------------------------------------------


@pytest.mark.parametrize("navigateur", ["récent", "ancien"])
def test_07_half_an_emoji_stops_nothing(navigateur, dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    if navigateur == "ancien":
        page.context.add_init_script("delete String.prototype.toWellFormed;")
    page.goto(part(dossier))
    besoin = page.locator("#id_besoin")
    besoin.evaluate(PUT, "Un vélo \U0001f6b2 |DEMI| et")
    expect(page.locator("#etat-id_besoin")).to_contain_text("Enregistré à")
    besoin.press("End")
    page.keyboard.type(" la suite")
    page.locator("#id_objectifs").fill("Celui-ci aussi")
    expect(page.locator("#etat-id_objectifs")).to_contain_text("Enregistré à")
    expect(besoin).to_have_value("Un vélo \U0001f6b2 \ufffd et la suite")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messages, .message").first).to_be_visible()
    held = Dossier.objects.values_list("besoin", "objectifs").get()
    assert held == ("Un vélo \U0001f6b2 \ufffd et la suite", "Celui-ci aussi")


def test_07_half_an_emoji_kept_by_a_dead_tab_leaves_too(dossier, new_page):
    page = new_page(dossier.porteur, **TELEPHONE)
    page.goto("/")
    page.evaluate(
        """(name) => localStorage.setItem(name, JSON.stringify(
          {ecran: "mort", nom: "besoin", sequence: 1, vu: 0, base: "", valeur: "Coupé \\ud83d"}))""",
        f"label-brouillon:{dossier.porteur.pk}:{dossier.cle}:besoin:mort",
    )
    page.goto(part(dossier))
    expect(page.locator("#id_besoin")).to_have_value("Coupé \ufffd")
    assert Dossier.objects.get().besoin == "Coupé \ufffd"


def test_07_half_an_emoji_in_the_comment_of_a_ballot_stops_nothing(new_page):
    jury = jury_of()
    audition = audition_of(seance_of(jury))
    jure = jure_of(jury)
    free(jure, audition)
    page = new_page(jure.user, **TELEPHONE)
    page.goto(reverse("juries:notation", args=[audition.cle]))
    page.locator("textarea").evaluate(PUT, "Solide |DEMI|")
    page.get_by_text("Enregistré à").wait_for()
    assert jure.bulletins.get().commentaire == "Solide \ufffd"


@pytest.mark.parametrize("where", ["valeur", "base", "ecran"])
def test_07_a_raw_half_character_is_refused_cleanly(where, dossier, client):
    client.force_login(dossier.porteur)
    data = {"valeur": "Texte", "base": "", "ecran": "page", "sequence": 1, "vu": 0}
    data[where] += "\ud83d"
    url = reverse("projects:champ_save", args=[dossier.cle, "besoin"])
    answer = client.post(url, data, content_type="application/json")
    assert (answer.status_code, answer.json()) == (400, {"erreur": "Cet envoi est illisible."})
    assert Dossier.objects.get().besoin == ""
    vie = reverse("projects:vie", args=[dossier.cle])
    sent = {"ecran": "page", "section": "projet", "champ": "besoin\ud83d"}
    assert client.post(vie, sent, content_type="application/json").status_code == 400
