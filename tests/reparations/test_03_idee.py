"""An idea written before signing in waits on the server, opens anywhere by the mail's link, leaves by a click."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from label.forms.robots import start
from label.models import Courriel, User
from label.tasks import sweep_courriels
from projects.models import Dossier
from tests.factories.contrats import QuartierFactory
from tests.factories.label import PARIS, EditionFactory, UserFactory
from tests.lettres import lue
from tests.moteurs import navigateur
from tests.parcours.pages import Boite, body, code, fill, place_of, press, says, type_code
from tests.reparations.test_03_porte import beat_forgets

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
IDEE, CODE = "/idee/", "/compte/code/"
PHONE = {"width": 375, "height": 740, "has_touch": True, "is_mobile": True}


@pytest.fixture
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        EditionFactory()
        yield clock


def typed(email, **more):
    quartier = QuartierFactory()
    return {
        "depart": start(),
        "titre": "La halle aux réparations",
        "besoin": "Ligne 1\r\nLigne 2",
        "idee": "Réparer ensemble.",
        "quartiers": [quartier.identifiant],
        "nom": "Les Répareurs",
        "type": "association",
        "email": email,
    } | more


def mail_to(email):
    found = Courriel.objects.filter(destinataire=email).order_by("pk").last()
    assert found, "no mail was owed to this address"
    return found


def code_of(courriel):
    (found,) = re.findall(r"^\d{6}$", courriel.texte, re.MULTILINE)
    return found


def link_of(courriel):
    (found,) = re.findall(r"https?://[^/]+(/\S+)", lue(courriel))
    return found


@pytest.mark.django_db
def test_03_one_mail_carries_the_code_and_the_link_known_or_not(client, in_time):
    known = UserFactory()
    texts = []
    for email in (known.email, "inconnue@exemple.example"):
        asked = Client().post(IDEE, typed(email))
        assert asked["Location"] == CODE
        (courriel,) = Courriel.objects.filter(destinataire=email)
        texts.append(lue(courriel).replace(code_of(courriel), "…").replace(link_of(courriel), "…"))
        # Whoever types a stranger's address writes nothing of his own to it.
        assert "halle" not in courriel.texte + courriel.sujet
    assert texts[0] == texts[1]
    assert (User.objects.count(), Dossier.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_03_the_code_given_the_idea_is_shown_then_sent_by_a_click(client, in_time):
    sent = typed("awa@exemple.example")
    client.post(IDEE, sent)
    page = client.post(CODE, {"code": code_of(mail_to("awa@exemple.example"))}, follow=True)
    suite = page.context["suite"]
    assert suite.startswith("/idee/?attente=")
    shown = client.post("/compte/nom/", {"prenom": "Awa", "nom": "Diarra", "next": suite}, follow=True)
    form = shown.context["form"]
    assert {name: form[name].value() for name in ("titre", "besoin", "idee", "quartiers", "nom")} == {
        # Ends of lines are those of the house, whatever the browser sends.
        name: "Ligne 1\nLigne 2" if name == "besoin" else sent[name]
        for name in ("titre", "besoin", "idee", "quartiers", "nom")
    }
    assert "Nous avons gardé ce que vous aviez écrit" in shown.text
    assert Dossier.objects.count() == 0
    answers = {name: value for name, value in sent.items() if name != "email"}
    client.post(suite, answers | {"attente": suite.partition("=")[2]})
    dossier = Dossier.objects.get()
    assert (dossier.titre, dossier.statut, dossier.created_by.email) == (sent["titre"], "idee", "awa@exemple.example")
    assert client.get(IDEE).context["form"]["titre"].value() is None


@pytest.mark.django_db
def test_03_the_link_opens_from_any_device_and_reading_it_does_nothing(client, in_time):
    client.post(IDEE, typed("awa@exemple.example"))
    link = link_of(mail_to("awa@exemple.example"))
    in_time.shift(timedelta(days=6))
    scanner = Client()
    for _ in range(3):
        page = scanner.get(link)
        assert (page.status_code, "_auth_user_id" in scanner.session) == (200, False)
        assert "Continuer" in page.text
    assert User.objects.count() == 0
    phone = Client()
    page = phone.post(link, follow=True)
    shown = phone.post("/compte/nom/", {"prenom": "Awa", "nom": "Diarra", "next": page.context["suite"]}, follow=True)
    assert shown.context["form"]["titre"].value() == "La halle aux réparations"
    assert "L’effacer sans l’envoyer" in shown.text
    again = Client()
    assert again.post(link).status_code == 410
    assert "_auth_user_id" not in again.session


@pytest.mark.django_db
def test_03_the_key_of_the_link_is_not_kept(client, in_time, smtp):
    client.post(IDEE, typed("awa@exemple.example"))
    key = link_of(mail_to("awa@exemple.example")).rstrip("/").rpartition("/")[2]
    sweep_courriels()
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{key}%"])
            found += [table] * cursor.fetchone()[0]
    assert found == []


@pytest.mark.django_db
def test_03_an_idea_nobody_comes_for_is_erased_after_seven_days(client, in_time):
    client.post(IDEE, typed("awa@exemple.example"))
    link = link_of(mail_to("awa@exemple.example"))
    in_time.shift(timedelta(days=6, hours=23))
    beat_forgets()
    assert waiting() == 1
    in_time.shift(timedelta(hours=1))
    assert client.get(link).status_code == 410
    beat_forgets()
    assert waiting() == 0


def waiting():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projects_ideenonconfirmee")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_03_only_who_holds_the_address_reads_what_waits(client, in_time):
    client.post(IDEE, typed("awa@exemple.example"))
    link = link_of(mail_to("awa@exemple.example"))
    other = Client()
    other.force_login(UserFactory())
    page = other.post(link)
    assert "Une autre adresse est connectée" in page.text
    assert other.get(IDEE).context["form"]["titre"].value() is None
    mine = Client()
    mine.force_login(UserFactory(email="awa@exemple.example"))
    shown = mine.get(IDEE)
    assert shown.context["form"]["titre"].value() == "La halle aux réparations"
    cle = shown.context["attente"].cle
    assert other.get(f"{IDEE}?attente={cle}").context["form"]["titre"].value() is None
    other.post(f"{IDEE}?attente={cle}", {"attente": cle, "effacer": "1"})
    assert waiting() == 1
    mine.post(IDEE, {"attente": cle, "effacer": "1"})
    assert (waiting(), Dossier.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_03_bad_input_is_said_beside_the_field_and_keeps_the_rest(client, in_time):
    page = client.post(IDEE, typed("pas une adresse", titre=""))
    form = page.context["form"]
    assert set(form.errors) == {"titre", "email"}
    assert (form["email"].value(), form["besoin"].value()) == ("pas une adresse", "Ligne 1\nLigne 2")
    assert (Courriel.objects.count(), waiting()) == (0, 0)


@pytest.mark.django_db
def test_03_past_the_limit_of_an_address_nothing_is_lost(client, in_time):
    for _ in range(5):
        Client().post(IDEE, typed("awa@exemple.example"))
    page = client.post(IDEE, typed("awa@exemple.example", titre="La sixième"))
    assert page.status_code == 429
    assert page.context["form"]["titre"].value() == "La sixième"
    assert "Beaucoup de codes" in page.text
    assert (waiting(), Courriel.objects.count()) == (5, 5)
    # Without a script too, the page opened again shows what was typed.
    assert client.get(IDEE).context["form"]["titre"].value() == "La sixième"


# --- As a phone does --------------------------------------------------------------------------


@pytest.fixture
def boite(smtp, wait_until):
    return Boite(smtp, wait_until)


@pytest.fixture
def ouverte(transactional_db):
    EditionFactory(annee=timezone.now().year + 1)
    return QuartierFactory(nom="Les Tilleuls")


def on_phone(new_page, user=None):
    page = new_page(user, **PHONE)
    page.context.add_init_script(navigateur.scripts())
    return page


def write(page, quartier):
    page.goto(IDEE)
    fill(page, {"Un titre": "La halle", "Le besoin": "Rien ne se répare ici.", "Votre idée": "Réparer ensemble."})
    page.get_by_label(quartier.nom, exact=True).check()
    fill(page, {"Nom de la structure": "Les Répareurs", "Votre adresse": "awa@exemple.example"})


def check(page):
    """The engines find nothing, in both themes; the page does not scroll sideways."""
    assert navigateur.problems(page, "clair, 375 px", "sombre, 375 px") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.django_db(transaction=True)
def test_03_from_a_phone_to_a_computer_by_the_link(new_page, boite, ouverte):
    phone = on_phone(new_page)
    write(phone, ouverte)
    check(phone)
    press(phone, "Continuer")
    says(phone, "Votre idée est gardée 7\u00a0jours")
    check(phone)
    sweep_courriels()
    mail = boite.wait("awa@exemple.example", "Votre code de connexion")
    assert re.search(rf"{code(mail)}$", mail["Subject"])
    (link,) = re.findall(r"https?://\S+", body(mail))
    computer = new_page()
    computer.goto(link)
    check_wide = on_phone(new_page)
    check_wide.goto(link)
    check(check_wide)
    press(computer, "Continuer")
    fill(computer, {"Prénom": "Awa", "Nom": "Diarra"})
    press(computer, "Continuer")
    expect(computer.get_by_label("Un titre pour votre projet")).to_have_value("La halle")
    press(computer, "Envoyer mon idée")
    says(computer, "Votre idée est envoyée")
    dossier = Dossier.objects.get()
    assert (dossier.titre, dossier.created_by.get_full_name()) == ("La halle", "Awa Diarra")
    assert place_of(computer) == f"/dossiers/{dossier.cle}/"


@pytest.mark.django_db(transaction=True)
def test_03_a_newcomer_enters_from_a_phone(new_page, boite, ouverte):
    phone = on_phone(new_page)
    phone.goto("/dossiers/")
    check(phone)
    fill(phone, {"Adresse électronique": "zoe@exemple.example"})
    press(phone, "Recevoir mon code")
    box = phone.get_by_label("Code à six chiffres")
    assert (box.get_attribute("inputmode"), box.get_attribute("autocomplete")) == ("numeric", "one-time-code")
    sweep_courriels()
    type_code(phone, code(boite.wait("zoe@exemple.example", "Votre code de connexion")))
    expect(phone.get_by_role("heading", name="Comment vous appelez-vous")).to_be_visible()
    check(phone)
    fill(phone, {"Prénom": "Zoé", "Nom": "Martin"})
    press(phone, "Continuer")
    phone.wait_for_url("**/dossiers/")
    assert User.objects.get().get_full_name() == "Zoé Martin"


@pytest.mark.django_db(transaction=True)
def test_03_an_agent_enrols_from_a_phone(new_page, live_server, ouverte):
    agent = UserFactory(pilote=True)
    client = Client()
    client.force_login(agent)
    proved = client.session
    proved.pop("account_authentication_methods", None)
    proved.save()
    phone = on_phone(new_page)
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    phone.context.add_cookies([session])
    phone.goto("/tableau/")
    expect(phone.get_by_role("heading", name="Une double vérification")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="Utiliser une application").click()
    secret = phone.locator("code").inner_text()
    check(phone)
    counter = next(iter(yield_hotp_counters_from_time()))
    fill(phone, {"Code": format_hotp_value(hotp_value(secret, counter))})
    press(phone, "Mettre en service")
    expect(phone.get_by_role("heading", name="Codes de secours")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="C’est noté, continuer").click()
    phone.wait_for_url("**/tableau/")


@pytest.mark.django_db(transaction=True)
def test_03_what_is_typed_survives_a_reload_and_is_not_given_twice(new_page, ouverte):
    phone = on_phone(new_page, UserFactory())
    phone.goto(IDEE)
    fill(phone, {"Un titre": "La halle", "Le besoin": "Rien ne se répare ici.", "Votre idée": "Réparer ensemble."})
    phone.get_by_label(ouverte.nom, exact=True).check()
    phone.once("dialog", lambda dialog: dialog.accept())
    phone.reload()
    expect(phone.get_by_label("Un titre")).to_have_value("La halle")
    expect(phone.get_by_label("Votre idée")).to_have_value("Réparer ensemble.")
    expect(phone.get_by_label(ouverte.nom, exact=True)).to_be_checked()
    fill(phone, {"Nom de la structure": "Les Répareurs"})
    press(phone, "Envoyer mon idée")
    says(phone, "Votre idée est envoyée")
    phone.goto(IDEE)
    expect(phone.get_by_label("Un titre")).to_have_value("")


@pytest.mark.django_db(transaction=True)
def test_03_what_one_person_types_is_not_shown_to_the_next_in_the_same_tab(new_page, ouverte):
    """A visitor's text follows who enters; that of a person stays hers, whoever comes after at this screen."""
    tab = on_phone(new_page, None)
    tab.goto(IDEE)
    fill(tab, {"Un titre": "Écrit avant d’entrer"})
    sign_in_cookie(tab, UserFactory())
    tab.goto(IDEE)
    expect(tab.get_by_label("Un titre")).to_have_value("Écrit avant d’entrer")
    fill(tab, {"Un titre": "À la première"})
    for following in (None, UserFactory()):
        tab.context.clear_cookies()
        if following:
            sign_in_cookie(tab, following)
        tab.goto(IDEE)
        expect(tab.get_by_label("Un titre")).to_have_value("")


def sign_in_cookie(page, user):
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": page.url}])


@pytest.mark.parametrize("address", ["İbrahim@exemple.example", "ıbrahım@exemple.example"])
def test_03_an_address_no_mail_reaches_is_said_at_the_door(client, db, address):
    refused = client.post("/compte/login/", {"email": address})
    assert refused.status_code == 200
    assert "accentuée ou d’un autre alphabet" in refused.text
    assert Courriel.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_03_without_script_the_server_gives_it_back(new_page, ouverte):
    page = new_page(java_script_enabled=False)
    write(page, ouverte)
    fill(page, {"Votre adresse": "pas une adresse"})
    press(page, "Continuer")
    expect(page.locator("#erreurs")).to_be_visible()
    page.goto(IDEE)
    expect(page.get_by_label("Un titre")).to_have_value("La halle")
    expect(page.get_by_label(ouverte.nom, exact=True)).to_be_checked()


@pytest.mark.django_db
def test_03_an_empty_sending_shows_the_form_again(client, in_time):
    assert (client.post(IDEE, {}).status_code, waiting()) == (200, 0)
