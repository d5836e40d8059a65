"""What a porteur is told and may do is what is known outside the EPT: forms, refusals, buttons, dates, withdrawal."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from label.models import Courriel, Edition
from projects.enums import Statut
from projects.lifecycle import LIFECYCLE
from projects.models import Dossier, Membre
from tests.factories.contrats import AffectationFactory
from tests.factories.depot import deposited_dossier
from tests.factories.label import PARIS, UserFactory
from tests.lettres import lue
from tests.pages import kept_by

pytestmark = pytest.mark.django_db

DEPOSE, INSTRUIT, DECIDE, LU = (datetime(2027, 5, jour, 10, 0, tzinfo=PARIS) for jour in (10, 11, 12, 13))


@pytest.fixture
def pilote():
    return UserFactory(pilote=True)


@pytest.fixture
def dossier(client, pilote):
    """Being studied by the EPT."""
    with time_machine.travel(DEPOSE, tick=False):
        dossier = deposited_dossier(at=DEPOSE)
    decide(client, dossier, pilote, "declare_recevable", at=INSTRUIT)
    return dossier


def decide(client, dossier, pilote, name, *, at=DECIDE):
    """The pilote decides, from the page of the decision."""
    url = reverse("instruction:instruction_decide", args=[dossier.cle, name])
    with time_machine.travel(at, tick=False):
        client.force_login(pilote)
        page = client.get(url)
        response = client.post(url, {"expected": kept_by(page), "motif": "Hors du territoire."})
    assert response.status_code == 302, response.text
    client.logout()


def address(dossier, name="withdraw"):
    return reverse("projects:dossier_transition", args=[dossier.cle, name])


def statut_of(dossier):
    return Dossier.objects.get(pk=dossier.pk).statut


@pytest.fixture
def read(client, dossier):
    """`read(url, by=…)`: the page as this person (the responsable of the structure) finds it."""

    def get(url, by=None):
        with time_machine.travel(LU, tick=False):
            client.force_login(by or dossier.responsable)
            return client.get(url)

    return get


def test_01_a_page_keeps_no_statut_and_says_the_same_after_a_secret_move(client, dossier, pilote, read):
    chef = AffectationFactory(contrat=dossier.contrat).user
    asked = [
        (name, by) for by in (dossier.responsable, chef) for name in ("withdraw", "reopen", "abandon", "give_visa")
    ]
    before = [kept_by(read(address(dossier, name), by)) for name, by in asked]
    decide(client, dossier, pilote, "refuse_admission")
    assert statut_of(dossier) == Statut.NON_ADMIS
    after = [kept_by(read(address(dossier, name), by)) for name, by in asked]
    assert after == before
    assert len(set(before) - {""}) == 2
    assert set(before) & set(Statut.values) == set()


def lines(page):
    """What the story shows on this page, the latest first."""
    return [ligne for journee in page.context["journees"] for ligne in journee.lignes]


def test_01_a_secret_refusal_leaves_the_button_the_statut_and_the_date(client, dossier, pilote, read):
    detail = reverse("projects:dossier_detail", args=[dossier.cle])
    structure = reverse("projects:structure_detail", args=[dossier.structure.cle])
    decide(client, dossier, pilote, "refuse_admission")
    page = read(detail)
    assert f'href="{address(dossier)}"' in page.text
    assert page.context["libelle"] == "En instruction"
    export = b"".join(read(reverse("projects:dossier_list") + "?format=csv").streaming_content).decode()
    assert "11/05/2027 10:00" in export
    assert "12/05/2027" not in export
    assert "11\u00a0mai\u00a02027" in read(structure).text

    # Once published, the result is read, and a refused dossier is withdrawn no more.
    Edition.objects.update(published_at=LU - timedelta(hours=1))
    page = read(detail)
    assert page.context["libelle"] == "Non retenu pour l’audition"
    assert lines(page)[0].texte == "Le projet n’est pas admis à l’audition"
    assert f'href="{address(dossier)}"' not in page.text
    with time_machine.travel(LU, tick=False):
        refused = client.post(address(dossier), {"motif": "Trop tard."})
    assert "Entre-temps, la situation a changé" in refused.text
    assert statut_of(dossier) == Statut.NON_ADMIS


def withdraw(client, dossier, read):
    """The responsable withdraws, from the page; what is answered, then read, then owed to whom."""
    page = read(address(dossier))
    typed = {"expected": kept_by(page), "motif": "Le local n’est plus libre."}
    with time_machine.travel(LU, tick=False):
        response = client.post(address(dossier), typed)
    home = read(reverse("projects:dossier_detail", args=[dossier.cle]))
    journal = [(ligne.texte, ligne.qui, ligne.at, ligne.corps) for ligne in lines(home)]
    owed = Courriel.objects.filter(cle_notification="retire").order_by("destinataire")
    return (
        response.status_code,
        journal,
        [(step["label"], step["state"]) for step in home.context["frise"]],
        list(owed.values_list("destinataire", "sujet", "texte")),
    )


def test_01_withdrawing_is_the_same_whether_or_not_it_was_refused_in_secret(client, dossier, pilote, read):
    AffectationFactory(contrat=dossier.contrat)
    with transaction.atomic():
        in_the_open = withdraw(client, dossier, read)
        assert statut_of(dossier) == Statut.RETIRE
        transaction.set_rollback(True)
    decide(client, dossier, pilote, "refuse_admission")
    assert withdraw(client, dossier, read) == in_the_open
    assert statut_of(dossier) == Statut.RETIRE
    assert in_the_open[0] == 302
    assert in_the_open[1][0] == ("Dossier retiré", str(dossier.responsable), LU, "Le local n’est plus libre.")
    assert [destinataire for destinataire, _, _ in in_the_open[3]] != []
    # The results come out: the secret stays one for who left before them.
    Edition.objects.update(published_at=LU + timedelta(hours=1))
    home = read(reverse("projects:dossier_detail", args=[dossier.cle]))
    assert [ligne.texte for ligne in lines(home)] == [texte for texte, *_ in in_the_open[1]]


# How a dossier admitted to the hearing comes to each result.
RESULTATS = {
    Statut.PROPOSE: ("hear", "propose"),
    Statut.RESERVE: ("hear", "reserve"),
    Statut.NON_RETENU: ("record_absence",),
    Statut.LAUREAT: ("hear", "propose", "award"),
}


@pytest.mark.parametrize("statut", RESULTATS)
def test_01_refusals_name_what_the_porteur_may_know(client, dossier, pilote, read, statut):
    for name in ("admit", *RESULTATS[statut]):
        LIFECYCLE.apply(dossier, name, by=pilote, at=DECIDE, motif="Le jury le veut.")
    assert statut_of(dossier) == statut
    read(reverse("label:tableau"))
    with time_machine.travel(LU, tick=False):
        deposit = client.post(reverse("projects:depot_create", args=[dossier.cle]), {})
        move = client.post(address(dossier), {"motif": "Nous renonçons."})
    assert deposit.status_code == 409
    told = [*deposit.context["refus"], *move.context["form"].non_field_errors()]
    assert [phrase.partition(", par ")[0] for phrase in told] == [
        "Entre-temps, la situation a changé\u00a0: «\u202fL’audition est passée\u00a0: le jury délibère\u202f», "
        "le 12\u00a0mai\u00a02027 à 10\u00a0h"
    ] * 2
    end = "Le dossier est maintenant «\u202fLe jury délibère\u202f». Rechargez la page pour voir où il en est."
    assert [phrase.endswith(end) for phrase in told] == [True] * 2
    assert [page for page in (deposit.text, move.text) if "Le jury le veut" in page] == []


def test_01_a_stale_page_is_told_the_last_thing_that_happened(client, dossier, pilote, read):
    seen = kept_by(read(address(dossier)))
    decide(client, dossier, pilote, "admit")
    read(reverse("label:tableau"))
    with time_machine.travel(LU, tick=False):
        refused = client.post(address(dossier), {"expected": seen, "motif": "Nous renonçons."})
    told = refused.context["form"].non_field_errors()[0]
    assert told == (
        "Entre-temps, la situation a changé\u00a0: «\u202fAdmis à l’audition\u202f», le 12\u00a0mai\u00a02027 à "
        "10\u00a0h, par l’EPT. "
        "Le dossier est maintenant «\u202fAudition à venir\u202f». Rechargez la page pour voir où il en est."
    )
    assert "Nous renonçons." in refused.text
    assert statut_of(dossier) == Statut.ADMIS


def test_01_a_partner_s_link_does_not_close_on_a_secret_refusal(client, dossier, pilote):
    """The partner is asked while the dossier is studied, and answers after it was refused in secret."""
    with time_machine.travel(INSTRUIT, tick=False):
        client.force_login(pilote)
        asked = {"partenaires": "Ana Roy ; Le bailleur ; ana@bailleur.example", "echeance": "2027-05-31"}
        client.post(reverse("instruction:avis_create", args=[dossier.cle]), asked)
        client.logout()
    mail = Courriel.objects.get(cle_notification="avis_demande")
    link = re.search(r"/avis/[\w-]+/", lue(mail))[0]
    pages = []
    for name in ("", "refuse_admission"):
        if name:
            decide(client, dossier, pilote, name)
        with time_machine.travel(LU, tick=False):
            pages.append("Votre avis" in client.get(link).text)
    with time_machine.travel(LU, tick=False):
        client.post(link, {"sens": "favorable", "texte": "Utile."})
    assert pages == [True, True]
    assert list(dossier.avis.values_list("sens", "texte", "answered_at")) == [("favorable", "Utile.", LU)]


def test_01_an_agent_knows_no_more_of_the_dossiers_of_his_own_structure(client, dossier, pilote, read):
    agent, other = UserFactory(instructeur=True), UserFactory(instructeur=True)
    Membre.objects.create(structure=dossier.structure, user=agent, du=DEPOSE.date())
    decide(client, dossier, pilote, "refuse_admission")
    found = []
    for user in (agent, other):
        export = b"".join(read(reverse("projects:dossier_list") + "?format=csv", user).streaming_content).decode()
        listed = read(reverse("projects:dossier_list") + "?statut=non_admis", user).context["page_obj"]
        home = read(reverse("projects:dossier_detail", args=[dossier.cle]), user)
        found.append((Statut.NON_ADMIS.label in export, len(listed), Statut.NON_ADMIS.label in home.text))
    assert found == [(False, 0, False), (True, 1, True)]
