"""The visa asked with open eyes, returned with a word, asked again; what is still discussed is said before."""

import re
from datetime import datetime, timedelta
from html import unescape
from threading import Barrier, Thread

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecriture.discussion.actions import resolve_comment
from ecriture.discussion.queries import open_threads, open_totals
from ecriture.enums import Visibilite
from label.lifecycle import TransitionRefused
from label.models import Courriel
from projects.deport.actions import declare_deport
from projects.dossier.actions import move_dossier
from projects.dossier.connu import moves_known_to, phrase_of, token_of
from projects.dossier.visa import ask_visa, awaits_visa
from projects.enums import Section, Statut
from projects.models import Dossier, Passage
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import (
    AffectationFactory,
    BudgetLigneFactory,
    CommentaireFactory,
    DossierFactory,
    IndicateurFactory,
    MembreFactory,
)
from tests.pages import kept_by

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
MOT = "Le budget est clair. Il manque un devis, et une phrase sur la suite."


@pytest.fixture(autouse=True)
def in_time(request):
    """The clock of the test, stopped; a browser keeps its own."""
    if "new_page" in request.fixturenames:
        yield
        return
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


@pytest.fixture
def duo(db):
    """(dossier, porteur, chef): a draft with nothing missing."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(complet=True, porteur=porteur, chef=chef, titre="La halle"), porteur, chef


def mails():
    return list(Courriel.objects.order_by("pk").values_list("cle_notification", "destinataire"))


def visa_page(dossier):
    return reverse("projects:dossier_visa", args=[dossier.cle])


def return_page(dossier):
    return reverse("projects:dossier_transition", args=[dossier.cle, "return_visa"])


def moves(dossier):
    return list(dossier.passages.order_by("at", "pk").values_list("transition", "de", "vers", "motif"))


# --- Returned with a word -----------------------------------------------------------------------


def test_the_chef_returns_the_dossier_with_a_word_and_it_is_asked_again_the_same_day(client, duo, in_time):
    dossier, porteur, chef = duo
    ask_visa(dossier, by=porteur)
    client.force_login(chef)
    home = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    page = client.get(return_page(dossier))
    assert return_page(dossier) in home
    assert "le dossier revient à la structure avec votre mot" in page.text
    assert "<li>Awa Diarra</li>" in page.text
    in_time.shift(timedelta(minutes=5))
    done = client.post(return_page(dossier), {"expected": kept_by(page), "motif": MOT}, follow=True)

    co = Statut.CO_ELABORATION.value
    assert "Le dossier est renvoyé : la structure reçoit votre mot." in done.text
    assert moves(dossier) == [("ask_visa", co, co, ""), ("return_visa", co, co, MOT)]
    assert awaits_visa(Dossier.objects.get()) is False
    assert Dossier.objects.read_by(chef).get().bouge_par == "return_visa"
    assert mails() == [("visa_demande", chef.email), ("visa_rendu", porteur.email)]
    mail = Courriel.objects.get(cle_notification="visa_rendu")
    assert (MOT in mail.texte, "Luc Fontanel" in mail.texte, mail.repondre_a) == (True, True, chef.email)
    assert "visa demandé le" not in client.get(reverse("label:tableau")).text

    in_time.shift(timedelta(minutes=5))
    client.force_login(porteur)
    home = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    assert "Dossier renvoyé avec un mot, sans visa" in home
    client.post(visa_page(dossier))
    assert awaits_visa(Dossier.objects.get()) is True
    assert mails()[2:] == [("visa_demande", chef.email)]
    client.post(visa_page(dossier))
    assert len(mails()) == 3


def test_a_word_is_compulsory_and_what_nobody_asked_is_not_returned(client, duo):
    dossier, porteur, chef = duo
    client.force_login(chef)
    page = client.get(return_page(dossier)).text
    assert "Le visa n’est pas demandé : il n’y a rien à renvoyer." in page
    assert 'type="submit" class="btn btn-primary">Renvoyer' not in page
    assert return_page(dossier) not in client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    with pytest.raises(TransitionRefused, match="rien à renvoyer"):
        move_dossier(dossier, "return_visa", by=chef, motif=MOT)
    ask_visa(dossier, by=porteur)
    refused = client.post(return_page(dossier), {"expected": kept_by(client.get(return_page(dossier))), "motif": "  "})
    assert "Ce champ est obligatoire" in refused.text
    assert moves(dossier)[1:] == []


def test_who_may_return_it(duo):
    dossier, porteur, chef = duo
    ask_visa(dossier, by=porteur)
    both = UserFactory()
    MembreFactory(structure=dossier.structure, user=both)
    recused = UserFactory()
    for user in (both, recused):
        AffectationFactory(user=user, contrat=dossier.contrat)
    declare_deport(recused, dossier, motif="Sa sœur la préside.")
    for user in (porteur, both, recused, UserFactory(pilote=True), UserFactory(instructeur=True), UserFactory()):
        with pytest.raises(PermissionDenied):
            move_dossier(dossier, "return_visa", by=user, motif=MOT)
    move_dossier(dossier, "return_visa", by=chef, motif=MOT)
    assert [name for name, *_ in moves(dossier)] == ["ask_visa", "return_visa"]


def test_a_word_is_kept_as_it_was_typed_and_shown_as_text(client, duo):
    dossier, porteur, chef = duo
    ask_visa(dossier, by=porteur)
    client.force_login(chef)
    page = client.get(return_page(dossier))
    word = "<script>alert(1)</script> {{ settings }} \u202eenvers\u202c & un devis"
    client.post(return_page(dossier), {"expected": kept_by(page), "motif": word})
    kept = Passage.objects.get(transition="return_visa").motif
    assert kept == "<script>alert(1)</script> {{ settings }} envers & un devis"
    client.force_login(porteur)
    home = client.get(reverse("projects:dossier_detail", args=[dossier.cle])).text
    assert "<script>alert(1)" not in home
    mail = Courriel.objects.get(cle_notification="visa_rendu")
    assert (kept in mail.texte, "<script>alert(1)" in mail.html) == (True, False)


def test_a_word_too_long_stays_in_its_box(client, duo):
    dossier, porteur, chef = duo
    ask_visa(dossier, by=porteur)
    client.force_login(chef)
    long = "Trop long. " * 10_000
    refused = client.post(return_page(dossier), {"expected": kept_by(client.get(return_page(dossier))), "motif": long})
    assert long.strip() in unescape(refused.text)
    assert Passage.objects.filter(transition="return_visa").count() == 0


def test_a_visa_given_meanwhile_is_said_to_whoever_returns_it(client, duo):
    dossier, porteur, chef = duo
    other = UserFactory(prenom="Nour", nom="Haddad")
    AffectationFactory(user=other, contrat=dossier.contrat)
    ask_visa(dossier, by=porteur)
    client.force_login(chef)
    seen = kept_by(client.get(return_page(dossier)))
    move_dossier(dossier, "give_visa", by=other)
    refused = client.post(return_page(dossier), {"expected": seen, "motif": MOT}).text
    assert "Entre-temps, la situation a changé : « Visa donné : prêt à déposer »" in refused
    assert "par Nour Haddad" in refused
    assert MOT in refused
    assert Dossier.objects.get().statut == Statut.PRET
    assert [key for key, _ in mails()] == ["visa_demande", "visa_demande", "visa_donne"]


@pytest.mark.django_db(transaction=True)
def test_given_and_returned_at_the_same_instant_one_of_the_two_is_made():
    porteur, chef, other = UserFactory(), UserFactory(), UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur, chef=chef)
    AffectationFactory(user=other, contrat=dossier.contrat)
    ask_visa(dossier, by=porteur, at=EN_TEMPS - timedelta(minutes=5))
    tokens = {user: token_of(dossier, user) for user in (chef, other)}
    barrier, outcomes = Barrier(2), []

    def act(name, by, motif):
        barrier.wait()
        try:
            move_dossier(dossier, name, by=by, motif=motif, token=tokens[by])
            outcomes.append(name)
        except ValidationError as error:
            outcomes.append(error.messages[0])
        finally:
            connection.close()

    threads = [Thread(target=act, args=("give_visa", chef, "")), Thread(target=act, args=("return_visa", other, MOT))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made, refused = sorted(outcomes, key=lambda outcome: outcome.startswith("Entre-temps"))
    assert made in {"give_visa", "return_visa"}
    assert refused.startswith("Entre-temps, la situation a changé : ")
    assert [name for name, *_ in moves(dossier)] == ["ask_visa", made]
    assert len(mails()) == 3


def test_the_journal_tells_it_to_each_in_the_same_words(duo):
    dossier, porteur, chef = duo
    ask_visa(dossier, by=porteur)
    move_dossier(dossier, "return_visa", by=chef, motif=MOT)
    for user in (porteur, chef, UserFactory(instructeur=True)):
        told = [(phrase_of(move, dossier, user), move.motif) for move in moves_known_to(dossier, user)]
        assert told == [("Relecture et visa demandés", ""), ("Dossier renvoyé avec un mot, sans visa", MOT)]


# --- Asked with open eyes -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visa_asked_while_points_are_missing_says_so_first(client):
    porteur, chef = UserFactory(), UserFactory()
    dossier = DossierFactory(porteur=porteur, chef=chef)
    client.force_login(porteur)
    page = client.post(visa_page(dossier)).text
    assert "Dites ce que le projet a d’innovant." in page
    assert "Compléter d’abord" in page
    assert "Demander quand même" in page
    assert moves(dossier) == []
    assert mails() == []
    client.post(visa_page(dossier), {"quand_meme": "oui"})
    assert [name for name, *_ in moves(dossier)] == ["ask_visa"]
    assert mails() == [("visa_demande", chef.email)]


def test_nothing_missing_nothing_open_is_asked_at_once(client, duo):
    dossier, porteur, chef = duo
    client.force_login(porteur)
    assert client.post(visa_page(dossier)).status_code == 302
    assert mails() == [("visa_demande", chef.email)]
    again = client.get(visa_page(dossier)).text
    assert "Le visa a déjà été demandé aujourd’hui" in again
    assert "Demander le visa</button>" not in again


def test_an_open_discussion_is_listed_before_each_of_the_three_acts_and_stops_none(client, duo):
    dossier, porteur, chef = duo
    one = CommentaireFactory(dossier=dossier, auteur=chef, champ="besoin", texte="Qui tient la halle ?")
    CommentaireFactory(dossier=dossier, auteur=chef, texte="À rapprocher de 2026.", visibilite=Visibilite.AGENTS)
    link = f"/dossiers/{dossier.cle}/projet/#commentaire-{one.pk}"

    def listed(url):
        return re.findall(r'<li><a href="([^"]*#commentaire-[^"]*)">([^<]*)</a>', client.get(url).text)

    client.force_login(porteur)
    assert listed(visa_page(dossier)) == [(link, "Qui tient la halle ?")]
    assert client.post(visa_page(dossier)).status_code == 200
    client.post(visa_page(dossier), {"quand_meme": "oui"})
    client.force_login(chef)
    give = reverse("projects:dossier_transition", args=[dossier.cle, "give_visa"])
    assert [words for _, words in listed(give)] == ["Qui tient la halle ?", "À rapprocher de 2026."]
    assert return_page(dossier) in client.get(give).text
    client.post(give, {"expected": kept_by(client.get(give))})
    assert Dossier.objects.get().statut == Statut.PRET
    client.force_login(porteur)
    assert listed(reverse("projects:depot_create", args=[dossier.cle])) == [(link, "Qui tient la halle ?")]


# --- Marked at their field, counted for the dashboards ------------------------------------------


def marks(page):
    found = re.findall(
        r'class="marque-discussions" href="#commentaire-(\d+)">.*?<span class="visually-hidden">([^<]*)</span>', page
    )
    return [(int(pk), unescape(words)) for pk, words in found]


def test_a_field_with_open_discussions_carries_their_number(client, duo):
    dossier, porteur, chef = duo
    first = CommentaireFactory(dossier=dossier, champ="besoin")
    CommentaireFactory(dossier=dossier, champ="besoin")
    CommentaireFactory(dossier=dossier, champ="besoin", parent=first)
    CommentaireFactory(dossier=dossier)
    hidden = CommentaireFactory(dossier=dossier, champ="objectifs", visibilite=Visibilite.AGENTS)
    settled = CommentaireFactory(dossier=dossier, champ="actions")
    resolve_comment(settled, by=chef)
    url = reverse("projects:section_edit", args=[dossier.cle, "projet"])
    client.force_login(porteur)
    assert marks(client.get(url).text) == [(first.pk, "2 discussions ouvertes : Besoin et origine")]
    client.force_login(chef)
    assert marks(client.get(url).text) == [
        (first.pk, "2 discussions ouvertes : Besoin et origine"),
        (hidden.pk, "1 discussion ouverte : Objectifs"),
    ]


def test_a_line_of_the_budget_and_an_indicator_carry_theirs(client, duo):
    dossier, porteur, _ = duo
    ligne, indicateur = (
        BudgetLigneFactory(dossier=dossier, compte="61"),
        IndicateurFactory(dossier=dossier, libelle="Repas"),
    )
    one = CommentaireFactory(dossier=dossier, section=Section.BUDGET, champ=f"ligne.{ligne.cle}")
    two = CommentaireFactory(dossier=dossier, section=Section.EVALUATION, champ=f"indicateur.{indicateur.cle}")
    client.force_login(porteur)
    budget = marks(client.get(reverse("projects:section_edit", args=[dossier.cle, "budget"])).text)
    evaluation = marks(client.get(reverse("projects:section_edit", args=[dossier.cle, "evaluation"])).text)
    assert [pk for pk, _ in budget] == [one.pk]
    assert evaluation == [(two.pk, "1 discussion ouverte : Repas")]


def test_open_discussions_of_many_dossiers_are_counted_in_one_query(duo):
    dossier, porteur, chef = duo
    others = DossierFactory.create_batch(5, structure=dossier.structure, contrat=dossier.contrat)
    for one in others[:3]:
        CommentaireFactory(dossier=one)
        CommentaireFactory(dossier=one, visibilite=Visibilite.AGENTS)
    expected = {porteur: 1, chef: 2}
    for user, n in expected.items():
        dossiers = [dossier, *others]
        open_totals(user, dossiers)
        with CaptureQueriesContext(connection) as queries:
            found = open_totals(user, dossiers)
        assert found == {one.pk: n for one in others[:3]}
        assert len(queries) == 1
    assert open_threads(porteur, others[0])[0].partie == "Le projet"
