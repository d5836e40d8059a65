"""The opinion of a partner: a link in a mail, one answer, no account, nothing said to anybody else."""

import hashlib
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from instruction.avis.actions import answer_avis, ask_avis, remind_avis, remind_due_avis, revoke_avis
from instruction.decision.actions import decide
from instruction.enums import SensAvis
from instruction.models import Avis
from label.models import Courriel
from projects.dossier.contenu import without_private
from tests.factories.depot import EN_TEMPS, deposited_dossier
from tests.factories.label import UserFactory
from tests.lettres import lue

APRES = EN_TEMPS + timedelta(days=20)
ECHEANCE = date(2027, 6, 24)
ROUX = ("Paul Roux", "Valophis", "p.roux@bailleur.example")
MAIRIE = ("Mairie d’Ivry", "", "mairie@ivry.example")

pytestmark = pytest.mark.django_db


@pytest.fixture
def instructeur():
    return UserFactory(prenom="Inès", nom="Morvan", instructeur=True)


@pytest.fixture
def dossier():
    return deposited_dossier(titre="Le jardin qui parle")


@pytest.fixture
def avis(dossier, instructeur):
    return ask_avis(dossier, partenaires=[ROUX], question="Le local est-il libre ?", by=instructeur, at=APRES)[0]


@pytest.fixture
def on_the_day():
    with time_machine.travel(APRES, tick=False):
        yield


def page_of(avis):
    return reverse("instruction:avis_answer", args=[avis.jeton])


# --- Asking -----------------------------------------------------------------------------------


def test_each_partner_gets_a_link_of_his_own(dossier, instructeur):
    asked = ask_avis(dossier, partenaires=[ROUX, MAIRIE], question="Le local ?", by=instructeur, at=APRES)
    assert [(a.nom, a.organisme, a.email, a.echeance) for a in asked] == [(*ROUX, ECHEANCE), (*MAIRIE, ECHEANCE)]
    for one in asked:
        letter = Courriel.objects.get(destinataire=one.email)
        assert (letter.cle_notification, letter.is_sensible) == ("avis_demande", True)
        assert re.findall(r"http://\S+", lue(letter)) == [f"http://testserver{page_of(one)}"]
        assert "Le local ?" in lue(letter)
    assert len({one.jeton for one in asked}) == 2


def test_only_the_fingerprint_of_the_key_is_kept(avis):
    stored = Avis.objects.filter(pk=avis.pk).values().get()
    assert stored["jeton_sha256"] == hashlib.sha256(avis.jeton.encode()).hexdigest()
    assert [name for name, value in stored.items() if avis.jeton in str(value)] == []
    assert len(avis.jeton) == 43


def test_all_are_asked_or_none(avis, dossier, instructeur):
    with pytest.raises(ValidationError) as refused:
        ask_avis(dossier, partenaires=[MAIRIE, ROUX], by=instructeur, at=APRES)
    assert refused.value.message_dict == {
        "partenaires": ["p.roux@bailleur.example\u00a0: L’avis de cette personne est déjà demandé sur ce dossier."]
    }
    assert Avis.objects.count() == 1


def test_the_form_takes_lines_in_two_manners_and_says_which_is_wrong(client, dossier, instructeur, on_the_day):
    client.force_login(instructeur)
    url = reverse("instruction:avis_create", args=[dossier.cle])
    typed = "Paul Roux ; Valophis ; p.roux@bailleur.example\n\nsans adresse\nMairie d’Ivry <mairie@ivry.example>"
    page = client.post(url, {"partenaires": typed, "echeance": "2027-06-24"}).content.decode()
    assert "Ligne 3" in page and "sans adresse" in page
    assert not Avis.objects.exists()
    client.post(url, {"partenaires": typed.replace("sans adresse\n", ""), "echeance": "2027-06-24"})
    assert list(Avis.objects.values_list("nom", "organisme", "email")) == [ROUX, MAIRIE]


def test_who_may_not_instruct_asks_nothing(dossier):
    with pytest.raises(PermissionDenied):
        ask_avis(dossier, partenaires=[ROUX], by=dossier.responsable, at=APRES)


# --- Answering --------------------------------------------------------------------------------


def test_opening_the_link_changes_nothing_and_the_click_answers_once(client, avis, instructeur, on_the_day):
    for _ in range(3):
        page = client.get(page_of(avis))
    assert "Le jardin qui parle" in page.content.decode()
    assert Avis.objects.get().answered_at is None
    answer = client.post(page_of(avis), {"sens": "reserve", "texte": "À partir de mars."})
    assert answer.headers["Location"] == page_of(avis)
    row = Avis.objects.get()
    assert (row.sens, row.texte, row.answered_at) == (SensAvis.RESERVE, "À partir de mars.", APRES)
    after = client.get(page_of(avis)).content.decode()
    assert "Votre avis a bien été enregistré" in after and "À partir de mars." in after
    client.post(page_of(avis), {"sens": "favorable", "texte": "Non, finalement"})
    assert Avis.objects.get().sens == SensAvis.RESERVE
    news = Courriel.objects.get(cle_notification="avis_recu")
    assert (news.destinataire, "À partir de mars." in news.texte) == (instructeur.email, True)


