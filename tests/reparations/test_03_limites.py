"""Limits per person, per address written to, per true client; shared by all processes, exact under concurrency."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from contrats.models import Quartier
from label.forms.robots import start
from label.models import Courriel
from projects.models import DemandeAdhesion, Invitation, Partage
from tests.conftest import url_of_test_database
from tests.factories.contrats import QuartierFactory
from tests.factories.depot import deposited_dossier
from tests.factories.juries import jury_of
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.factories.projects import DossierFactory, StructureFactory
from tests.test_deploy import ROOT, SECRET, manage

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
IDEE = {"titre": "T", "besoin": "B", "idee": "I", "nom": "Les Voisines", "type": "association"}
numbers = count()
# What one client may send without signing in, in an hour; what one person may send to strangers.
PAR_CLIENT, A_DES_TIERS = 60, 20


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


def idee(**typed):
    """What a visitor types: whole, to an address of its own."""
    quartier = Quartier.objects.first() or QuartierFactory()
    address = f"visiteur{next(numbers)}@exemple.example"
    return IDEE | {"depart": start(), "quartiers": [quartier.identifiant], "email": address} | typed


def send_idee(client, **origin):
    return client.post(reverse("projects:idee_create"), idee(), **origin).status_code


# --- The true client --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("proxies", "busy", "same", "other"),
    [
        # Nothing in front: the header is anybody's to write.
        (0, ("203.0.113.7", ""), ("203.0.113.7", "198.51.100.1"), ("203.0.113.8", "203.0.113.7")),
        # One proxy writes at the right whom it heard; the left was written by the client.
        (1, ("10.0.0.1", "203.0.113.7"), ("10.0.0.1", "1.2.3.4, 203.0.113.7"), ("10.0.0.1", "203.0.113.7, 5.6.7.8")),
        # Two of them: the last entry is the first proxy.
        (
            2,
            ("10.0.0.1", "203.0.113.7, 10.0.0.2"),
            ("10.0.0.1", "9.9.9.9, 203.0.113.7, 10.0.0.2"),
            ("10.0.0.1", "203.0.113.7, 5.6.7.8, 10.0.0.2"),
        ),
        # A subscriber is given a /64; proxies write ports and brackets.
        (
            1,
            ("10.0.0.1", "2001:db8:1:2::5"),
            ("10.0.0.1", "[2001:db8:1:2:a:b:c:d]:4711"),
            ("10.0.0.1", "2001:db8:1:3::5"),
        ),
        (1, ("10.0.0.1", "203.0.113.7"), ("10.0.0.1", "::ffff:203.0.113.7"), ("10.0.0.1", "203.0.113.70:80")),
        # No header, or nonsense in it: the address that speaks to us.
        (1, ("10.0.0.1", ""), ("10.0.0.1", "n’importe quoi"), ("10.0.0.9", "")),
    ],
)
def test_03_the_limit_counts_the_true_client(client, settings, proxies, busy, same, other):
    settings.TRUSTED_PROXIES = proxies
    EditionFactory()

    def ask(origin):
        address, forwarded = origin
        return send_idee(client, REMOTE_ADDR=address, **({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}))

    assert {ask(busy) for _ in range(PAR_CLIENT)} == {302}
    assert (ask(busy), ask(same), ask(other)) == (429, 429, 302)


@pytest.mark.django_db
def test_03_a_refusal_keeps_what_was_typed_says_until_when_and_ends(client):
    EditionFactory()
    for _ in range(PAR_CLIENT):
        send_idee(client)
    page = client.post(reverse("projects:idee_create"), idee(titre="Le dernier"))
    assert page.status_code == 429
    assert page.context["form"]["titre"].value() == "Le dernier"
    assert "à partir de 15\u00a0h\u00a032" in page.text
    with time_machine.travel(EN_TEMPS + timedelta(hours=1), tick=False):
        assert send_idee(client) == 302


@pytest.mark.django_db(transaction=True)
def test_03_exactly_as_many_pass_whatever_the_race():
    EditionFactory()
    typed = [[idee() for _ in range(12)] for _ in range(8)]

    def several(mine):
        client = Client()
        try:
            return [client.post(reverse("projects:idee_create"), one).status_code for one in mine]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        answers = [status for answer in threads.map(several, typed) for status in answer]
    assert (answers.count(302), answers.count(429)) == (PAR_CLIENT, 8 * 12 - PAR_CLIENT)


@pytest.mark.django_db(transaction=True)
def test_03_another_process_counts_with_this_one(client):
    EditionFactory()
    for _ in range(PAR_CLIENT - 1):
        send_idee(client)
    program = f"""
import django; django.setup()
import time_machine, datetime
from django.test import Client
with time_machine.travel(datetime.datetime.fromisoformat("{EN_TEMPS.isoformat()}"), tick=False):
    print([Client().post("{reverse("projects:idee_create")}", typed).status_code for typed in {[idee(), idee()]!r}])
