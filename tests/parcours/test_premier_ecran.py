"""On a telephone, the first screen of a dossier says what happened, why, and what may be done next."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from laureats.enums import SensDecision
from laureats.publication.actions import publish_results
from laureats.vote.actions import Choix, choix_du_jury
from projects.enums import Statut
from projects.models import Passage
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PorteuseFactory, ecarte, non_admis, propose, reserve, vote
from tests.factories.projects import DossierFactory
from tests.parcours.ecran import TELEPHONE, in_first_screen
from tests.reparations.telephone import open_edition

pytestmark = pytest.mark.django_db(transaction=True)

TITRE, DIT, BOUTON = ".maintenant h2", ".maintenant .dit blockquote", ".maintenant .btn"
PHRASE = ".maintenant h2 ~ p"
# Long enough to be cut: its beginning is what must be seen.
MOTIF = (
    "Le jury a salué la qualité du projet et l’engagement de l’équipe. Il a regretté que les habitants n’aient pas "
    "été associés plus tôt, et que le budget repose pour l’essentiel sur une seule subvention qui n’est pas acquise. "
    "Il vous encourage à reprendre ce projet l’an prochain avec le conseil citoyen et le bailleur."
)


def shown(new_page, dossier, user):
    page = new_page(user, **TELEPHONE)
    page.goto(reverse("projects:dossier_detail", args=[dossier.cle]))
    return page


@pytest.mark.parametrize(
    ("statut", "transition", "titre"),
    [
        (Statut.SANS_SUITE, "decline_idee", "Votre idée reste sans suite cette année"),
        (Statut.IRRECEVABLE, "declare_irrecevable", "Votre dossier n’est pas recevable"),
    ],
)
def test_an_end_says_why_and_what_may_be_done(new_page, statut, transition, titre):
    open_edition()
    past, porteur = EditionFactory(annee=timezone.now().year - 1), UserFactory()
    dossier = DossierFactory(edition=past, statut=statut, porteur=porteur, chef=UserFactory())
    Passage.objects.create(
        dossier=dossier, transition=transition, vers=statut, at=timezone.now() - timedelta(days=3), motif=MOTIF
    )
    page = shown(new_page, dossier, porteur)
    assert page.locator(TITRE).inner_text() == titre
    assert in_first_screen(page, TITRE, DIT, BOUTON) == []


def test_a_lapsed_draft_says_until_when_it_could_and_is_taken_up_again(new_page):
    open_edition()
    porteur = UserFactory()
    dossier = DossierFactory(edition=EditionFactory(annee=timezone.now().year - 1), caduc=True, porteur=porteur)
    page = shown(new_page, dossier, porteur)
    assert page.locator(TITRE).inner_text() == "Le dossier n’a pas été déposé à temps"
    assert in_first_screen(page, TITRE, PHRASE, BOUTON) == []


def test_a_result_says_what_was_decided_why_and_what_comes_next(new_page):
    edition, pilote = EditionFactory(annee=timezone.now().year - 1, enveloppe=50_000), UserFactory(pilote=True)
    open_edition()
    people = {nom: UserFactory() for nom in ("laureat", "attente", "refus", "non_admis")}
    made = {
        "laureat": propose(edition, structure=PorteuseFactory(membres=[people["laureat"]])),
        "attente": reserve(edition, structure=PorteuseFactory(membres=[people["attente"]])),
        "refus": ecarte(edition, MOTIF, structure=PorteuseFactory(membres=[people["refus"]])),
        "non_admis": non_admis(edition, MOTIF, structure=PorteuseFactory(membres=[people["non_admis"]])),
    }
    attente = Choix(made["attente"].pk, SensDecision.ATTENTE, motif=MOTIF)
    kept = [one for one in choix_du_jury(edition) if one.dossier_id != made["attente"].pk]
    vote(edition, by=pilote, decisions=[*kept, attente])
    publish_results(edition, by=pilote)
    laureat = shown(new_page, made["laureat"], people["laureat"])
    assert laureat.locator(TITRE).inner_text() == "Votre projet est lauréat"
    assert "8\u202f000\u00a0€" in laureat.locator(PHRASE).first.inner_text()
    assert in_first_screen(laureat, TITRE, PHRASE, BOUTON) == []
    for nom, titre in (
        ("attente", "Votre projet est sur la liste d’attente"),
        ("refus", "Votre projet n’est pas retenu cette année"),
        ("non_admis", "Votre projet n’est pas admis à l’audition"),
    ):
        page = shown(new_page, made[nom], people[nom])
        assert page.locator(TITRE).inner_text() == titre
        assert in_first_screen(page, TITRE, DIT, BOUTON) == []
