"""The card «Maintenant»: the moment, the turn, the words and the acts of each statut, for each who follows it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from instruction.complement.actions import ask_complement
from label.models import User
from label.templatetags.label_ui import jour, jour_heure
from projects.dossier.actions import move_dossier
from projects.dossier.visa import ask_visa
from projects.enums import Statut
from projects.fil.paroles import Pour, pour
from projects.fil.registre import Geste, cartes_du_moment
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
    assert (carte.titre, carte.a_vous) == ("Votre idée est acceptée\u00a0: le dossier est ouvert", True)
    # Nobody is offered to ask for a visa of nothing.
    adresse = reverse("projects:section_edit", args=[dossier.cle, "structure"])
    assert carte.gestes == (Geste("Commencer par votre structure", adresse, "pencil"),)
    # What is joined is optional here, and the engagements come with the deposit.
    assert carte.paroles[0].endswith(" 0\u00a0partie complète sur 6 pour l’instant.")
    # Its chef de projet may begin too: it is neither his structure nor his turn, and there is no visa to give.
    assert card(dossier, chef).gestes == (Geste("Commencer par la structure", adresse, "pencil", attend=True),)
    assert told(dossier, chef)[0] == "ecriture_debut"
    assert told(dossier, agent) == ("ecriture_debut", False, [])


def test_a_structure_already_known_is_no_beginning_and_a_text_is_one(duo):
    porteur, _, _ = duo
    dossier = DossierFactory(porteur=porteur, besoin="Les vélos dorment.", actions="Un atelier.")
    assert told(dossier, porteur)[0] == "ecriture_debut"
    assert told(dossier, porteur)[2] == ["Commencer par «\u00a0Le projet\u00a0»"]
    # Full of text, without one part complete.
    Dossier.objects.filter(pk=dossier.pk).update(innovation="Les habitants forment les habitants.")
    assert told(dossier, porteur)[0] == "ecriture"


def test_the_card_of_a_draft_follows_its_writing(duo):
    porteur, chef, _ = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    porteur = dossier.responsable
    AffectationFactory(user=chef, contrat=dossier.contrat)
    assert told(dossier, porteur) == ("ecriture_complete", True, ["Demander la relecture et le visa"])
    Dossier.objects.filter(pk=dossier.pk).update(innovation="")
    # While something is missing, neither is the visa asked for nor given.
    assert told(dossier, porteur) == ("ecriture", True, ["Continuer\u00a0: Le projet"])
    assert told(dossier, chef) == ("ecriture", False, ["Continuer\u00a0: Le projet"])
    assert [card(dossier, user).gestes[0].attend for user in (porteur, chef)] == [False, True]
    assert card(dossier, porteur).titre == "Le dossier s’écrit\u00a0: il reste 1\u00a0réponse à donner"
    assert card(dossier, porteur).paroles[0].startswith("5\u00a0parties complètes sur 6.")


def test_reading_again_stays_possible_while_something_is_missing(duo, client):
    """Not what the card asks, but at hand: the page of the visa says first what is missing."""
    porteur, chef, _ = duo
    dossier = DossierFactory(complet=True, innovation="", porteur=porteur, chef=chef)
    others = {}
    for user in (porteur, chef):
        client.force_login(user)
        page = client.get(reverse("projects:dossier_detail", args=[dossier.cle]))
        others[user] = [geste.mots for geste in page.context["autres_gestes"]]
    assert others == {porteur: ["Demander une relecture sans attendre", "Abandonner ce projet"], chef: []}


def test_the_visa_asked_is_the_turn_of_the_chef(duo):
    _, chef, agent = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    AffectationFactory(user=chef, contrat=dossier.contrat)
    ask_visa(dossier, by=dossier.responsable)
    assert told(dossier, dossier.responsable) == ("visa_demande", False, [])
    acts = ["Relire le dossier", "Donner le visa\u00a0: le dossier est prêt", "Renvoyer le dossier avec un mot"]
    assert told(dossier, chef) == ("visa_demande", True, acts)
    assert card(dossier, chef).paroles[0].startswith("La structure vous demande de relire depuis le")
    assert card(dossier, dossier.responsable).titre == "Luc Fontanel relit votre dossier"
    assert told(dossier, agent) == ("visa_demande", False, [])
    # What is missing meanwhile keeps the visa back: it is returned, not given.
    Dossier.objects.filter(pk=dossier.pk).update(innovation="")
    acts = ["Relire le dossier", "Continuer\u00a0: Le projet", "Renvoyer le dossier avec un mot"]
    assert told(dossier, chef)[2] == acts
    # Two chefs de projet: no name is the subject of the sentence.
    AffectationFactory(user=UserFactory(), contrat=dossier.contrat)
    assert card(dossier, dossier.responsable).titre == "Le chef de projet relit votre dossier"


def test_returned_with_a_word_it_is_corrected_first(duo, in_time):
    _, chef, _ = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    porteur = dossier.responsable
    AffectationFactory(user=chef, contrat=dossier.contrat)
    ask_visa(dossier, by=porteur)
    move_dossier(dossier, "return_visa", by=chef, motif="Il manque un devis.")
    carte = card(dossier, porteur)
    parties = reverse("projects:dossier_detail", args=[dossier.cle]) + "#parties"
    assert [(geste.mots, geste.attend) for geste in carte.gestes] == [
        ("Reprendre l’écriture", False),
        ("Demander la relecture et le visa", True),
    ]
    assert (carte.a_vous, carte.gestes[0].adresse) == (True, parties)
    assert carte.dit == (("Le mot du chef de projet", "Il manque un devis."),)
    # Its author reads his own word, and is not asked to give what he has just refused.
    carte = card(dossier, chef)
    assert carte.dit == (("Votre mot", "Il manque un devis."),)
    assert carte.paroles[0] == "Renvoyé le 20\u00a0mai\u00a02027."
    assert [(geste.mots, geste.attend) for geste in carte.gestes] == [
        ("Donner le visa\u00a0: le dossier est prêt", True)
    ]
    Dossier.objects.filter(pk=dossier.pk).update(innovation="")
    (first,) = card(dossier, porteur).gestes
    projet = reverse("projects:section_edit", args=[dossier.cle, "projet"])
    assert first == Geste("Reprendre l’écriture", projet, "pencil")


def test_asked_given_and_reopened_the_same_day_it_is_asked_again(duo, client):
    _, chef, _ = duo
    dossier = complete_dossier(statut=Statut.CO_ELABORATION)
    porteur = dossier.responsable
    AffectationFactory(user=chef, contrat=dossier.contrat)
    ask_visa(dossier, by=porteur)
    move_dossier(dossier, "give_visa", by=chef)
    move_dossier(dossier, "reopen", by=porteur, motif="Le budget a changé.")
    assert card(dossier, porteur).dit == (("Pourquoi vous avez rouvert l’écriture", "Le budget a changé."),)
    (geste,) = card(dossier, porteur).gestes
    client.force_login(porteur)
    assert "Le chef de projet est prévenu" in client.post(geste.adresse, follow=True).text
    assert told(dossier, porteur)[0] == "visa_demande"


def test_ready_it_is_deposited_then_the_ept_answers(duo):
    _, _, agent = duo
    dossier = complete_dossier(statut=Statut.PRET)
    assert told(dossier, dossier.responsable) == ("pret", True, ["Déposer le dossier"])
    assert card(dossier, dossier.responsable).paroles[0] == "Vous pouvez le déposer\u00a0: il reste 15\u00a0jours."
    member = UserFactory()
    MembreFactory(structure=dossier.structure, user=member)
    said = "Une personne responsable de la structure, ou mandatée par elle, le dépose\u00a0: il reste 15\u00a0jours."
    assert card(dossier, member).paroles[0] == said
    assert told(dossier, agent) == ("pret", False, [])
    received = deposited_dossier()
    carte = card(received, received.responsable)
    assert (carte.moment, carte.a_vous, [geste.mots for geste in carte.gestes]) == (
        "depose",
        False,
        ["Accusé de réception (PDF)"],
    )
    assert carte.paroles[1] == "Rien n’est attendu de vous."
    assert told(received, agent) == ("depose", True, [])


def test_silence_is_said_calmly_from_the_deposit_then_once_it_has_spoken(in_time):
    """The law is whole, and folded: what is read at once is that the dossier is being examined."""
    dossier = deposited_dossier()
    le = Dossier.objects.get().versions.get().rejet_implicite_le
    before = card(dossier, dossier.responsable).silence
    assert (before.titre, before.phrase) == ("Le délai légal et vos recours", "L’examen suit son cours.")
    assert f"Si aucune décision n’était notifiée d’ici le {jour(le)}, la demande serait réputée rejetée." in before.loi
    assert "tribunal administratif dans les deux mois. La réponse est prévue le" in before.loi
    after = datetime(le.year, le.month, le.day, 12, tzinfo=PARIS) + timedelta(days=1)
    in_time.move_to(after)
    said = card(dossier, dossier.responsable, after).silence
    assert said.phrase == "Votre dossier est toujours examiné."
    assert said.loi.startswith(f"L’examen continue. Sans décision notifiée avant le {jour(le)}, la demande est réputée")
    assert "demander les motifs à l’EPT, ou saisir le tribunal administratif" in said.loi
    # Nothing is awaited any more once it is decided.
    Dossier.objects.filter(pk=dossier.pk).update(statut=Statut.IRRECEVABLE)
    assert card(dossier, dossier.responsable, after).silence is None


def test_a_complement_asked_suspends_the_delay_and_names_what_is_written_again(duo, in_time):
    _, chef, agent = duo
    dossier = deposited_dossier()
    AffectationFactory(user=chef, contrat=dossier.contrat)
    in_time.shift(timedelta(days=1))
    now = EN_TEMPS + timedelta(days=1)
    avant = now + timedelta(days=10)
    ask_complement(dossier, by=agent, message="Joignez le devis.", sections=["budget"], echeance=avant)
    silence = card(dossier, dossier.responsable, now).silence
    assert silence.phrase == f"Le délai est suspendu jusqu’à votre réponse, au plus tard le {jour_heure(avant)}."
    chefs = card(dossier, chef, now)
    assert chefs.silence.phrase.startswith("Le délai est suspendu jusqu’à la réponse de la structure, au plus tard le")
    assert chefs.paroles[0].endswith("Parties rouvertes\u00a0: Budget.")
    budget = reverse("projects:section_edit", args=[dossier.cle, "budget"])
    assert chefs.gestes == (Geste("Écrire\u00a0: Budget", budget, "pencil", attend=True),)
    # Nobody writes there any more, and the delay runs again.
    in_time.move_to(avant + timedelta(days=1))
    late = card(dossier, chef, avant + timedelta(days=1))
    assert (late.gestes, late.silence.phrase) == ((), "L’examen suit son cours.")


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
        to_the_ept = ["Écrire à l’EPT"] if statut == Statut.IRRECEVABLE else []
        assert [geste.mots for geste in carte.gestes] == [
            "Reprendre ce projet pour l’édition 2027",
            *to_the_ept,
            "Demander un rendez-vous au chef de projet",
        ]
        # Who is not of the structure takes nothing up.
        assert card(dossier, chef).gestes == ()


def test_who_ended_it_is_said_as_each_reads_it(duo):
    porteur, chef, _ = duo
    colleague = UserFactory()
    dossier = DossierFactory(statut=Statut.ABANDONNE, porteur=porteur, chef=chef)
    MembreFactory(structure=dossier.structure, user=colleague)
    Passage.objects.create(dossier=dossier, transition="abandon", vers=Statut.ABANDONNE, at=EN_TEMPS, by=porteur)
    assert [card(dossier, user).paroles[0] for user in (porteur, colleague, chef)] == [
        "Vous l’avez décidé le 20\u00a0mai\u00a02027.",
        "Votre structure l’a décidé le 20\u00a0mai\u00a02027.",
        "La structure l’a décidé le 20\u00a0mai\u00a02027.",
    ]


def test_an_idea_is_accepted_first_and_declined_beside(duo, client):
    porteur, chef, _ = duo
    dossier = DossierFactory(idee=True, porteur=porteur, chef=chef)
    assert [(geste.mots, geste.attend) for geste in card(dossier, chef).gestes] == [
        ("Accepter l’idée et ouvrir le dossier", False),
        ("Ne pas donner suite", True),
    ]
    client.force_login(chef)
    assert client.get(reverse("projects:dossier_detail", args=[dossier.cle])).context["autres_gestes"] == []


def test_a_lapsed_draft_says_when_its_text_is_taken_up(duo):
    porteur, _, _ = duo
    dossier = DossierFactory(edition=EditionFactory(annee=2026), caduc=True, porteur=porteur)
    nothing = "Le texte pourra être repris quand une prochaine édition sera annoncée."
    assert card(dossier, porteur).paroles[1] == f"Rien n’est perdu\u00a0: il reste lisible. {nothing}"
    EditionFactory(annee=2027)
    carte = card(dossier, porteur)
    assert carte.paroles[1].endswith("Le texte peut être repris dès maintenant pour l’édition 2027.")
    assert [geste.mots for geste in carte.gestes] == ["Reprendre ce projet pour l’édition 2027"]


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
