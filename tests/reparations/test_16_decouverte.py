"""What somebody who discovers the demonstration was told that was not so, one sentence at a time, through HTTP."""

import re
from datetime import date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from instruction.decision.actions import decide
from laureats.models import Versement
from projects.dossier.completude import missing_sentences
from projects.enums import Statut
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.depot import EN_TEMPS, PARIS, deposited_dossier
from tests.factories.label import EditionFactory, PointRecevabiliteFactory, UserFactory
from tests.factories.laureats import LaureatFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


def words(response):
    """The main part of a page as it is read."""
    main = re.search(r"<main.*?</main>", response.text, re.DOTALL)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).replace("\u202f", " ").split())


def seen_by(client, user, name, *args, at=EN_TEMPS + timedelta(days=90), query=""):
    """A page as this person reads it three months after the deposit."""
    with time_machine.travel(at, tick=False):
        client.force_login(user)
        return words(client.get(reverse(name, args=args) + query))


# --- After the deposit ------------------------------------------------------------------------


def test_the_proof_of_deposit_says_where_the_dossier_stands(client):
    dossier = deposited_dossier()
    agent = UserFactory(instructeur=True)
    page = ("projects:depot_detail", dossier.cle)
    bientot = EN_TEMPS + timedelta(days=2)
    assert "L’EPT vérifie que le dossier est recevable" in seen_by(client, dossier.responsable, *page, at=bientot)
    decide(dossier, "declare_recevable", by=agent, at=bientot)
    read = seen_by(client, dossier.responsable, *page)
    assert ("vérifie que le dossier" in read, "L’EPT étudie le dossier, déclaré recevable." in read) == (False, True)
    assert "avant cette date" not in read
    assert "Aucune décision n’a été notifiée à temps" in read
    decide(Dossier.objects.get(pk=dossier.pk), "admit", by=UserFactory(pilote=True), at=bientot)
    read = seen_by(client, dossier.responsable, *page)
    assert ("étudie" in read, "La suite est sur la page du dossier" in read) == (False, True)


def test_once_answered_nothing_says_that_silence_will_reject(client):
    dossier = deposited_dossier()
    agent, point = UserFactory(instructeur=True), PointRecevabiliteFactory(edition=dossier.edition)
    apres = EN_TEMPS + timedelta(days=1)
    file, travail = ("instruction:instruction_list",), ("instruction:instruction_detail", dossier.cle)
    preuve = ("projects:depot_detail", dossier.cle)
    with time_machine.travel(apres, tick=False):
        assert "rejet implicite le" in seen_by(client, agent, *file, at=apres)
        assert "Rejet implicite" in seen_by(client, agent, *travail, at=apres)
        decide(dossier, "declare_irrecevable", by=agent, motif="Hors délai.", at=apres)
    assert Dossier.objects.get(pk=dossier.pk).statut == Statut.IRRECEVABLE
    assert "rejet implicite" not in seen_by(client, agent, *file)
    read = seen_by(client, agent, *travail)
    assert ("ejet implicite" in read, "empêche" in read, "Aucun point n’a été vérifié." in read) == (False, False, True)
    assert "réputée rejetée" not in seen_by(client, dossier.responsable, *preuve)
    assert point.libelle not in read


# --- The idea, the visa -----------------------------------------------------------------------


def test_the_name_of_the_structure_is_marked_as_asked_and_habitants_are_told_what_to_do(client):
    with time_machine.travel(datetime(2027, 3, 10, 14, tzinfo=PARIS), tick=False):
        EditionFactory()
        QuartierFactory()
        page = client.get(reverse("projects:idee_create"))
        label = re.search(r'<label[^>]*for="id_nom"[^>]*>(.*?)</label>', page.text, re.DOTALL)[1]
        assert "*" in label
        assert "Vous êtes habitant, sans association ? Une structure peut accueillir votre projet" in words(page)
        refused = client.post(reverse("projects:idee_create"), {"titre": "T"})
        assert words(refused).count("Donnez le nom de la structure qui porte le projet.") == 2


def test_the_visa_says_first_that_it_cannot_be_given_yet(client):
    chef = UserFactory()
    dossier = DossierFactory(chef=chef, statut=Statut.CO_ELABORATION, titre="Les vélos")
    read = seen_by(client, chef, "projects:dossier_transition", dossier.cle, "give_visa", at=EN_TEMPS)
    manques = len(missing_sentences(dossier))
    assert f"Ce n’est pas encore possible Il reste {manques} réponses à donner :" in read
    assert ("Vous attestez" in read, "Revenir au dossier" in read) == (False, True)


# --- Payments ---------------------------------------------------------------------------------


def test_a_payment_past_its_day_is_said_late_everywhere_it_is_listed(client):
    pilote, laureat = UserFactory(pilote=True), LaureatFactory(montant=10_000)
    Versement.objects.filter(laureat=laureat, rang=1).update(prevu_le=date(2027, 11, 30))
    Versement.objects.filter(laureat=laureat, rang=2).update(prevu_le=date(2027, 12, 1))
    jour = datetime(2027, 12, 1, 10, tzinfo=PARIS)
    pages = (
        ("laureats:versement_list",),
        ("laureats:suivi",),
        ("laureats:suivi_detail", laureat.cle),
    )
    assert [seen_by(client, pilote, *page, at=jour).count("En retard") for page in pages] == [1, 1, 1]
