"""Before an act that mails several people, its page names them: exactly those to whom a message then leaves."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from juries.seance.actions import move_audition
from juries.seance.convocation import publish_convocations
from label.models import Courriel, User
from tests.world import World

pytestmark = pytest.mark.django_db


def named(page):
    """The names under «personnes seront prévenues», in the order of the page; None where it does not say."""
    found = re.search(r'<section[^>]*id="prevenus".*?</section>', page, re.DOTALL)
    return found and [unescape(name) for name in re.findall(r"<li>(.*?)</li>", found[0])]


def written():
    """The names of whom messages were written to, once per person."""
    rows = Courriel.objects.order_by("pk").values_list("user", "destinataire")
    people = User.objects.in_bulk([user for user, _ in rows if user])
    return list({to: people[user].get_full_name() if user else to for user, to in rows}.values())


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def acts(world):
    """{what: (who, address of its page, what its form sends)}"""
    dossier = "projects:dossier_transition"
    decide = "instruction:instruction_decide"
    motif = {"motif": "Parce que."}

    def of(who, name, *args, **fields):
        return world.personnes[who], reverse(name, args=args), fields

    return {
        "accept_idee": of("chef", dossier, world.idee.cle, "accept_idee"),
        "decline_idee": of("chef", dossier, world.idee.cle, "decline_idee", **motif),
        "give_visa": of("chef", dossier, world.brouillon.cle, "give_visa"),
        "reopen": of("chef", dossier, world.pret.cle, "reopen", **motif),
        "abandon": of("responsable", dossier, world.brouillon.cle, "abandon"),
        "withdraw": of("responsable", dossier, world.instruit.cle, "withdraw", **motif),
        "admit": of("pilote", decide, world.instruit.cle, "admit"),
        "refuse_admission": of("pilote", decide, world.instruit.cle, "refuse_admission", **motif),
        "declare_irrecevable": of("instruct", decide, world.depose.cle, "declare_irrecevable", **motif),
        "complement": of(
            "instruct",
            "instruction:complement_create",
            world.depose.cle,
            message="Précisez.",
            sections="calendrier",
            echeance=f"{world.today + timedelta(days=10):%Y-%m-%dT12:00}",
        ),
        "prolongation": of(
            "pilote",
            "projects:prolongation_create",
            world.pret.cle,
            jusqu_au=f"{world.today + timedelta(days=30):%Y-%m-%dT12:00}",
            motif="Incendie du local.",
        ),
    }


ACTES = (
    "accept_idee",
    "decline_idee",
    "give_visa",
    "reopen",
    "abandon",
    "withdraw",
    "admit",
    "refuse_admission",
    "declare_irrecevable",
    "complement",
    "prolongation",
)


def sent_form(page, fields):
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden.pop("csrfmiddlewaretoken", None)
    return hidden | fields


@pytest.mark.parametrize("act", ACTES)
def test_the_page_of_an_act_names_whom_it_will_tell(act):
    world = World()
    who, url, fields = acts(world)[act]
    client = signed_in(who)
    Courriel.objects.all().delete()
    page = client.get(url).text

    told = named(page)
    done = client.post(url, sent_form(page, fields))

    assert done.status_code == 302, named(done.text)
    assert told is not None
    assert sorted(told) == sorted(written())
    assert bool(told) == (act != "refuse_admission")


def test_the_page_of_the_deposit_names_whom_it_will_tell(client):
    world = World()
    client.force_login(world.personnes["responsable"])
    Courriel.objects.all().delete()
    url = reverse("projects:depot_create", args=[world.pret.cle])
    page = client.get(url).text
    boxes = dict(re.findall(r'type="checkbox"[^>]*name="(\w+)"[^>]*value="(\w{64})"', page))

    told = named(page)
    assert client.post(url, sent_form(page, boxes)).status_code == 302

    assert sorted(told) == sorted(written())
    assert len(told) > 1


def announced(world):
    """An audition of the world, to come, whose people and jurors were convoked."""
    pilote, seance = world.personnes["pilote"], world.seance
    debut = timezone.now() + timedelta(days=2)
    type(seance).objects.filter(pk=seance.pk).update(debut=debut, fin=debut + timedelta(hours=6))
    seance.refresh_from_db()
    world.audition.bulletins.all().delete()
    move_audition(world.audition, seance, debut, by=pilote)
    Courriel.objects.all().delete()
    return pilote, seance


def test_sending_the_convocations_names_them_first_and_once_sent_nobody(client):
    world = World()
    pilote, seance = announced(world)
    client.force_login(pilote)
    url = reverse("juries:seance_convoke", args=[seance.cle])

    told = named(client.get(url).text)
    client.post(url)

    assert sorted(told) == sorted(written())
    assert len(told) > 3
    assert named(client.get(url).text) == []
    assert "Personne ne sera prévenu par courriel" in client.get(url).text


def test_moving_then_convoking_names_those_whose_slot_changed(client):
    world = World()
    pilote, seance = announced(world)
    publish_convocations(seance, by=pilote)
    Courriel.objects.all().delete()
    move_audition(world.audition, seance, seance.debut + timedelta(hours=3), by=pilote)
    client.force_login(pilote)
    url = reverse("juries:seance_convoke", args=[seance.cle])

    told = named(client.get(url).text)
    client.post(url)

    assert told
    assert sorted(told) == sorted(written())


def test_removing_an_audition_names_who_hears_that_it_is_cancelled(client):
    world = World()
    pilote, seance = announced(world)
    client.force_login(pilote)
    url = reverse("juries:audition_remove", args=[world.audition.cle])
    publish_convocations(seance, by=pilote)
    Courriel.objects.all().delete()

    page = client.get(url).text
    told = named(page)
    client.post(url)

    assert sorted(told) == sorted(written())
    assert str(world.personnes["chef"]) in told
    # The recused member is neither told nor named.
    assert world.personnes["récusé"].get_full_name() not in told


def test_removing_an_audition_nobody_knows_of_tells_nobody(client):
    world = World()
    pilote, _ = announced(world)
    type(world.audition).objects.filter(pk=world.audition.pk).update(convoked_at=None)
    client.force_login(pilote)
    url = reverse("juries:audition_remove", args=[world.audition.cle])
    assert named(client.get(url).text) == []
    client.post(url)
    assert written() == []
