"""Entering: a code in a mail, nothing told to strangers, back to where one was going, doors of the demonstration."""

import re
import time

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from label.demonstration.comptes import COMPTES
from label.models import User
from label.tasks import sweep_courriels
from tests.factories.label import UserFactory
from tests.parcours.pages import (
    ask_code,
    body,
    code,
    fill,
    follow,
    place_of,
    plain,
    press,
    says,
    sign_in,
    type_code,
    words,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def postman(boite):
    """Take the mails owed to the SMTP server now, as the sweep does; gives the mailbox."""

    class Postman:
        def wait(self, to, sujet):
            sweep_courriels()
            return boite.wait(to, sujet)

    return Postman()


@pytest.fixture
def mariam():
    return UserFactory(email="mariam@halle.example", prenom="Mariam", nom="Cissé")


def entered(page):
    expect(page.locator(".menu-compte summary")).to_be_visible()


def test_a_newcomer_enters_by_the_same_door_then_comes_back(page, boite, celery_worker):
    page.goto("/")
    follow(page, "Se connecter")
    press(page, "Recevoir mon code")
    expect(page.locator("#erreurs")).to_be_focused()
    ask_code(page, "Awa.Diarra@exemple.example")
    assert User.objects.count() == 0
    type_code(page, code(boite.wait("awa.diarra@exemple.example", "Votre code de connexion")))
    expect(page.get_by_role("heading", name="Comment vous appelez-vous")).to_be_visible()
    fill(page, {"Prénom": "Awa", "Nom": "Diarra"})
    press(page, "Continuer")
    entered(page)
    assert place_of(page) == "/tableau/"
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.has_usable_password()) == (
        "awa.diarra@exemple.example",
        "Awa Diarra",
        False,
    )
    page.locator(".menu-compte summary").click()
    press(page, "Se déconnecter")
    expect(page.get_by_role("link", name="Se connecter")).to_be_visible()
    page.goto("/compte/login/")
    ask_code(page, "AWA.diarra@exemple.example")
    second = boite.wait(user.email, "Votre code de connexion")
    type_code(page, code(second))
    entered(page)
    assert place_of(page) == "/tableau/"
    assert plain(second["Subject"]) == f"Votre code de connexion : {code(second)}"
    assert [address for address, _ in boite.new()] == [user.email] * 2


def test_an_account_opened_by_the_ept_enters_with_one_code(page, postman, mariam):
    page.goto("/compte/login/")
    sign_in(page, mariam.email, postman)
    assert place_of(page) == "/tableau/"
    (address,) = mariam.emailaddress_set.all()
    assert (address.email, address.verified, address.primary) == (mariam.email, True, True)


def test_an_unknown_address_is_answered_like_a_known_one(new_page, postman, mariam):
    answers = []
    for address in (mariam.email, "inconnue@exemple.example"):
        page = new_page()
        page.goto("/compte/login/")
        ask_code(page, address)
        answers.append((place_of(page), words(page).replace(address, "…")))
    assert answers[0] == answers[1]
    texts = [
        body(mail).replace(code(mail), "…")
        for mail in (postman.wait(address, "Votre code") for address in (mariam.email, "inconnue@exemple.example"))
    ]
    assert texts[0] == texts[1]
    assert User.objects.get() == mariam


def other_than(right):
    return f"{(int(right) + 1) % 1_000_000:06}"


def test_a_wrong_code_is_said_in_french_and_five_of_them_start_again(page, postman, mariam):
    page.goto("/compte/login/")
    ask_code(page, mariam.email)
    right = code(postman.wait(mariam.email, "code"))
    for _ in range(4):
        type_code(page, other_than(right))
        expect(page.locator("#erreurs")).to_contain_text("Ce n’est pas le code")
    type_code(page, other_than(right))
    page.wait_for_url(re.compile("/compte/login/"))
    says(page, "Ce code ne sert plus")
    page.goto("/compte/code/")
    expect(page.get_by_role("heading", name="Saisir le code")).to_have_count(0)
    page.goto("/compte/login/")
    sign_in(page, mariam.email, postman)


def test_a_code_too_old_does_not_enter(page, postman, mariam, settings):
    settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 1
    page.goto("/compte/login/")
    ask_code(page, mariam.email)
    typed = code(postman.wait(mariam.email, "code"))
    time.sleep(1.2)
    page.get_by_label("Code").first.fill(typed)
    press(page, "Continuer")
    page.wait_for_url(re.compile("/compte/login/"))
    expect(page.locator(".menu-compte")).to_have_count(0)
    page.goto("/tableau/")
    assert place_of(page) == "/compte/login/"


def test_another_code_may_be_asked_for_and_replaces_the_first(page, postman, mariam):
    page.goto("/compte/login/")
    ask_code(page, mariam.email)
    first = code(postman.wait(mariam.email, "code"))
    with page.expect_navigation():
        press(page, "Envoyer un autre code")
    second = code(postman.wait(mariam.email, "code"))
    assert second != first
    type_code(page, first)
    expect(page.locator("#erreurs")).to_contain_text("Ce n’est pas le code")
    type_code(page, second)
    entered(page)


@pytest.mark.parametrize(
    ("wished", "reached"),
    [
        ("/dossiers/?etape=ecriture", "/dossiers/?etape=ecriture"),
        ("/compte/login/?next=//ailleurs.example/", "/tableau/"),
        ("/compte/login/?next=https://ailleurs.example/", "/tableau/"),
    ],
)
def test_signing_in_leads_back_to_where_one_was_going_and_never_elsewhere(
    page, postman, mariam, live_server, wished, reached
):
    page.goto(wished)
    sign_in(page, mariam.email, postman)
    assert page.url == live_server.url + reached


def test_the_doors_of_the_demonstration_are_shut_elsewhere(page, client):
    user = UserFactory(email=COMPTES[0].email)
    assert page.goto("/demonstration/").status == 404
    assert client.post(reverse("label:demo_login"), {"email": user.email}).status_code == 404
    assert "_auth_user_id" not in client.session
    page.goto("/compte/login/")
    assert page.get_by_role("link", name="démonstration").count() == 0


def test_the_demonstration_offers_one_account_per_role(page, settings):
    settings.DEMO = True
    for compte in COMPTES:
        UserFactory(email=compte.email, prenom=compte.prenom, nom=compte.nom)
    UserFactory(email="quelquun@exemple.example")
    page.goto("/compte/login/")
    follow(page, "Entrer avec un compte de démonstration")
    assert page.locator("main li h2").all_inner_texts() == [compte.role for compte in COMPTES]
    press(page, "Entrer en tant que Luc Fontanel, Chef de projet")
    entered(page)
    assert place_of(page) == "/tableau/"
    expect(page.locator(".menu-compte-nom")).to_have_text("Luc Fontanel")
    expect(page.locator(".bandeau-demo")).to_contain_text("fictifs")


def test_the_demonstration_enters_nobody_else(client, settings):
    settings.DEMO = True
    user = UserFactory(email="quelquun@exemple.example")
    assert client.post(reverse("label:demo_login"), {"email": user.email}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_without_the_broker_the_page_answers_and_the_code_comes_later(page, boite, mariam, broker, celery_processes):
    page.goto("/compte/login/")
    broker.stop()
    asked = time.monotonic()
    ask_code(page, mariam.email)
    assert time.monotonic() - asked < 5
    assert boite.smtp.messages == []
    broker.start()
    celery_processes.start_worker()
    celery_processes.start_beat()
    type_code(page, code(boite.wait(mariam.email, "code")))
    entered(page)
    assert [address for address, _ in boite.new()] == [mariam.email]
