"""The home of a dossier at the moments where it says more, or less, than its parts."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from instruction.complement.actions import ask_complement
from projects.enums import Statut
from projects.fil.registre import Carte, RendezVous, cartes
from projects.models import Passage
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


def home(client, dossier, user):
    client.force_login(user)
    return client.get(reverse("projects:dossier_detail", args=[dossier.cle]))


def test_an_idea_declined_stays_to_be_read_and_no_empty_part_stands_in_its_place(client):
    porteur, chef = UserFactory(), UserFactory()
    texts = {"besoin": "Les vélos dorment dans les caves.", "actions": "Un atelier chaque samedi."}
    dossier = DossierFactory(statut=Statut.SANS_SUITE, porteur=porteur, chef=chef, **texts)
    Passage.objects.create(
        dossier=dossier,
        transition="decline_idee",
        de="idee",
        vers="sans_suite",
        at=EN_TEMPS,
        by=chef,
        motif="Trop tôt.",
    )
    for user in (porteur, chef):
        page = home(client, dossier, user).text
        assert [text in page for text in texts.values()] == [True, True]
        assert "Les parties du dossier" not in page


def test_the_parts_reopened_are_marked_for_whoever_reads_them(client, in_time):
    chef, agent = UserFactory(), UserFactory(pilote=True)
    dossier = deposited_dossier()
    AffectationFactory(user=chef, contrat=dossier.contrat)
    in_time.shift(timedelta(days=1))
    avant = EN_TEMPS + timedelta(days=11)
    ask_complement(dossier, by=agent, message="Le devis.", sections=["budget"], echeance=avant)
    for user in (dossier.responsable, chef, agent):
        sections = home(client, dossier, user).context["sections"]
        assert {one["label"]: one["note"] for one in sections if not one["complete"]} == {"Budget": "rouverte"}


def test_a_chef_reads_who_writes_with_him(client):
    chef = UserFactory(prenom="Luc", nom="Fontanel")
    porteur = UserFactory(prenom="Awa", nom="Diarra")
    dossier = DossierFactory(porteur=porteur, chef=chef)
    page = home(client, dossier, chef).text
    assert "<dt>Pour la structure</dt><dd>Awa Diarra (responsable)</dd>" in page
    assert "<dt>Chef de projet</dt><dd>Vous</dd>" in page
    page = home(client, dossier, porteur).text
    assert "Pour la structure" not in page
    assert f'<a href="mailto:{chef.email}">Luc Fontanel</a>' in page


def test_an_appointment_stands_on_its_own_line_of_the_dashboard(client):
    porteur = UserFactory()
    dossier = DossierFactory(porteur=porteur)
    debut = datetime(2027, 9, 24, 10, 30, tzinfo=PARIS)
    rendez_vous = RendezVous(debut, debut + timedelta(minutes=25), lieu="Mairie d’Ivry")

    def answer(dossiers, user, now):
        return {dossier.pk: Carte(1, "jury", "Le jury vous attend", "Au jury", False, rendez_vous=rendez_vous)}

    cartes.register(answer)
    try:
        client.force_login(porteur)
        page = client.get(reverse("label:tableau")).text
    finally:
        cartes.forget(answer)
    assert "<p>Le jury vous attend</p>" in page
    assert "Vendredi 24\u00a0septembre\u00a02027 à 10\u00a0h\u00a030, Mairie d’Ivry</p>" in page
