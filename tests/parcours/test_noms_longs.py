"""Names as long as they come keep neither the deadline nor the act out of the first screen of a telephone."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from projects.enums import Section, Statut
from projects.models import Passage, Structure
from tests.factories.instruction import DemandeComplementFactory
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory
from tests.juries.oral.scene import AVANT, scene
from tests.parcours.ecran import TELEPHONE, in_first_screen
from tests.reparations.telephone import open_edition

pytestmark = pytest.mark.django_db(transaction=True)

# 95 and 112 signs.
TITRE = "Les histoires du quartier racontées par ses habitants, de la cave au toit et du marché à l’école"
NOM = "Association pour la promotion des savoirs, de la culture et du lien social dans les quartiers de Vitry-sur-Seine"
MOT = (
    "Merci pour ce dossier. Deux choses avant le visa : le budget ne dit pas qui paie la salle, et le calendrier "
    "commence avant la signature de la convention.\n\nDites aussi combien d’habitants viennent du quartier des "
    "Navigateurs. Je suis à la maison du projet jeudi toute la journée, passez quand vous voulez : nous reprendrons "
    "ensemble les deux parties en une heure."
)
CARTE = ".maintenant h2"
AVANT_LE, BOUTON = ".maintenant-avant", ".maintenant .btn"


def shown(new_page, dossier, user, **options):
    Structure.objects.filter(pk=dossier.structure_id).update(nom=NOM)
    type(dossier).objects.filter(pk=dossier.pk).update(titre=TITRE)
    page = new_page(user, **TELEPHONE | options)
    page.goto(reverse("projects:dossier_detail", args=[dossier.cle]))
    return page


@pytest.mark.parametrize(
    ("statut", "transition", "motif"),
    [
        (Statut.CO_ELABORATION, "accept_idee", ""),
        (Statut.CO_ELABORATION, "return_visa", MOT),
        (Statut.A_COMPLETER, "ask_complement", MOT),
    ],
)
def test_the_deadline_and_the_act_come_before_what_was_said(new_page, statut, transition, motif):
    porteur, now = UserFactory(), timezone.now()
    chef = UserFactory(prenom="Jean-Christophe", nom="Fontanel")
    dossier = DossierFactory(edition=open_edition(), statut=statut, porteur=porteur, chef=chef)
    if statut == Statut.A_COMPLETER:
        DemandeComplementFactory(
            dossier=dossier,
            message=motif,
            sections=[Section.BUDGET, Section.PIECES],
            created_at=now - timedelta(days=1),
            echeance=now + timedelta(days=16),
            by=chef,
        )
    Passage.objects.create(
        dossier=dossier, transition=transition, vers=statut, by=chef, at=now - timedelta(days=1), motif=motif
    )
    page = shown(new_page, dossier, porteur)
    assert in_first_screen(page, CARTE, AVANT_LE, BOUTON) == []
    if motif:
        # What was said is written once; cut on a telephone until it is opened, whole where there is room.
        quote = page.locator(".maintenant .dit blockquote")
        assert quote.count() == 1
        cut = quote.bounding_box()["height"]
        page.get_by_text("Lire en entier").click()
        assert quote.bounding_box()["height"] > 2 * cut
        wide = shown(new_page, dossier, porteur, width=1280, height=800)
        assert wide.locator(".maintenant summary").is_visible() is False
        assert wide.locator(".maintenant .dit blockquote").inner_text() == MOT
        assert wide.locator(BOUTON).first.bounding_box()["y"] < 667


def test_the_hour_the_place_and_the_acts_of_a_hearing_come_first_and_are_as_wide_as_each_other(new_page):
    with time_machine.travel(AVANT, tick=True):
        s = scene()
        page = shown(new_page, s.dossier, s.membre)
        assert in_first_screen(page, CARTE, ".rendez-vous-heure", ".rendez-vous-ou", BOUTON) == []
        jour, heure = (page.locator(f".rendez-vous-{one}").bounding_box() for one in ("jour", "heure"))
        # Side by side.
        assert jour["x"] + jour["width"] <= heure["x"]
        assert abs(jour["y"] + jour["height"] / 2 - heure["y"] - heure["height"] / 2) < 2
        widths = {round(one.bounding_box()["width"]) for one in page.locator(BOUTON).all()}
        assert len(widths) == 1


def test_what_has_nothing_to_say_takes_no_gap(new_page):
    """The two columns of a dossier begin at the same height."""
    porteur = UserFactory()
    dossier = DossierFactory(edition=open_edition(), statut=Statut.DEPOSE, porteur=porteur, chef=UserFactory())
    page = shown(new_page, dossier, porteur, width=1280, height=800)
    tops = {round(page.locator(f"[aria-labelledby={one}]").bounding_box()["y"]) for one in ("parties", "chemin")}
    assert len(tops) == 1
    # On a telephone the path comes before the story.
    phone = shown(new_page, dossier, porteur)
    path, story = (phone.locator(f"[aria-labelledby={one}]").bounding_box()["y"] for one in ("chemin", "fil"))
    assert path < story
