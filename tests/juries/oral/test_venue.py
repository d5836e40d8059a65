"""The convocation is answered: for the slot that was read, by the structure alone, and nothing moves by itself."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from juries.models import Convocation, Venue
from juries.oral.actions import Entretemps, OralFerme, confirm_venue, decline_venue, keep_slot
from juries.oral.queries import answer_to, follow, to_settle
from juries.seance.actions import hear, move_audition, remove_audition
from juries.seance.convocation import publish_convocations
from label.limites import TropVite
from label.models import Courriel, User
from label.vus import seal
from projects.deport.actions import declare_deport
from projects.enums import Statut
from projects.fil.registre import cartes_du_moment
from projects.models import Dossier
from projects.pages.dossier import fresh
from tests.factories.juries import audition_of, convoked
from tests.factories.label import UserFactory
from tests.factories.projects import MembreFactory
from tests.juries.oral.scene import AVANT, at, sceau, scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def s():
    with time_machine.travel(AVANT, tick=False):
        yield scene()


def answers():
    return list(Venue.objects.order_by("pk").values_list("vient", "by", "motif"))


def test_the_structure_confirms_once_whoever_clicks_again(s, client):
    client.force_login(s.membre)
    page = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
    confirm = reverse("juries:venue_confirm", args=[s.dossier.cle, sceau(s)])
    assert confirm in page
    for _ in range(2):
        assert client.post(confirm).status_code == 302
    assert answers() == [(True, s.membre.pk, "")]
    page = client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).text
    assert "Venue confirmée par Awa Diarra le 10\u00a0septembre\u00a02027 à 10\u00a0h." in page
    assert confirm not in page
    assert Courriel.objects.count() == 0
    assert Dossier.objects.get().statut == Statut.ADMIS


def test_only_the_structure_answers(s):
    for other in (s.chef, s.invite, s.pilote, s.juree, UserFactory()):
        with pytest.raises(PermissionDenied):
            confirm_venue(s.dossier, sceau=sceau(s), by=other)
        with pytest.raises(PermissionDenied):
            decline_venue(s.dossier, motif="Non", sceau=sceau(s), by=other)
    assert answers() == []


def test_a_slot_moved_and_announced_meanwhile_is_not_the_one_confirmed(s, client):
    seen = sceau(s)
    move_audition(s.audition, s.seance, at(14), by=s.pilote)
    # Moved, and not announced: the structure knows nothing of it, and its answer is about what it knows.
    confirm_venue(s.dossier, sceau=seen, by=s.membre)
    s.audition.refresh_from_db()
    (suivi,) = follow([s.audition], s.pilote).values()
    assert (suivi.venue.vient, suivi.is_valable) == (True, False)
    publish_convocations(s.seance, by=s.pilote)
    client.force_login(s.membre)
    answer = client.post(reverse("juries:venue_confirm", args=[s.dossier.cle, seen]), follow=True).text
    assert (
        "Entre-temps, votre audition a changé\u00a0: c’est maintenant le lundi 20\u00a0septembre\u00a02027 à "
        "14\u00a0h. Votre réponse n’est pas partie\u00a0: répondez pour cette date-là." in answer
    )
    assert "Votre audition est déplacée" in answer
    s.audition.refresh_from_db()
    assert answer_to(s.audition, s.audition.annonce) is None
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    assert [vient for vient, *_ in answers()] == [True, True]
    assert list(Convocation.objects.values_list("sorte", flat=True)) == ["envoyee", "deplacee"]


def test_an_audition_cancelled_meanwhile_has_no_date_to_confirm(s):
    seen = sceau(s)
    remove_audition(s.audition, by=s.pilote)
    with pytest.raises(Entretemps, match="cette audition a été annulée"):
        confirm_venue(s.dossier, sceau=seen, by=s.membre)
    assert list(Convocation.objects.values_list("sorte", "creneau__debut")) == [
        ("envoyee", "2027-09-20T07:00:00+00:00"),
        ("annulee", "2027-09-20T07:00:00+00:00"),
    ]


def test_a_cancellation_tells_the_slot_that_was_announced_and_no_other(s):
    move_audition(s.audition, s.seance, at(15, 30), by=s.pilote)
    s.audition.refresh_from_db()
    remove_audition(s.audition, by=s.pilote)
    courriel = Courriel.objects.get(cle_notification="convocation_annulee", destinataire=s.membre.email)
    assert "annoncée pour le 20\u00a0septembre\u00a02027 à 9\u00a0h," in courriel.texte
    assert "15\u00a0h" not in courriel.texte
    ics = bytes(courriel.fichiers.get().contenu).decode()
    assert "DTSTART;TZID=Europe/Paris:20270920T090000" in ics
    assert "20270920T1530" not in ics


@pytest.mark.django_db(transaction=True)
def test_confirming_while_it_moves_is_one_or_the_other():
    with time_machine.travel(AVANT, tick=False):
        s = scene()
        seen, barrier, outcome = sceau(s), Barrier(2), []
        move_audition(s.audition, s.seance, at(14), by=s.pilote)

        def confirm():
            barrier.wait()
            try:
                confirm_venue(s.dossier, sceau=seen, by=s.membre)
                outcome.append("confirmé")
            except Entretemps:
                outcome.append("refusé")
            finally:
                connection.close()

        def announce():
            barrier.wait()
            try:
                publish_convocations(s.seance, by=s.pilote)
            finally:
                connection.close()

        threads = [Thread(target=confirm), Thread(target=announce)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        s.audition.refresh_from_db()
        # Whatever came first, nothing confirmed stands for a slot that nobody read.
        assert answer_to(s.audition, s.audition.annonce) is None
        assert Venue.objects.count() == (outcome == ["confirmé"])


def test_who_cannot_come_is_answered_by_the_pilote_and_nothing_else_moves(s, client):
    client.force_login(s.membre)
    url = reverse("juries:venue_decline", args=[s.dossier.cle])
    assert client.get(url).status_code == 200
    empty = client.post(url, {"sceau": sceau(s), "motif": ""})
    assert empty.status_code == 422
    assert "Dites en quelques mots ce qui vous empêche de venir." in empty.text
    assert client.post(url, {"sceau": sceau(s), "motif": "Je suis opérée ce jour-là."}).status_code == 302
    mail = Courriel.objects.get()
    assert (mail.cle_notification, mail.destinataire) == ("oral_empechement", s.pilote.email)
    # The reason may tell of somebody's health: it is read on the site, and no mail carries it.
    assert "opérée" not in mail.texte + mail.html
    assert Dossier.objects.get().statut == Statut.ADMIS
    [(audition, venue)] = to_settle(s.pilote)
    assert (audition, venue.motif) == (s.audition, "Je suis opérée ce jour-là.")
    client.force_login(s.pilote)
    assert "Ne peut pas venir" in client.get(reverse("juries:seance_detail", args=[s.seance.cle])).text
    keep = reverse("juries:venue_keep", args=[s.audition.cle])
    assert "Je suis opérée ce jour-là." in client.get(keep).text
    assert client.post(keep, {"reponse": "Une autre personne peut venir."}).status_code == 302
    told = Courriel.objects.filter(cle_notification="oral_maintenu")
    assert sorted(told.values_list("destinataire", flat=True)) == sorted([s.membre.email, s.chef.email])
    assert all("Une autre personne peut venir." in one.texte for one in told)
    assert to_settle(s.pilote) == []
    # Answered once: a second answer is refused with what happened.
    with pytest.raises(Entretemps):
        keep_slot(s.audition, reponse="Bis", by=s.pilote)


def test_the_mails_lead_to_the_page_where_the_convocation_is_answered(s):
    oral = reverse("juries:oral_detail", args=[s.dossier.cle])
    other = audition_of(s.seance, membres=[s.membre])
    move_audition(s.audition, s.seance, at(14), by=s.pilote)
    publish_convocations(s.seance, by=s.pilote)
    for key, where in (
        ("convocation", reverse("juries:oral_detail", args=[other.dossier.cle])),
        ("convocation_modifiee", oral),
    ):
        mail = Courriel.objects.get(cle_notification=key, destinataire=s.membre.email)
        assert where in mail.texte
        assert "Confirmez votre venue" in mail.texte and "Dites-le sur cette page" in mail.texte
    to_the_chef = Courriel.objects.get(cle_notification="convocation_modifiee", destinataire=s.chef.email)
    assert oral in to_the_chef.texte and "Confirmez votre venue" not in to_the_chef.texte
    decline_venue(s.dossier, motif="Train supprimé", sceau=sceau(s), by=s.membre)
    mail = Courriel.objects.get(cle_notification="oral_empechement")
    assert "La page ci-dessous donne la raison." in mail.texte
    assert reverse("juries:venue_keep", args=[s.audition.cle]) in mail.texte


def test_a_move_settles_an_empechement_too(s):
    decline_venue(s.dossier, motif="Train supprimé", sceau=sceau(s), by=s.membre)
    assert [audition for audition, _ in to_settle(s.pilote)] == [s.audition]
    move_audition(s.audition, s.seance, at(16), by=s.pilote)
    assert to_settle(s.pilote) == []
    # And who may come after all says so.
    decided = answer_to(s.audition, s.audition.annonce)
    assert decided.is_a_traiter
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    assert [vient for vient, *_ in answers()] == [False, True]


def test_what_is_to_settle_costs_as_much_for_ten_as_for_five(s):
    costs = []
    for _ in range(3):
        pilote = User.objects.get(pk=s.pilote.pk)
        with CaptureQueriesContext(connection) as seen:
            found = to_settle(pilote)
        costs.append((len(found), len(seen)))
        for _ in range(5):
            audition = convoked(audition_of(s.seance, membres=[s.membre]))
            # The rights are read once for a person.
            membre = User.objects.get(pk=s.membre.pk)
            decline_venue(audition.dossier, motif="Non", sceau=seal(audition.annonce), by=membre)
    # Who asks, the auditions; then the answers, when somebody said no.
    assert costs == [(0, 2), (5, 3), (10, 3)]


def test_a_recused_pilote_neither_reads_nor_answers(s, client):
    decline_venue(s.dossier, motif="Train supprimé", sceau=sceau(s), by=s.membre)
    other = UserFactory(pilote=True)
    declare_deport(other, s.dossier, motif="Cousine")
    assert to_settle(other) == []
    client.force_login(other)
    assert client.get(reverse("juries:venue_keep", args=[s.audition.cle])).status_code == 404
    assert client.get(reverse("juries:oral_detail", args=[s.dossier.cle])).status_code == 404
    with pytest.raises(PermissionDenied):
        keep_slot(s.audition, reponse="Non", by=other)


def test_nothing_is_answered_once_heard_or_once_over(s):
    seen = sceau(s)
    with time_machine.travel(at(9, 20)), pytest.raises(Entretemps, match="Cette audition est passée"):
        confirm_venue(s.dossier, sceau=seen, by=s.membre)
    with time_machine.travel(at(9, 5)):
        hear(s.audition, by=s.pilote)
        with pytest.raises(OralFerme, match="Le jury délibère"):
            confirm_venue(s.dossier, sceau=seen, by=s.membre)
    assert answers() == []


def test_a_new_length_of_presentation_is_announced_again(s):
    s.seance.duree_presentation, s.seance.duree_questions = 5, 15
    s.seance.save()
    s.audition.refresh_from_db()
    assert not s.audition.is_annoncee
    assert (s.audition.annoncee.presentation, s.audition.annoncee.questions) == (10, 10)
    convoked(s.audition, at=AVANT + timedelta(days=1))
    assert (s.audition.annoncee.presentation, s.audition.annoncee.questions) == (5, 15)


@time_machine.travel(AVANT, tick=False)
def test_a_button_shown_before_a_colleague_declined_undoes_nothing(client):
    s = scene()
    client.force_login(s.membre)
    card = cartes_du_moment([fresh(s.dossier)], s.membre, AVANT)[s.dossier.pk][0]
    confirm = next(geste.adresse for geste in card.gestes if geste.mots == "Confirmer ma venue")
    colleague = UserFactory(prenom="Bob", nom="Sarr")
    MembreFactory(structure=s.dossier.structure, user=colleague)
    decline_venue(s.dossier, motif="Un deuil.", sceau=sceau(s), by=colleague)
    page = client.post(confirm, follow=True)
    assert "Entre-temps, Bob Sarr a dit que la structure ne peut pas venir." in page.text
    assert list(Venue.objects.values_list("vient", flat=True)) == [False]
    # Read, it may be taken back.
    card = cartes_du_moment([fresh(s.dossier)], s.membre, AVANT)[s.dossier.pk][0]
    client.post(next(geste.adresse for geste in card.gestes if geste.mots == "Je peux venir finalement"))
    assert list(Venue.objects.values_list("vient", flat=True)) == [False, True]


@time_machine.travel(AVANT, tick=False)
def test_the_ept_answers_the_reason_it_has_read(client):
    s = scene()
    decline_venue(s.dossier, motif="Train supprimé.", sceau=sceau(s), by=s.membre)
    client.force_login(s.pilote)
    keep = reverse("juries:venue_keep", args=[s.audition.cle])
    seen = client.get(keep).context["form"]["vu"].value()
    confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    decline_venue(s.dossier, motif="Un deuil.", sceau=sceau(s), by=s.membre)
    answer = {"reponse": "Prenez un autre train.", "vu": seen}
    refused = client.post(keep, answer)
    assert refused.status_code == 422
    assert "Entre-temps, la structure a donné une autre raison" in refused.text
    assert "Prenez un autre train." in refused.text and "Un deuil." in refused.text
    assert not Courriel.objects.filter(cle_notification="oral_maintenu").exists()
    assert client.post(keep, answer | {"vu": client.get(keep).context["form"]["vu"].value()}).status_code == 302


@time_machine.travel(AVANT, tick=False)
def test_answers_that_send_mails_are_counted():
    s = scene()
    for _ in range(20):
        decline_venue(s.dossier, motif="Non.", sceau=sceau(s), by=s.membre)
        confirm_venue(s.dossier, sceau=sceau(s), by=s.membre)
    with pytest.raises(TropVite):
        decline_venue(s.dossier, motif="Non.", sceau=sceau(s), by=s.membre)
    assert Courriel.objects.filter(cle_notification="oral_empechement").count() == 20


@time_machine.travel(AVANT, tick=False)
def test_the_answer_of_the_ept_is_read_by_those_it_was_sent_to(client):
    s = scene()
    decline_venue(s.dossier, motif="Hospitalisée.", sceau=sceau(s), by=s.membre)
    keep_slot(s.audition, reponse="Votre hospitalisation est notée.", by=s.pilote)
    pages = ("projects:dossier_detail", "projects:fil", "juries:oral_detail")

    def reads(user):
        client.force_login(user)
        return ["hospitalisation" in client.get(reverse(page, args=[s.dossier.cle])).text for page in pages]

    assert {nom: reads(getattr(s, nom)) for nom in ("membre", "chef", "invite")} == {
        "membre": [True] * 3, "chef": [True] * 3, "invite": [False] * 3
    }  # fmt: skip
