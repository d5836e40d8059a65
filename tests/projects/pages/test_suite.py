"""What a page says of what is written in it follows each write: its own, and those of others."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from ecriture.discussion.actions import add_comment
from projects.dossier.completude import missing_for
from projects.dossier.section import save_section
from projects.enums import Section
from projects.pages.dossier import fresh
from projects.piece.actions import QUARANTAINE, add_piece, remove_piece
from tests.clamd import EICAR
from tests.factories.label import PieceDemandeeFactory, QuestionFactory, UserFactory
from tests.parcours.test_coelaboration import adresse, duo  # noqa: F401
from tests.pdf import PDF

NAV = ".section-nav .sections a"


def here(dossier, section):
    """How many points this part lacks, read from the database."""
    return sum(manque.section == section for manque in missing_for(fresh(dossier)))


def note(page, section):
    return page.locator(f"{NAV}[href$='/{section.value}/'] small")


def listed(page):
    return page.locator("#suite-manques .manques").first.locator("li")


@pytest.mark.django_db
def test_what_follows_is_the_page_itself(client, duo):  # noqa: F811
    """The parts sent alone are those of the page, to the letter, in every section and for every reader."""
    dossier, porteur, chef = duo
    QuestionFactory(edition=dossier.edition)
    PieceDemandeeFactory(edition=dossier.edition)
    add_comment(dossier, Section.PROJET, by=chef, texte="Précisez.")
    save_section(dossier, Section.PROJET, values={"besoin": "Un besoin"}, by=porteur)
    for user in (porteur, chef, UserFactory(instructeur=True)):
        client.force_login(user)
        for section in Section:
            url = reverse("projects:section_edit", args=[dossier.cle, section])
            page, alone = regions(client.get(url).text), regions(client.get(f"{url}suite/").json()["suite"])
            assert (section, alone) == (section, page)
            assert set(page) == {"suite-titre", "suite-parties", "suite-enregistrement", "suite-manques"}


def regions(html):
    """{id: text of each part that follows}, without spaces between tags."""
    found = {}
    for start in re.finditer(r'<(div|section) [^>]*?id="([^"]+)" data-suit', html):
        depth, tag = 0, start[1]
        for one in re.compile(rf"</?{tag}\b").finditer(html, start.start()):
            depth += -1 if one[0].startswith("</") else 1
            if not depth:
                found[start[2]] = re.sub(r"\s+", " ", html[start.start() : one.end()])
                break
    return found


def test_a_file_joined_or_removed_is_told_by_the_whole_page_at_once(duo, new_page):  # noqa: F811
    dossier, porteur, _ = duo
    statuts = PieceDemandeeFactory(edition=dossier.edition, nom="Statuts", is_obligatoire=True)
    page = new_page(porteur)
    page.goto(adresse(dossier, "pieces"))
    carte, loads = page.locator(f"#carte-{statuts.pk}"), []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    expect(listed(page)).to_have_count(1)
    expect(note(page, Section.PIECES)).to_have_text("reste 1 réponse")
    carte.locator("input[type=file]").first.set_input_files(
        {"name": "statuts.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    expect(carte.get_by_text("Jointe", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Cette partie est complète")).to_be_visible()
    expect(note(page, Section.PIECES)).to_have_count(0)
    expect(page.locator(f"{NAV}[href$='/pieces/'].sections-complete")).to_have_count(1)
    expect(page.locator(".etat-enregistrement")).to_contain_text("Awa Diarra")
    assert loads == []
    # And the other way, whoever takes it away.
    remove_piece(dossier.pieces.get(), by=porteur)
    expect(listed(page)).to_have_count(1, timeout=6_000)
    expect(note(page, Section.PIECES)).to_have_text("reste 1 réponse")
    expect(carte.get_by_text("Jointe", exact=True)).to_have_count(0)
    assert loads == []


def test_a_file_the_antivirus_sets_aside_is_missing_again(duo, new_page, clamd):  # noqa: F811
    dossier, porteur, _ = duo
    statuts = PieceDemandeeFactory(edition=dossier.edition, nom="Statuts", is_obligatoire=True)
    piece = add_piece(dossier, fichier=SimpleUploadedFile("statuts.pdf", PDF + EICAR), by=porteur, demandee=statuts)
    page = new_page(porteur)
    page.goto(adresse(dossier, "pieces"))
    expect(note(page, Section.PIECES)).to_have_count(0)
    QUARANTAINE.scan(piece.pk)
    expect(note(page, Section.PIECES)).to_have_text("reste 1 réponse", timeout=8_000)
    expect(listed(page)).to_have_count(1)


def test_what_is_missing_follows_what_i_write(duo, new_page):  # noqa: F811
    dossier, porteur, _ = duo
    page = new_page(porteur)
    page.goto(adresse(dossier))
    before = here(dossier, Section.PROJET)
    expect(listed(page)).to_have_count(before)
    page.get_by_label("Titre du projet").fill("La halle")
    page.get_by_label("Besoin et origine").fill("Un vrai besoin")
    page.get_by_label("Objectifs").fill("Réparer")
    expect(listed(page)).to_have_count(before - 2)
    expect(note(page, Section.PROJET)).to_have_text(f"reste {before - 2} réponses")
    expect(page.locator(".surtitre")).to_have_text("La halle")
    page.get_by_label("Besoin et origine").fill("")
    expect(listed(page)).to_have_count(before - 1)
    expect(page.get_by_label("Besoin et origine")).to_be_focused()
    page.goto(adresse(dossier, "budget"))
    before = here(dossier, Section.BUDGET)
    page.get_by_label("Montant demandé").first.fill("4000")
    page.keyboard.press("Tab")
    expect(page.locator(".etat-enregistrement")).to_contain_text("Awa Diarra")
    expect(listed(page)).to_have_count(here(dossier, Section.BUDGET))


def test_the_counts_at_left_follow_what_the_other_writes_joins_and_says(duo, new_page):  # noqa: F811
    dossier, porteur, chef = duo
    PieceDemandeeFactory(edition=dossier.edition, nom="Statuts", is_obligatoire=True)
    for section in (Section.CALENDRIER, Section.PIECES, Section.ENGAGEMENTS):
        page = new_page(porteur)
        page.goto(adresse(dossier, section.value))
        before = here(dossier, Section.PROJET)
        expect(note(page, Section.PROJET)).to_have_text(re.compile(rf"^reste {before}\s"))
        page.wait_for_timeout(300)
        nom = {Section.CALENDRIER: "besoin", Section.PIECES: "objectifs", Section.ENGAGEMENTS: "actions"}[section]
        save_section(dossier, Section.PROJET, values={nom: "Écrit par Luc."}, by=chef)
        expect(note(page, Section.PROJET)).to_have_text(re.compile(rf"^reste {before - 1}\s"), timeout=8_000)
        ouvertes = page.locator(f"{NAV}[href$='/projet/'] .sections-discussions")
        n = ouvertes.count() and int(re.match(r"\d+", ouvertes.text_content().strip())[0])
        add_comment(dossier, Section.PROJET, by=chef, texte="Précisez.")
        expect(ouvertes).to_have_text(re.compile(rf"^\s*{n + 1}\s"), timeout=8_000)
        page.close()


def test_the_home_left_and_come_back_to_says_what_is_so_now(duo, new_page):  # noqa: F811
    dossier, porteur, chef = duo
    page = new_page(porteur)
    page.goto(f"/dossiers/{dossier.cle}/")
    before = len(missing_for(fresh(dossier)))
    expect(page.locator("#manques-titre")).to_have_text(re.compile(rf"^Il reste {before}\s"))
    save_section(dossier, Section.PROJET, values={"besoin": "Écrit par Luc."}, by=chef)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#manques-titre")).to_have_text(re.compile(rf"^Il reste {before - 1}\s"))


def test_one_tab_is_never_another_and_two_are(duo, new_page):  # noqa: F811
    dossier, porteur, chef = duo
    page, luc = new_page(porteur), new_page(chef)
    luc.goto(adresse(dossier))
    seen = []

    def noter(said):
        seen.append(said)

    # Every word the list of those present ever holds.
    page.expose_function("noter", noter)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { const p = document.getElementById('presents');"
        " p && new MutationObserver(() => noter(p.textContent)).observe(p, {childList: true, subtree: true}); })"
    )
    for turn in range(2):
        page.goto(f"/dossiers/{dossier.cle}/")
        page.goto(adresse(dossier))
        page.wait_for_timeout(200)
        page.goto(adresse(dossier, "territoire"))
        page.wait_for_timeout(3_000 * turn)
        page.go_back()
        page.reload()
        page.goto(adresse(dossier, "pieces"))
        page.wait_for_timeout(3_000)
    assert any("Luc Fontanel" in said for said in seen)
    assert [said for said in seen if "Vous" in said] == []
    # The others see one Awa, where she is.
    expect(luc.locator("#presents li")).to_have_text(["AD Awa Diarra, Pièces jointes"], timeout=6_000)
    # A second tab is one, opened afresh or as a copy of the first.
    other = page.context.new_page()
    other.goto(adresse(dossier, "budget"))
    moi = page.locator("#presents li", has_text="Vous, dans un autre onglet")
    expect(moi).to_contain_text("Budget", timeout=6_000)
    other.close()
    expect(moi).to_have_count(0, timeout=8_000)
    with page.context.expect_page() as opened:
        page.evaluate(f"window.open('{adresse(dossier, 'calendrier')}', '_blank')")
    copy = opened.value
    expect(copy.locator("#presents li", has_text="Vous, dans un autre onglet")).to_contain_text(
        "Pièces jointes", timeout=15_000
    )
    expect(moi).to_contain_text("Calendrier", timeout=15_000)