@pytest.mark.parametrize("sens", ["reserve", "defavorable"])
def test_a_reserved_or_unfavourable_opinion_says_why(client, avis, on_the_day, sens):
    page = client.post(page_of(avis), {"sens": sens, "texte": " "}).content.decode()
    assert "Dites en quelques mots ce qui motive cet avis." in page
    with pytest.raises(ValidationError):
        answer_avis(avis, sens=sens, texte="", at=APRES)
    assert Avis.objects.get().answered_at is None


def test_an_unknown_link_is_nowhere(client, avis):
    assert client.get(reverse("instruction:avis_answer", args=["x" * 43])).status_code == 404
    assert client.get(reverse("instruction:avis_answer", args=[avis.jeton_sha256])).status_code == 404


def test_the_day_it_is_due_is_in_time_the_next_is_not(client, avis):
    with time_machine.travel("2027-06-24T21:59:00Z"):
        assert "Donner cet avis" in client.get(page_of(avis)).content.decode()
    with time_machine.travel("2027-06-24T22:00:00Z"):
        page = client.get(page_of(avis)).content.decode()
        client.post(page_of(avis), {"sens": "favorable"})
    assert "Cet avis était attendu jusqu’au 24\u00a0juin\u00a02027" in page
    assert "Le jardin qui parle" not in page
    assert Avis.objects.get().answered_at is None


def test_a_withdrawn_link_says_so_and_shows_nothing(client, avis, dossier, instructeur, on_the_day):
    client.force_login(instructeur)
    client.post(reverse("instruction:avis_revoke", args=[dossier.cle, avis.pk]))
    client.logout()
    page = client.get(page_of(avis)).content.decode()
    assert "Cette demande d’avis a été retirée" in page
    assert "Le jardin qui parle" not in page
    again = ask_avis(dossier, partenaires=[ROUX], by=instructeur, at=APRES + timedelta(hours=1))[0]
    assert again.jeton != avis.jeton


def test_what_was_answered_is_not_withdrawn(avis, instructeur):
    answer_avis(avis, sens="favorable", texte="", at=APRES)
    with pytest.raises(ValidationError, match="a rendu son avis"):
        revoke_avis(avis, by=instructeur)


def test_a_dossier_no_longer_studied_takes_no_opinion(avis, dossier, instructeur):
    decide(dossier, "declare_irrecevable", by=instructeur, motif="Hors sujet", at=APRES)
    with pytest.raises(ValidationError, match="n’est plus à l’étude"):
        answer_avis(avis, sens="favorable", texte="", at=APRES)


def test_a_partner_reads_neither_the_others_nor_anybody_s_details(client, instructeur, on_the_day):
    dossier = deposited_dossier(
        besoin="Appelez le 06 12 34 56 78 ou awa@asso.example.",
        moyens_materiels="IBAN FR76 3000 6000 0112 3456 7890 189",
    )
    one, other = ask_avis(dossier, partenaires=[ROUX, MAIRIE], by=instructeur)
    answer_avis(other, sens="defavorable", texte="Bruit la nuit.")
    page = client.get(page_of(one)).content.decode()
    hidden = ["06 12 34 56 78", "awa@asso.example", "FR76", "Bruit la nuit", "mairie@ivry.example"]
    assert [words for words in hidden if words in page] == []
    assert page.count("[coordonnées masquées]") == 3
    assert reverse("projects:dossier_detail", args=[dossier.cle]) not in page


def test_what_is_masked_and_what_is_not():
    typed = {
        "a": ["0612345678", "+33 6 12 34 56 78", "01.45.67.89.01", "FR7630006000011234567890189"],
        "b": ["12000 euros en 2027", "SIRET 20005801400018", "QP094025", "W941234567"],
        "sha256": "0612345678",
    }
    masked = "[coordonnées masquées]"
    assert without_private(typed) == {"a": [masked] * 4, "b": typed["b"], "sha256": "0612345678"}


# --- Reminding --------------------------------------------------------------------------------


def test_the_reminder_leaves_three_days_before_once_with_the_same_link(avis):
    assert remind_due_avis(APRES + timedelta(days=11)) == 0
    assert remind_due_avis(APRES + timedelta(days=12)) == 1
    assert remind_due_avis(APRES + timedelta(days=13)) == 0
    letter = Courriel.objects.get(cle_notification="avis_relance")
    assert re.findall(r"http://\S+", lue(letter)) == [f"http://testserver{page_of(avis)}"]
    assert letter.is_sensible


@pytest.mark.parametrize("ended", ["answered", "revoked"])
def test_nobody_is_reminded_of_what_is_over(avis, instructeur, ended):
    if ended == "answered":
        answer_avis(avis, sens="favorable", texte="", at=APRES)
    else:
        revoke_avis(avis, by=instructeur)
    assert remind_due_avis(APRES + timedelta(days=13)) == 0
    with pytest.raises(ValidationError, match="Rien à rappeler"):
        remind_avis(avis, by=instructeur, at=APRES + timedelta(days=13))


def test_by_hand_once_a_day(avis, instructeur):
    assert remind_avis(avis, by=instructeur, at=APRES + timedelta(days=2)) is True
    assert remind_avis(avis, by=instructeur, at=APRES + timedelta(days=2, hours=1)) is False
    assert remind_avis(avis, by=instructeur, at=APRES + timedelta(days=3)) is True
