"""The card «Maintenant»: the moment, the turn, the words and the acts of each statut, for each who follows it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from label.models import User
from projects.dossier.visa import ask_visa
from projects.enums import Statut
from projects.fil.paroles import Pour, pour
from projects.fil.registre import cartes_du_moment
from projects.models import Dossier, Passage
from projects.pages.dossier import fresh
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import EN_TEMPS, complete_dossier, deposited_dossier
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory, MembreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


@pytest.fixture
def duo():
    """(porteur responsable, chef, agent) of the dossiers made with them."""
    return UserFactory(prenom="Awa"), UserFactory(prenom="Luc", nom="Fontanel"), UserFactory(pilote=True)


def card(dossier, user, now=EN_TEMPS):
    # Read again, as by each request: a person keeps what they hold.
    user = User.objects.get(pk=user.pk)
    return cartes_du_moment([fresh(dossier)], user, now)[dossier.pk][0]


def told(dossier, user, now=EN_TEMPS):
    """(moment, is it theirs, the words of the buttons) of the card."""
    carte = card(dossier, user, now)
    return carte.moment, carte.a_vous, [geste.mots for geste in carte.gestes]


def test_as_whom_each_reads(duo):
    porteur, chef, agent = duo
    dossier = DossierFactory(porteur=porteur, chef=chef)
    guest = UserFactory()
    assert [pour(dossier, user) for user in (porteur, chef, agent, guest)] == [
        Pour.PORTEUR,
        Pour.CHEF,
        Pour.EPT,
        Pour.INVITE,
    ]
    # An agent who belongs to the structure reads it as one of the structure.
    MembreFactory(structure=dossier.structure, user=agent)
    assert pour(Dossier.objects.get(), type(agent).objects.get(pk=agent.pk)) == Pour.PORTEUR


def test_a_dossier_just_opened_says_where_to_begin(duo):
    porteur, chef, agent = duo
    dossier = DossierFactory(porteur=porteur, chef=chef, structure__benevoles=None)
    carte = card(dossier, porteur)
    assert (carte.titre, carte.a_vous, carte.gestes[0].mots) == (
        "Commencez par votre structure",
        True,
        "Commencer par votre structure",
    )
    assert carte.paroles[0].startswith("Le dossier est ouvert\u00a0: 0\u00a0partie complète sur 8.")
    assert carte.gestes[0].adresse == reverse("projects:section_edit", args=[dossier.cle, "structure"])
    # Nobody is offered to ask for a visa of nothing.
    assert "Demander la relecture et le visa" not in [geste.mots for geste in carte.gestes]
    assert told(dossier, chef)[0] == "ecriture_debut"
    assert told(dossier, agent) == ("ecriture_debut", False, [])


def test_the_card_of_a_draft_follows_its_writing(duo):
    porteur, chef, _ = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    porteur = dossier.responsable
    AffectationFactory(user=chef, contrat=dossier.contrat)
    assert told(dossier, porteur) == ("ecriture_complete", True, ["Demander la relecture et le visa"])
    Dossier.objects.filter(pk=dossier.pk).update(innovation="")
    moment, mine, gestes = told(dossier, porteur)
    assert (moment, mine, gestes[0]) == ("ecriture", True, "Continuer\u00a0: Le projet")
    assert [geste.attend for geste in card(dossier, porteur).gestes] == [False, True]
    assert card(dossier, porteur).titre == "Le dossier s’écrit\u00a0: il reste 1\u00a0réponse à donner"


def test_the_visa_asked_is_the_turn_of_the_chef(duo):
    _, chef, agent = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    AffectationFactory(user=chef, contrat=dossier.contrat)
    ask_visa(dossier, by=dossier.responsable)
    assert told(dossier, dossier.responsable) == ("visa_demande", False, [])
    moment, mine, gestes = told(dossier, chef)
    assert (moment, mine, gestes[0]) == ("visa_demande", True, "Donner le visa\u00a0: le dossier est prêt")
    assert card(dossier, dossier.responsable).titre == "Luc Fontanel relit votre dossier"
    assert told(dossier, agent) == ("visa_demande", False, [])


def test_ready_it_is_deposited_then_the_ept_answers(duo):
    _, _, agent = duo
    dossier = complete_dossier(statut=Statut.PRET)
    assert told(dossier, dossier.responsable) == ("pret", True, ["Déposer le dossier"])
    assert told(dossier, agent) == ("pret", False, [])
    received = deposited_dossier()
    carte = card(received, received.responsable)
    assert (carte.moment, carte.a_vous, carte.gestes) == ("depose", False, ())
    assert told(received, agent) == ("depose", True, [])


def test_silence_is_said_calmly_from_the_deposit_then_once_it_has_spoken(in_time):
    dossier = deposited_dossier()
    le = Dossier.objects.get().versions.get().rejet_implicite_le
    before = card(dossier, dossier.responsable).silence
    assert before.startswith("L’examen suit son cours. Si aucune décision n’était notifiée d’ici le")
    assert "La réponse est prévue le" in before
    after = datetime(le.year, le.month, le.day, 12, tzinfo=PARIS) + timedelta(days=1)
    in_time.move_to(after)
    said = card(dossier, dossier.responsable, after).silence
    assert said.startswith("L’examen continue. Sans décision notifiée avant le")
    # Nothing is awaited any more once it is decided.
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.IRRECEVABLE)
    assert card(dossier, dossier.responsable, after).silence == ""


@pytest.mark.parametrize("statut", [Statut.PROPOSE, Statut.RESERVE, Statut.NON_RETENU])
def test_what_is_decided_is_told_as_nothing_before_the_publication(duo, statut):
    """The same card, to the letter, as that of a dossier heard; the staff of the EPT alone reads the truth."""
    porteur, chef, agent = duo
    dossier = DossierFactory(auditionne=True, porteur=porteur, chef=chef)
    readers = (porteur, chef)
    before = [card(dossier, user) for user in readers]
    Passage.objects.create(
        dossier=dossier, transition="propose", de=Statut.AUDITIONNE, vers=statut, at=EN_TEMPS, motif="Secret."
    )
    Dossier.objects.filter(pk=dossier.pk).update(statut=statut)
    assert [card(dossier, user) for user in readers] == before
    assert card(dossier, agent).moment == statut.value


def test_what_ended_says_why_and_is_taken_up_again(duo):
    porteur, chef, _ = duo
    past = EditionFactory(annee=2026)
    EditionFactory(annee=2027)
    for statut, transition in (
        (Statut.SANS_SUITE, "decline_idee"),
        (Statut.IRRECEVABLE, "declare_irrecevable"),
        (Statut.RETIRE, "withdraw"),
    ):
        dossier = DossierFactory(edition=past, statut=statut, porteur=porteur, chef=chef)
        Passage.objects.create(dossier=dossier, transition=transition, vers=statut, at=EN_TEMPS, motif="Parce que.")
        carte = card(dossier, porteur)
        assert (carte.moment, [mots for _, mots in carte.dit]) == (statut.value, ["Parce que."])
        assert [geste.mots for geste in carte.gestes] == [
            "Reprendre ce projet pour l’édition 2027",
            "Demander un rendez-vous au chef de projet",
        ]
        # Who is not of the structure takes nothing up.
        assert card(dossier, chef).gestes == ()


def test_cards_of_many_dossiers_cost_as_one(duo):
    porteur, _, _ = duo
    edition = EditionFactory()
    dossiers = [DossierFactory(edition=edition, porteur=porteur) for _ in range(2)]
    more = [DossierFactory(edition=edition, porteur=porteur, depose=True) for _ in range(8)]

    def queries_for(chosen):
        user = User.objects.get(pk=porteur.pk)
        read = [fresh(one) for one in chosen]
        with CaptureQueriesContext(connection) as asked:
            cartes_du_moment(read, user, EN_TEMPS)
        return len(asked)

    assert queries_for(dossiers) == queries_for(dossiers + more)
