"""Messages and discussions in the story of a dossier, and on the dashboards: each reader finds what is theirs."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.discussion.actions import add_comment, resolve_comment
from ecriture.enums import Visibilite
from ecriture.presence.actions import record_visit
from projects.echange.recit import a_faire_des_echanges, lignes_des_discussions, lignes_des_echanges
from projects.enums import Cercle, Section
from projects.fil.registre import ce_qui_attend, histoire
from projects.models import Echange
from tests.factories.label import PARIS
from tests.factories.projects import BudgetLigneFactory, CommentaireFactory
from tests.projects.echange.scene import scene

pytestmark = pytest.mark.django_db
EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
S, C, E = Cercle.STRUCTURE, Cercle.CHEFS, Cercle.SERVICE


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


def told(lignes):
    return [(ligne.texte, ligne.qui, ligne.corps) for ligne in sorted(lignes, key=lambda ligne: ligne.at)]


def test_each_reader_finds_the_messages_that_are_theirs(in_time):
    w = scene()
    sent = []
    for nom, vers, texte in (
        ("responsable", [C], "Un."),
        ("chef", [S, E], "Deux."),
        ("chef", [E], "Trois."),
        ("instructeur", [S], "Quatre."),
    ):
        sent.append(w.send(nom, vers, texte))
        in_time.shift(timedelta(minutes=1))
    lines = [
        ("Message de la structure au chef de projet", "Camille responsable", "Un."),
        ("Message du chef de projet à la structure et au service de l’EPT", "Camille chef", "Deux."),
        ("Message du chef de projet au service de l’EPT", "Camille chef", "Trois."),
        ("Message du service de l’EPT à la structure", "Camille instructeur", "Quatre."),
    ]
    structure = ("responsable", "membre", "ecrit", "chef_membre", "agent_membre")
    expected = {nom: [0, 1, 3] for nom in structure} | {
        "chef": [0, 1, 2],
        "instructeur": [1, 2, 3],
        "pilote": [1, 2, 3],
    }
    for nom, user in w.qui.items():
        found = lignes_des_echanges(w.dossier, user)
        assert told(found) == [lines[n] for n in expected.get(nom, [])], nom
        assert {line for line in told(histoire(w.dossier, user)) if line[0].startswith("Message")} == set(told(found))
    page = reverse("projects:echange_list", args=[w.dossier.cle])
    found = sorted(lignes_des_echanges(w.dossier, w.qui["chef"]), key=lambda ligne: ligne.at)
    assert [ligne.lien for ligne in found] == [(f"{page}#message-{sent[0].pk}", "Répondre"), None, None]


def test_each_reader_finds_the_discussions_they_may_read(in_time):
    w = scene()
    porteur, chef = w.qui["responsable"], w.qui["chef"]
    ligne = BudgetLigneFactory(dossier=w.dossier)
    asked = add_comment(w.dossier, Section.PROJET, by=chef, texte="Pour qui ?", champ="besoin")
    in_time.shift(timedelta(minutes=1))
    add_comment(w.dossier, Section.PROJET, by=porteur, texte="Pour tous.", parent=asked)
    in_time.shift(timedelta(minutes=1))
    resolve_comment(asked, by=chef)
    in_time.shift(timedelta(minutes=1))
    add_comment(w.dossier, Section.CALENDRIER, by=porteur, texte="À revoir.")
    in_time.shift(timedelta(minutes=1))
    add_comment(w.dossier, Section.BUDGET, by=chef, texte="Cher.", visibilite=Visibilite.AGENTS)
    in_time.shift(timedelta(minutes=1))
    add_comment(w.dossier, Section.BUDGET, by=porteur, texte="Retirée.", champ=f"ligne.{ligne.cle}")
    ligne.delete()
    shared = [
        ("Discussion ouverte sur « Besoin et origine »", "Camille chef", "Pour qui ?"),
        ("Réponse sur « Besoin et origine »", "Camille responsable", "Pour tous."),
        ("Discussion réglée sur « Besoin et origine »", "Camille chef", ""),
        ("Discussion ouverte sur la partie « Calendrier et moyens »", "Camille responsable", "À revoir."),
        ("Discussion ouverte sur une ligne retirée depuis", "Camille responsable", "Retirée."),
    ]
    apart = ("Discussion ouverte sur la partie « Budget », entre agents", "Camille chef", "Cher.")
    for nom in ("responsable", "ecrit", "commente", "voisin", "agent_membre"):
        assert told(lignes_des_discussions(w.dossier, w.qui[nom])) == shared, nom
    for nom in ("chef", "instructeur", "pilote"):
        assert told(lignes_des_discussions(w.dossier, w.qui[nom])) == [*shared[:4], apart, shared[4]], nom
    first = lignes_des_discussions(w.dossier, porteur)[0]
    assert first.lien == (f"/dossiers/{w.dossier.cle}/projet/#commentaire-{asked.pk}", "Voir la discussion")


def test_a_message_waits_on_the_dashboard_until_it_is_read_or_answered(in_time):
    w = scene()
    chef, porteur = w.qui["chef"], w.qui["responsable"]
    w.send("responsable", [C], "Pouvons-nous nous voir ?")
    (one,) = a_faire_des_echanges(chef, EN_TEMPS)
    assert (one.texte, one.objet, one.depuis) == ("Lire le message de Camille responsable", "La halle", EN_TEMPS)
    assert one.adresse == reverse("projects:dossier_detail", args=[w.dossier.cle])
    assert one in ce_qui_attend(chef, EN_TEMPS)
    assert [a_faire_des_echanges(w.qui[nom], EN_TEMPS) for nom in ("responsable", "membre", "pilote")] == [[], [], []]
    in_time.shift(timedelta(minutes=1))
    w.send("chef", [S], "Mardi.")
    assert a_faire_des_echanges(chef, EN_TEMPS) == []
    assert len(a_faire_des_echanges(porteur, EN_TEMPS)) == 1
    in_time.shift(timedelta(minutes=1))
    record_visit(w.dossier, by=porteur)
    assert a_faire_des_echanges(porteur, EN_TEMPS) == []
    assert len(a_faire_des_echanges(w.qui["membre"], EN_TEMPS)) == 1


def test_a_message_still_waits_when_another_circle_writes_to_its_author(in_time):
    """Each of the circles it was written to answers for itself: what another says is not a reading."""
    w = scene()
    porteur, pilote = w.qui["responsable"], w.qui["pilote"]
    w.send("chef", [S], "Avez-vous le devis ?")
    in_time.shift(timedelta(minutes=1))
    w.send("instructeur", [C], "Où en est la halle ?")
    assert [one.texte for one in a_faire_des_echanges(porteur, EN_TEMPS)] == ["Lire le message de Camille chef"]
    in_time.shift(timedelta(minutes=1))
    w.send("chef", [S, E], "Elle avance.")
    in_time.shift(timedelta(minutes=1))
    w.send("membre", [C], "Le devis arrive.")
    # One of the structure answered for it; the EPT was asked too, and has not.
    assert a_faire_des_echanges(porteur, EN_TEMPS) == []
    assert [one.texte for one in a_faire_des_echanges(pilote, EN_TEMPS)] == ["Lire le message de Camille chef"]
    in_time.shift(timedelta(minutes=1))
    w.send("instructeur", [C], "Merci.")
    assert a_faire_des_echanges(pilote, EN_TEMPS) == []


def test_the_lines_cost_the_same_with_few_and_many():
    w = scene()
    user = w.qui["responsable"]

    def more(n):
        for rank in range(n):
            CommentaireFactory(dossier=w.dossier, champ="besoin", texte=f"Mot {rank}")
        Echange.objects.bulk_create(
            Echange(dossier=w.dossier, by=w.qui["chef"], de=C, vers=[S], texte=f"Mot {rank}", empreinte=f"{n}-{rank}")
            for rank in range(n)
        )

    def cost():
        with CaptureQueriesContext(connection) as queries:
            lignes_des_echanges(w.dossier, user)
            lignes_des_discussions(w.dossier, user)
            a_faire_des_echanges(user, EN_TEMPS)
        return len(queries)

    more(1)
    cost()
    few = cost()
    more(40)
    assert cost() == few
