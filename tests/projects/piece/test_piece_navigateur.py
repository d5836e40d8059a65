"""The page of the files in a real browser: dropped, sent one by one, again after a cut, again after the tab closed."""

import re
from base64 import b64encode
from datetime import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import expect

from projects.piece.actions import add_piece
from tests.factories.label import PARIS, PieceDemandeeFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.label.fichiers.test_fichiers import image
from tests.pdf import PDF

DEPOSER = """
([cible, nom, contenu]) => {
  const donnees = new DataTransfer();
  const octets = Uint8Array.from(atob(contenu), (signe) => signe.charCodeAt(0));
  donnees.items.add(new File([octets], nom));
  for (const type of ["dragenter", "dragover", "drop"]) {
    const geste = new DragEvent(type, { dataTransfer: donnees, bubbles: true, cancelable: true });
    document.querySelector(cible).dispatchEvent(geste);
  }
}
"""


@pytest.mark.django_db(transaction=True)
def test_files_dropped_and_chosen_reach_the_dossier_through_cuts(new_page):
    with time_machine.travel(datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)):
        porteur = UserFactory(prenom="Awa", nom="Diarra")
        dossier = DossierFactory(porteur=porteur)
        statuts = PieceDemandeeFactory(edition=dossier.edition, nom="Statuts")
        page = new_page(porteur)
        page.goto(f"/dossiers/{dossier.cle}/pieces/")
        libre, demandee = page.locator("#carte-libre"), page.locator(f"#carte-{statuts.pk}")
        # Several at once, one of them refused: each says what became of it.
        page.get_by_label("Autres fichiers").set_input_files(
            [
                {"name": name, "mimeType": "application/octet-stream", "buffer": content}
                for name, content in (
                    ("devis.pdf", PDF),
                    ("lettre.pdf", b"du texte"),
                    ("photo.jpg", image(size=(90, 60))),
                )
            ]
        )
        expect(libre.get_by_role("link", name="photo.jpg")).to_be_visible()
        expect(libre.get_by_role("link", name="devis.pdf")).to_be_visible()
        expect(libre.locator(".envoi-refus")).to_contain_text("n’est pas d’un format accepté")
        expect(libre.locator("img.piece-miniature")).to_have_js_property("naturalWidth", 90)
        # What somebody else joined is there when the person comes back to the page.
        add_piece(dossier, fichier=SimpleUploadedFile("lettre.pdf", PDF + b"\n"), by=porteur)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(libre.get_by_role("link", name="lettre.pdf")).to_be_visible()
        # The network is cut: the file waits here, and leaves when asked again.
        page.route("**/pieces/ajouter/", lambda route: route.abort())
        page.evaluate(DEPOSER, [f"#carte-{statuts.pk}", "statuts.pdf", b64encode(PDF).decode()])
        expect(demandee.locator(".envoi")).to_contain_text("Hors connexion\u00a0: gardé sur cet appareil")
        expect(page.locator("#annonces")).to_contain_text(
            "Hors connexion\u00a0: gardé sur cet appareil, il repartira de lui-même."
        )
        expect(demandee.get_by_role("progressbar", name="Envoi de statuts.pdf")).to_have_count(1)
        # The tab is closed before it is back; another one finds the file and sends it.
        other = page.context.new_page()
        page.close(run_before_unload=False)
        other.goto(f"/dossiers/{dossier.cle}/pieces/")
        demandee = other.locator(f"#carte-{statuts.pk}")
        expect(demandee.get_by_role("link", name="statuts.pdf")).to_be_visible()
        expect(demandee.locator(".envoi")).to_have_count(0)
        expect(demandee.get_by_text("Jointe", exact=True)).to_be_visible()
        assert dict(dossier.pieces.values_list("nom", "demandee__nom")) == {
            "devis.pdf": None,
            "photo.jpg": None,
            "lettre.pdf": None,
            "statuts.pdf": "Statuts",
        }
        other.reload()
        expect(demandee.get_by_role("link", name=re.compile("statuts"))).to_have_count(1)
        assert dossier.pieces.count() == 4
