"""What waits for those who write and follow dossiers: one wording for each situation, a day when there is one."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from projects.dossier.actions import move_dossier
from projects.dossier.visa import ask_visa
from projects.enums import Statut
from projects.fil import registre
from projects.fil.a_faire import a_faire_des_dossiers
from projects.fil.registre import AFaire, ce_qui_attend
from projects.models import Dossier
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory, MembreFactory

pytestmark = pytest.mark.django_db
EN_TEMPS = datetime(2027, 5, 20, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


def told(user):
    return [one.texte for one in a_faire_des_dossiers(user, EN_TEMPS)]


def test_each_situation_has_its_own_words():
    porteur, member, chef = UserFactory(), UserFactory(), UserFactory()
    dossier = DossierFactory(complet=True, porteur=porteur, chef=chef)
    MembreFactory(structure=dossier.structure, user=member)
    assert told(porteur) == ["Continuer le dossier"]
    ask_visa(dossier, by=porteur)
    assert (told(porteur), told(chef)) == ([], ["Relire et donner votre visa"])
    move_dossier(dossier, "return_visa", by=chef, motif="Il manque un devis.", at=EN_TEMPS + timedelta(minutes=1))
    assert told(porteur) == ["Reprendre le dossier, revenu avec un mot du chef de projet"]
    Dossier.objects.update(statut=Statut.PRET)
    assert told(porteur) == ["Déposer le dossier"]
    assert told(member) == ["Faire déposer le dossier par une personne responsable"]


def test_an_idea_has_no_deadline_and_a_deadline_is_told_by_the_days_left(client):
    chef = UserFactory()
    dossier = DossierFactory(idee=True, chef=chef)
    (one,) = a_faire_des_dossiers(chef, EN_TEMPS)
    assert (one.texte, one.avant, one.depuis) == ("Répondre à l’idée", None, dossier.created_at)
    porteur = UserFactory()
    DossierFactory(porteur=porteur)
    client.force_login(porteur)
    page = client.get(reverse("projects:a_faire_list")).text
    assert "avant le 4\u00a0juin\u00a02027 (dans 15\u00a0jours)" in page
    assert "attend depuis" not in page
    client.force_login(chef)
    assert "attend depuis le" in client.get(reverse("projects:a_faire_list")).text


def test_what_is_for_today_comes_first_then_what_is_late():
    jury = AFaire(
        "Vous passez devant le jury aujourd’hui à 16 h", "La halle", "/a/", avant=EN_TEMPS + timedelta(hours=2)
    )
    late = AFaire("Répondre", "La halle", "/b/", avant=EN_TEMPS - timedelta(days=3))
    soon = AFaire("Déposer", "La halle", "/c/", avant=EN_TEMPS + timedelta(days=1))

    def answer(user, now):
        return [soon, late, jury]

    registre.a_faire.register(answer)
    try:
        assert [one.texte for one in ce_qui_attend(UserFactory(), EN_TEMPS)] == [jury.texte, late.texte, soon.texte]
    finally:
        registre.a_faire.forget(answer)


def test_the_dashboard_of_a_chef_names_what_waits_for_others_or_says_that_nothing_waits(client, in_time):
    # Long before the deadline: what may miss it has a place of its own.
    in_time.move_to(EN_TEMPS - timedelta(days=60))
    chef = UserFactory()
    dossier = DossierFactory(titre="La halle", porteur=UserFactory(), chef=chef)
    client.force_login(chef)
    page = client.get(reverse("label:tableau"))
    assert "Rien ne vous attend\u00a0: ce qui vous sera demandé viendra ici." in page.text.replace("&nbsp;", "\u00a0")
    assert "Ce qui attend quelqu’un" in page.text
    assert "Le dossier vient de s’ouvrir" in page.text
    assert reverse("projects:dossier_detail", args=[dossier.cle]) in page.text
    Dossier.objects.update(statut=Statut.ABANDONNE)
    assert "Ce qui attend quelqu’un" not in client.get(reverse("label:tableau")).text
