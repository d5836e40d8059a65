"""Day one: the first pilote is named by a command, and enters by the door of everybody."""

import re
import threading
import time
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from label.courriel.actions import send_courriel
from label.enums import Role
from label.models import Courriel, Habilitation, User
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
ADRESSE = "nadia.benali@exemple.fr"


def name(*words, **options):
    said = StringIO()
    call_command("premier_pilote", *words, stdout=said, **options)
    return said.getvalue()


def held():
    return list(Habilitation.objects.values_list("user__email", "role", "du", "au"))


def test_the_first_pilote_is_named_and_enters_by_the_door_of_everybody(settings, mailoutbox):
    said = name(" Nadia.Benali@exemple.fr ", prenom="Nadia", nom="Benali")
    assert held() == [(ADRESSE, Role.PILOTE, timezone.localdate(), None)]
    assert f"{ADRESSE} est pilote." in said
    door = f"{settings.SITE_URL}/compte/login/"
    assert door in said
    (courriel,) = Courriel.objects.all()
    assert (courriel.destinataire, courriel.cle_notification) == (ADRESSE, "pilote_nomme")
    # What travels opens nothing.
    assert re.findall(r"https?://\S+", courriel.texte) == [door]
    send_courriel(courriel.pk)
    assert [mail.to for mail in mailoutbox] == [[ADRESSE]]
    # The door: an address, a code, then the second factor an agent owes.
    client = Client()
    client.post(reverse("account_login"), {"email": ADRESSE, "next": "/tableau/"})
    code = re.search(r"^(\d{6})$", Courriel.objects.get(is_sensible=True).texte, re.MULTILINE)[1]
    page = client.post(reverse("account_confirm_login_code"), {"code": code}, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_second_factor"))
    assert User.objects.get().is_pilote


def test_nobody_is_named_where_a_pilote_stands():
    UserFactory(pilote=True, email="deja@exemple.fr")
    with pytest.raises(CommandError, match=r"Il y a déjà un pilote\u00a0: deja@exemple\.fr\. Rien n’a été fait\."):
        name(ADRESSE)
    assert (len(held()), Courriel.objects.count(), User.objects.count()) == (1, 0, 1)
    name(ADRESSE, encore=True)
    assert {email for email, *_ in held()} == {"deja@exemple.fr", ADRESSE}


def test_whoever_was_named_is_told_again_when_asked_to_and_holds_it_once():
    name(ADRESSE)
    with pytest.raises(CommandError):
        name(ADRESSE)
    name(ADRESSE, encore=True)
    assert (len(held()), Courriel.objects.count()) == (1, 2)


@pytest.mark.parametrize("gone", ["over", "closed"])
def test_a_pilote_who_is_gone_does_not_stand(gone):
    before = UserFactory(pilote=True)
    if gone == "over":
        Habilitation.objects.update(du=date(2020, 1, 1), au=timezone.localdate() - timedelta(days=1))
    else:
        User.objects.filter(pk=before.pk).update(is_active=False)
    name(ADRESSE)
    assert User.objects.get(email=ADRESSE).is_pilote


def test_somebody_known_keeps_their_account_and_their_name():
    UserFactory(email=ADRESSE, prenom="Nadia", nom="Benali")
    name(ADRESSE, prenom="Autre")
    assert [str(user) for user in User.objects.all()] == ["Nadia Benali"]


@pytest.mark.parametrize("typed", ["nadia", "nadia@", "", "nadia@exemple"])
def test_what_is_no_address_is_refused_in_french(typed):
    with pytest.raises(CommandError, match="n’est pas une adresse électronique"):
        name(typed)
    assert User.objects.count() == 0


def test_a_closed_account_is_said():
    UserFactory(email=ADRESSE, is_active=False)
    with pytest.raises(CommandError, match=r"est fermé\. Rien n’a été fait"):
        name(ADRESSE)
    assert held() == []


def test_the_plan_of_messages_shows_it(client):
    client.force_login(UserFactory(pilote=True))
    assert "Vous êtes pilote" in client.get(reverse("label:message_plan")).text


def is_waited_for():
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone() != (0,)


@pytest.mark.django_db(transaction=True)
def test_two_commands_at_once_name_one_pilote():
    """The first has named hers and not yet committed when the second begins to read."""
    first, outcome = threading.Event(), []

    def name_first():
        try:
            with transaction.atomic():
                name("nadia@exemple.fr")
                first.set()
                limit = time.monotonic() + 20
                while not is_waited_for():
                    assert time.monotonic() < limit, "the second reads without waiting"
                    time.sleep(0.02)
        except AssertionError as error:
            outcome.append(str(error))
        finally:
            first.set()
            connection.close()

    def name_second():
        try:
            outcome.append(name("omar@exemple.fr"))
        except CommandError as error:
            outcome.append(str(error))
        finally:
            connection.close()

    ahead = threading.Thread(target=name_first)
    ahead.start()
    assert first.wait(20)
    behind = threading.Thread(target=name_second)
    behind.start()
    for thread in (ahead, behind):
        thread.join(40)
    assert [said.startswith("Il y a déjà un pilote\u00a0: nadia@exemple.fr.") for said in outcome] == [True]
    assert [email for email, *_ in held()] == ["nadia@exemple.fr"]
