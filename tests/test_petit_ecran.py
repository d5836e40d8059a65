"""At 375 px: cards of lists hold together, and nothing said in passing covers what is to be read."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from juries.models import Deliberation, Proposition
from projects.deport.actions import declare_deport
from tests.factories.juries import audition_of, heard, jure_of, jury_of, seance_of
from tests.factories.label import UserFactory
from tests.parcours.test_coelaboration import adresse, duo  # noqa: F401

# Each piece of a cell of a card keeps the column of its value: none falls under the label.
DEFAITES = """
() => [...document.querySelectorAll('.liste-cartes td[data-label]')].filter((cell) => {
  const box = cell.getBoundingClientRect();
  if (!box.height) return false;
  const label = box.left + parseFloat(getComputedStyle(cell).gridTemplateColumns);
  const range = document.createRange();
  return [...cell.childNodes].filter((node) => node.nodeType === 1 || node.nodeValue.trim()).some((node) => {
    range.selectNode(node);
    const part = (node.nodeType === 1 ? node : range).getBoundingClientRect();
    return part.width && (part.left < label - 1 || part.right > innerWidth);
  });
}).map((cell) => cell.dataset.label)
"""


@pytest.mark.django_db(transaction=True)
def test_the_cards_of_the_recusals_and_of_the_deliberation_hold_together(new_page):
    jury = jury_of()
    seance = seance_of(jury)
    audition = heard(audition_of(seance))
    jure = jure_of(jury)
    declare_deport(jure.user, audition.dossier, motif="Je siège au bureau de cette association depuis trois ans.")
    pilote = UserFactory(pilote=True)
    page = new_page(pilote, width=375, height=780)
    for path in ("deports", "deliberation"):
        page.goto(f"/jury/{jury.edition.annee}/{path}/")
        if path == "deports":
            expect(page.locator(".liste-cartes td[data-label]").first).to_be_visible()
        assert page.evaluate(DEFAITES) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
    deliberation = Deliberation.objects.create(jury=jury, tenue_le=timezone.now())
    Proposition.objects.create(
        deliberation=deliberation, dossier=audition.dossier, sens="refus", motif="Le besoin est déjà couvert ailleurs."
    )
    Deliberation.objects.update(closed_at=timezone.now(), closed_by=pilote)
    page.goto(f"/jury/{jury.edition.annee}/deliberation/")
    expect(page.locator(".liste-cartes td[data-label]").first).to_be_visible()
    assert page.evaluate(DEFAITES) == []


def test_no_passing_word_covers_a_file_refused(duo, new_page):  # noqa: F811
    dossier, porteur, _ = duo
    page = new_page(porteur, width=375, height=667)
    page.goto(adresse(dossier, "pieces"))
    page.get_by_label("Autres fichiers").set_input_files(
        [{"name": f"lettre-{n}.pdf", "mimeType": "application/pdf", "buffer": b"du texte"} for n in range(4)]
    )
    refused = page.locator(".envoi-refus")
    expect(refused).to_have_count(4)
    # Said aloud all the same.
    expect(page.locator("#annonces")).to_contain_text("lettre-3.pdf")
    covered = page.evaluate(
        """() => {
          const over = [...document.querySelectorAll('#annonces *')].map((one) => one.getBoundingClientRect());
          return [...document.querySelectorAll('.envoi-refus')].filter((line) => {
            const box = line.getBoundingClientRect();
            const crosses = (o) => o.left < box.right && o.right > box.left && o.top < box.bottom && o.bottom > box.top;
            return over.some((o) => o.width > 2 && crosses(o));
          }).length;
        }"""
    )
    assert covered == 0
