"""The path of a dossier: every step made keeps its day, and its end is a stop."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from projects.enums import Statut
from projects.models import Passage
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db
DEBUT = datetime(2027, 2, 1, 10, 0, tzinfo=PARIS)
CO = Statut.CO_ELABORATION
ECRIRE = (("send_idee", "", Statut.IDEE), ("accept_idee", Statut.IDEE, CO))
DEPOSER = (*ECRIRE, ("give_visa", CO, Statut.PRET), ("deposit", Statut.PRET, Statut.DEPOSE))


def path(client, statut, moves, **fields):
    """(label, state, day) of each step, the moves made one a day from 1 February."""
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(edition=EditionFactory(annee=2027), statut=statut, porteur=porteur, chef=chef, **fields)
    for days, (name, de, vers) in enumerate(moves):
        Passage.objects.create(dossier=dossier, transition=name, de=de, vers=vers, at=DEBUT + timedelta(days=days))
    client.force_login(porteur)
    page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
    return [(step["label"], step["state"], step["date"].replace("\u00a0", " ")) for step in page.context["frise"]]


@pytest.mark.parametrize(
    ("statut", "moves", "steps"),
    [
        (
            Statut.ABANDONNE,
            (*ECRIRE, ("abandon", CO, Statut.ABANDONNE)),
            [("Idée", "done", "1er février 2027"), ("Écriture à deux", "done", "2 février 2027")],
        ),
        (
            Statut.SANS_SUITE,
            (ECRIRE[0], ("decline_idee", "idee", "sans_suite")),
            [("Idée", "done", "1er février 2027")],
        ),
        (
            Statut.CADUC,
            (*ECRIRE, ("expire", CO, Statut.CADUC)),
            [("Idée", "done", "1er février 2027"), ("Écriture à deux", "done", "2 février 2027")],
        ),
        (
            Statut.RETIRE,
            (*DEPOSER, ("withdraw", Statut.DEPOSE, Statut.RETIRE)),
            [
                ("Idée", "done", "1er février 2027"),
                ("Écriture à deux", "done", "2 février 2027"),
                ("Visa du chef de projet", "done", "3 février 2027"),
                ("Dépôt", "done", "4 février 2027"),
            ],
        ),
    ],
)
def test_what_ended_keeps_every_step_that_was_made_then_stops(client, statut, moves, steps):
    *kept, (_, state, day) = path(client, statut, moves)
    assert kept == steps
    assert (state, day) == ("stop", f"{len(moves)} février 2027")


def test_over_before_the_clock_has_written_it(client):
    """A draft whose deadline has passed reads as lapsed: its path too, with the day of the deadline."""
    porteur = UserFactory()
    dossier = DossierFactory(edition=EditionFactory(annee=2026), porteur=porteur)
    for days, (name, de, vers) in enumerate(ECRIRE):
        Passage.objects.create(dossier=dossier, transition=name, de=de, vers=vers, at=DEBUT + timedelta(days=days))
    client.force_login(porteur)
    frise = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).context["frise"]
    assert [(step["label"], step["state"]) for step in frise] == [
        ("Idée", "done"),
        ("Écriture à deux", "done"),
        ("Non déposé à temps", "stop"),
    ]
    assert frise[-1]["date"].endswith("2026")


def test_a_visa_taken_back_has_no_day_any_more_and_the_present_step_has_its_own(client):
    moves = (*DEPOSER[:3], ("reopen", Statut.PRET, CO))
    assert path(client, CO, moves)[:3] == [
        ("Idée", "done", "1er février 2027"),
        ("Écriture à deux", "current", "2 février 2027"),
        ("Visa du chef de projet", "todo", ""),
    ]


def test_the_badge_the_card_and_the_path_say_one_thing(client):
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(complet=True, edition=EditionFactory(annee=2027), porteur=porteur, chef=chef)
    for days, (name, de, vers) in enumerate((*ECRIRE, ("ask_visa", CO, CO))):
        Passage.objects.create(dossier=dossier, transition=name, de=de, vers=vers, at=DEBUT + timedelta(days=days))
    for user, tour in ((porteur, "Au chef de projet"), (chef, "À vous")):
        client.force_login(user)
        said = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).context
        (current,) = [step for step in said["frise"] if step["state"] == "current"]
        assert (said["libelle"], current["label"]) == ("Visa demandé", "Visa du chef de projet")
        assert (said["carte"].tour, current["tour"]) == (tour, tour)