"""
    env = os.environ | {"DATABASE_URL": url_of_test_database(), "DJANGO_SETTINGS_MODULE": "label.settings"}
    env |= {"IDEE_SECONDES_MIN": "0"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout == "[302, 429]\n", done.stderr[-2000:]


# --- What a real place declares ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "warned"),
    [
        ({}, True),
        ({"BEHIND_PROXY": "true"}, True),
        ({"BEHIND_PROXY": "true", "TRUSTED_PROXIES": "0"}, True),
        ({"BEHIND_PROXY": "true", "TRUSTED_PROXIES": "1"}, False),
        ({"TRUSTED_PROXIES": "0"}, False),
    ],
)
def test_03_the_deployment_check_says_when_the_proxy_is_not_declared(variables, warned):
    done = manage("check", "--deploy", SECRET_KEY=SECRET, ALLOWED_HOSTS="label.example", **variables)
    assert ("TRUSTED_PROXIES n’est pas déclaré" in done.stdout + done.stderr) is warned


def test_03_the_deployment_check_speaks_of_the_demonstration():
    done = manage(
        "check", "--deploy", SECRET_KEY=SECRET, ALLOWED_HOSTS="label.example", TRUSTED_PROXIES="1", DEMO="true"
    )
    assert "DEMO est actif" in done.stdout + done.stderr


# --- Who mails a stranger ---------------------------------------------------------------------


def strangers(key):
    return Courriel.objects.filter(cle_notification=key).count()


@pytest.mark.django_db
def test_03_invitations_to_a_structure_have_a_limit(client):
    responsable = UserFactory()
    structure = StructureFactory(responsable=responsable)
    client.force_login(responsable)
    address = reverse("projects:structure_invite", args=[structure.cle])
    for number in range(40):
        last = client.post(address, {"email": f"inconnu{number}@exemple.example", "is_responsable": "on"})
    assert (Invitation.objects.count(), strangers("invitation")) == (A_DES_TIERS, A_DES_TIERS)
    form = last.context["form"]
    assert (form["email"].value(), form["is_responsable"].value()) == ("inconnu39@exemple.example", True)
    assert "Rien n’est perdu" in last.text
    assert "à partir de 15\u00a0h\u00a032" in last.text


@pytest.mark.django_db
def test_03_every_act_that_mails_a_stranger_draws_on_the_same_allowance(client):
    responsable = UserFactory()
    structure = StructureFactory(responsable=responsable)
    dossier = DossierFactory(structure=structure, statut="co_elaboration")
    client.force_login(responsable)
    for number in range(A_DES_TIERS):
        client.post(
            reverse("projects:structure_invite", args=[structure.cle]), {"email": f"inconnu{number}@exemple.example"}
        )
    page = client.post(
        reverse("projects:partage_create", args=[dossier.cle]), {"email": "autre@exemple.example", "droit": "lecture"}
    )
    assert "Rien n’est perdu" in page.text
    assert page.context["form"]["email"].value() == "autre@exemple.example"
    autre = StructureFactory(responsable=UserFactory())
    page = client.post(reverse("projects:structure_join", args=[autre.cle]), {"message": "Je suis du quartier."})
    assert "Rien n’est perdu" in page.text
    assert page.context["form"]["message"].value() == "Je suis du quartier."
    assert (Partage.objects.count(), DemandeAdhesion.objects.count()) == (0, 0)
    with time_machine.travel(EN_TEMPS + timedelta(hours=1), tick=False):
        client.post(
            reverse("projects:partage_create", args=[dossier.cle]),
            {"email": "autre@exemple.example", "droit": "lecture"},
        )
    assert strangers("partage_invitation") == 1


@pytest.mark.django_db
def test_03_one_stranger_is_not_written_to_by_a_crowd(client):
    for _ in range(8):
        responsable = UserFactory()
        client.force_login(responsable)
        structure = StructureFactory(responsable=responsable)
        client.post(reverse("projects:structure_invite", args=[structure.cle]), {"email": "Cible@exemple.example"})
    assert strangers("invitation") == 6


@pytest.mark.django_db
def test_03_an_agent_invites_a_whole_jury_and_many_partners(client):
    edition = EditionFactory()
    jury = jury_of(edition)
    pilote = UserFactory(pilote=True)
    client.force_login(pilote)
    address = reverse("juries:jure_create", args=[jury.edition.annee])
    for number in range(30):
        client.post(
            address,
            {"nom": f"Juré {number}", "email": f"jure{number}@exemple.example", "college": "elus", "qualite": "élu"},
        )
    assert strangers("jury_invitation") == 30
    dossier = deposited_dossier(edition=edition)
    lines = "\n".join(f"Partenaire {n}; Organisme; partenaire{n}@exemple.example" for n in range(8))
    client.post(
        reverse("instruction:avis_create", args=[dossier.cle]), {"partenaires": lines, "echeance": "2027-07-01"}
    )
    assert strangers("avis_demande") == 8
