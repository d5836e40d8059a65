"""One door: an address, a code, a name once; the same answer and the same work for everybody; agents prove it twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.db import connection
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.module_loading import import_string

from label.models import Courriel, User
from label.tasks import sweep_courriels
from tests.factories.label import PARIS, EditionFactory, UserFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)
PORTE, CODE, NOM = "/compte/login/", "/compte/code/", "/compte/nom/"
FERMEES = [
    "/compte/password/reset/",
    "/compte/password/change/",
    "/compte/password/set/",
    "/compte/password/reset/done/",
    "/compte/password/reset/key/1-set-password/",
    "/compte/password/reset/key/done/",
    "/compte/reauthenticate/",
    "/administration/password_change/",
]


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False) as clock:
        yield clock


def ask(client, email, suite="", **origin):
    return client.post(PORTE, {"email": email, "next": suite}, **origin)


def last_code(email):
    """The six digits of the last mail to this address, read where the mail waits to be sent."""
    mails = Courriel.objects.filter(destinataire=email).order_by("pk")
    codes = [re.findall(r"^\d{6}$", mail.texte, re.MULTILINE) for mail in mails]
    assert codes, "no mail was owed to this address"
    assert len(codes[-1]) == 1
    return codes[-1][0]


def beat_forgets():
    """What beat runs to erase what is kept for a time only."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if "forget" in entry["task"]:
            import_string(entry["task"])()


def words(response, email):
    """The page without what is drawn at random for each."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[\w-]+"', "", response.text)
    return page.replace(email, "…")


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


def enter(client, email, suite="", **origin):
    ask(client, email, suite, **origin)
    return client.post(CODE, {"code": last_code(email)}, **origin)


def is_inside(client):
    return "_auth_user_id" in client.session


# --- The same answer, the same work -----------------------------------------------------------


@pytest.mark.django_db
def test_03_the_code_is_six_digits_in_the_text_and_in_the_subject(client):
    ask(client, "awa@exemple.example")
    (courriel,) = Courriel.objects.all()
    assert courriel.sujet == f"Votre code de connexion\u00a0: {last_code('awa@exemple.example')}"


@pytest.mark.django_db
def test_03_an_unknown_address_costs_the_same_queries_and_mails_and_makes_no_account(client):
    known, inactive = UserFactory(), UserFactory(is_active=False)
    answers = []
    for email in (known.email, "inconnue@exemple.example", inactive.email):
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            asked = ask(client, email)
        shown = client.get(CODE)
        answers.append(
            (
                asked.status_code,
                asked["Location"],
                [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries],
                Courriel.objects.filter(destinataire=email).count(),
                words(shown, email),
            )
        )
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][3] == 1
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_03_past_a_limit_the_words_are_the_same(client):
    known = UserFactory()
    answers = []
    for email in (known.email, "inconnue@exemple.example"):
        client = Client()
        statuses = [ask(client, email, REMOTE_ADDR="203.0.113.9").status_code for _ in range(5)]
        refused = ask(client, email, REMOTE_ADDR="203.0.113.9")
        assert refused.context["form"]["email"].value() == email
        answers.append(
            (statuses, refused.status_code, words(refused, email), Courriel.objects.filter(destinataire=email).count())
        )
    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1], answers[0][3]) == ([302] * 5, 429, 5)
    assert "à partir de 14\u00a0h\u00a047" in answers[0][2]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "suite", ["abc", "evil.example", "../x", "dossiers/", "?a=1", "//evil.example", "/compte/nom/"]
)
def test_03_only_a_path_of_ours_is_gone_to_afterwards(client, suite):
    EditionFactory()
    enter(client, "awa@exemple.example", suite=suite)
    home = resolve_url(settings.LOGIN_REDIRECT_URL)
    assert client.post(NOM, {"prenom": "Awa", "nom": "Diarra", "next": suite})["Location"] == home
    assert [client.get(page, {"next": suite})["Location"] for page in (PORTE, NOM)] == [home, home]


# --- The code ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_03_the_account_is_made_by_the_code_and_the_name_asked_once_on_the_way(client):
    EditionFactory()
    response = enter(client, "Awa@Exemple.example".lower(), suite="/idees/nouvelle/?a=1")
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.has_usable_password()) == (
        "awa@exemple.example",
        "awa@exemple.example",
        False,
    )
    assert response["Location"] == f"{NOM}?next=%2Fidees%2Fnouvelle%2F%3Fa%3D1"
    assert client.get(response["Location"]).context["suite"] == "/idees/nouvelle/?a=1"
    kept = client.post(NOM, {"prenom": "Awa", "nom": "", "next": "/idees/nouvelle/?a=1"})
    assert kept.context["form"]["prenom"].value() == "Awa"
    done = client.post(NOM, {"prenom": "Awa", "nom": "Diarra", "next": "/idees/nouvelle/?a=1"})
    assert done["Location"] == "/idees/nouvelle/?a=1"
    assert User.objects.get().get_full_name() == "Awa Diarra"
    client.logout()
    assert enter(client, user.email, suite="/dossiers/")["Location"] == "/dossiers/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "suite", ["//ailleurs.example/", "https://ailleurs.example/", "javascript:alert(1)", "\\\\ailleurs"]
)
def test_03_nobody_is_led_elsewhere(client, suite):
    assert enter(client, UserFactory().email, suite=suite)["Location"] == "/tableau/"


@pytest.mark.django_db
def test_03_a_code_is_typed_with_spaces_and_serves_once(client):
    user = UserFactory()
    ask(client, user.email)
    code = last_code(user.email)
    waiting = dict(client.session)
    assert client.post(CODE, {"code": f" {code[:3]}\u202f{code[3:]} "})["Location"] == "/tableau/"
    # The same browser's session, as it was before the code served.
    other = Client()
    session = other.session
    session.update(waiting)
    session.save()
    other.post(CODE, {"code": code})
    assert not is_inside(other)


@pytest.mark.django_db
def test_03_five_wrong_tries_end_the_code_and_it_is_said(client):
    user = UserFactory()
    ask(client, user.email, suite="/dossiers/")
    code = last_code(user.email)
    for _ in range(4):
        assert "Ce n’est pas le code" in client.post(CODE, {"code": wrong(code)}).text
    assert client.post(CODE, {"code": wrong(code)})["Location"] == f"{PORTE}?next=%2Fdossiers%2F"
    page = client.get(PORTE)
    assert "Ce code ne sert plus" in page.text
    assert page.context["form"]["email"].value() == user.email
    client.post(CODE, {"code": code})
    assert not is_inside(client)


@pytest.mark.django_db
def test_03_a_code_is_of_no_use_in_another_browser_nor_after_a_quarter(client, in_time):
    user = UserFactory()
    ask(client, user.email)
    code = last_code(user.email)
    other = Client()
    ask(other, "quelquun@exemple.example")
    other.post(CODE, {"code": code})
    assert not is_inside(other)
    in_time.shift(timedelta(minutes=15))
    client.post(CODE, {"code": code})
    assert not is_inside(client)


@pytest.mark.django_db
def test_03_a_day_of_guesses_at_one_address_ends(client):
    user = UserFactory()
    wrongs = 0
    for turn in range(6):
        client = Client()
        with time_machine.travel(EN_TEMPS + timedelta(minutes=20 * turn), tick=False):
            if ask(client, user.email, REMOTE_ADDR="203.0.113.9").status_code != 302:
                break
            code = last_code(user.email)
            for _ in range(4):
                response = client.post(CODE, {"code": wrong(code)}, REMOTE_ADDR="203.0.113.9")
                wrongs += response.status_code == 200
            if turn == 5:
                refused = client.post(CODE, {"code": code}, REMOTE_ADDR="203.0.113.9")
    assert wrongs == 20
    assert (refused.status_code, is_inside(client)) == (429, False)
    assert "Trop d’essais pour cette adresse" in refused.text


@pytest.mark.django_db
def test_03_a_stranger_alone_does_not_close_the_door_of_a_new_telephone():
    user = UserFactory()
    for turn in range(6):
        stranger = Client()
        with time_machine.travel(EN_TEMPS + timedelta(minutes=20 * turn), tick=False):
            ask(stranger, user.email, REMOTE_ADDR="203.0.113.9")
            for _ in range(5):
                stranger.post(CODE, {"code": wrong(last_code(user.email))}, REMOTE_ADDR="203.0.113.9")
    with time_machine.travel(EN_TEMPS + timedelta(hours=3), tick=False):
        telephone = Client()
        assert ask(telephone, user.email, REMOTE_ADDR="198.51.100.7").status_code == 302
        telephone.post(CODE, {"code": last_code(user.email)}, REMOTE_ADDR="198.51.100.7")
        assert is_inside(telephone)


@pytest.mark.django_db
def test_03_guesses_from_everywhere_end_too():
    user = UserFactory()
    wrongs = 0
    for turn in range(40):
        client = Client()
        with time_machine.travel(EN_TEMPS + timedelta(minutes=20 * turn), tick=False):
            if ask(client, user.email, REMOTE_ADDR=f"203.0.113.{turn}").status_code == 302:
                for _ in range(4):
                    guess = {"code": wrong(last_code(user.email))}
                    wrongs += client.post(CODE, guess, REMOTE_ADDR=f"203.0.113.{turn}").status_code == 200
    assert wrongs == 100


@pytest.mark.django_db(transaction=True)
def test_03_simultaneous_tries_are_counted_one_by_one(client):
    user = UserFactory()
    ask(client, user.email)
    code = last_code(user.email)
    cookies = client.cookies

    def guess(number):
        one = Client()
        one.cookies = cookies
        try:
            return "Ce n’est pas le code" in one.post(CODE, {"code": f"{(int(code) + 1 + number) % 10**6:06}"}).text
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        looked_at = sum(threads.map(guess, range(24)))
    assert looked_at <= 4
    client.post(CODE, {"code": code})
    assert not is_inside(client)


@pytest.mark.django_db
def test_03_a_browser_that_entered_before_is_not_locked_out_by_a_stranger(client):
    user = UserFactory()
    enter(client, user.email)
    client.post("/compte/logout/")
    stranger = Client()
    for turn in range(30):
        last = ask(stranger, user.email, REMOTE_ADDR=f"203.0.113.{turn}")
    assert last.status_code == 429
    assert ask(Client(), user.email).status_code == 429
    assert enter(client, user.email)["Location"] == "/tableau/"
    # An allowance of its own, for the persons it has known: no master key.
    client.post("/compte/logout/")
    assert [ask(client, user.email).status_code for _ in range(10)].count(429) == 1
    victim = UserFactory()
    for turn in range(16):
        ask(stranger, victim.email, REMOTE_ADDR=f"198.51.100.{turn}")
    assert ask(client, victim.email).status_code == 429
    forged = Client()
    forged.cookies["navigateur"] = client.cookies["navigateur"].value[:-4] + "abcd"
    assert ask(forged, user.email).status_code == 429


@pytest.mark.django_db
def test_03_what_carried_a_code_is_erased_subject_included(client, smtp):
    ask(client, "awa@exemple.example")
    code = last_code("awa@exemple.example")
    sweep_courriels()
    courriel = Courriel.objects.get()
    assert courriel.etat == "envoye"
    assert [code in text for text in (courriel.sujet, courriel.texte, courriel.html)] == [False] * 3
    assert code in smtp.messages[0]["Subject"]


@pytest.mark.django_db
def test_03_no_code_is_kept_as_it_is_typed(client):
    ask(client, "awa@exemple.example")
    code = last_code("awa@exemple.example")
    sweep_courriels()
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', [rf"\y{code}\y"])
            if cursor.fetchone()[0]:
                found.append(table)
    assert found == []


@pytest.mark.django_db
def test_03_a_closed_account_does_not_enter(client):
    user = UserFactory(is_active=False)
    assert enter(client, user.email)["Location"] == "/compte/inactive/"
    assert not is_inside(client)


# --- One door ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("address", FERMEES)
def test_03_no_page_takes_a_password(client, address):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_03_former_addresses_lead_to_the_door(client):
    assert [client.get(address)["Location"] for address in ("/compte/signup/", "/compte/login/code/")] == [PORTE] * 2
    assert client.get("/compte/signup/?next=/dossiers/")["Location"] == f"{PORTE}?next=%2Fdossiers%2F"
    assert client.get("/administration/")["Location"].startswith("/administration/login/")
    assert client.get("/administration/", follow=True).redirect_chain[-1][0].startswith(PORTE)
    posted = client.post("/administration/login/", {"username": "a@exemple.example", "password": "x"})
    assert posted["Location"].startswith(PORTE)


# --- The second factor ------------------------------------------------------------------------

AGENTS = {
    "pilote": {"pilote": True},
    "instructeur": {"instructeur": True},
    "technique": {"is_staff": True, "is_superuser": True},
}


def application(user):
    """An application enrolled by this person: its next code."""
    secret = "JBSWY3DPEHPK3PXP"
    if not Authenticator.objects.filter(user=user, type="totp").exists():
        TOTP.activate(user, secret)
        RecoveryCodes.activate(user)
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", AGENTS)
def test_03_an_agent_enrols_before_any_page_opens(client, who):
    agent = UserFactory(**AGENTS[who])
    assert enter(client, agent.email, suite="/dossiers/?q=orly")["Location"] == "/dossiers/?q=orly"
    for address in ("/dossiers/?q=orly", "/tableau/", "/instruction/", "/administration/", "/"):
        assert client.get(address)["Location"] == "/compte/double-verification/"
    assert client.post("/administration/", {}).status_code == 302
    assert "Une double vérification" in client.get("/compte/double-verification/").text
    client.get("/dossiers/?q=orly")
    page = client.get("/compte/2fa/totp/activate/")
    secret = page.context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    done = client.post("/compte/2fa/totp/activate/", {"code": code})
    assert done["Location"] == "/compte/2fa/recovery-codes/"
    assert "C’est noté, continuer" in client.get(done["Location"]).text
    assert client.get("/compte/double-verification/")["Location"] == "/dossiers/?q=orly"
    assert client.get("/dossiers/?q=orly").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("who", AGENTS)
def test_03_an_agent_enrolled_is_asked_at_each_sign_in(client, who):
    agent = UserFactory(**AGENTS[who])
    application(agent)
    assert enter(client, agent.email, suite="/tableau/")["Location"] == "/compte/2fa/authenticate/"
    assert not is_inside(client)
    assert client.get("/tableau/")["Location"].startswith(PORTE)
    assert "Code incorrect" in client.post("/compte/2fa/authenticate/", {"code": "000000"}).text
    assert client.post("/compte/2fa/authenticate/", {"code": application(agent)})["Location"] == "/tableau/"
    assert client.get("/tableau/").status_code == 200


@pytest.mark.django_db
def test_03_a_second_factor_is_not_guessed(client):
    agent = UserFactory(pilote=True)
    right = application(agent)
    enter(client, agent.email)
    for _ in range(10):
        client.post("/compte/2fa/authenticate/", {"code": wrong(right)})
    refused = client.post("/compte/2fa/authenticate/", {"code": right})
    assert "Trop d’essais" in refused.text
    assert not is_inside(client)


@pytest.mark.django_db
def test_03_a_session_from_before_proves_it_too(client):
    agent = UserFactory(pilote=True)
    application(agent)
    client.force_login(agent)
    session = client.session
    session.pop("account_authentication_methods", None)
    session.save()
    assert client.get("/tableau/")["Location"] == "/compte/double-verification/"
    step = client.get("/compte/double-verification/")["Location"]
    assert step.startswith("/compte/2fa/reauthenticate/")
    assert client.post(step, {"code": application(agent)})["Location"] == "/tableau/"
    assert client.get("/tableau/").status_code == 200


@pytest.mark.django_db
def test_03_whoever_becomes_an_agent_is_led_to_enrol_at_the_next_page(client):
    user = UserFactory()
    enter(client, user.email)
    assert client.get("/tableau/").status_code == 200
    user.habilitations.create(role="instructeur", du="2027-01-01")
    assert client.get("/tableau/")["Location"] == "/compte/double-verification/"


@pytest.mark.django_db
def test_03_an_agent_keeps_a_second_factor(client):
    agent = UserFactory(pilote=True)
    application(agent)
    enter(client, agent.email)
    client.post("/compte/2fa/authenticate/", {"code": application(agent)})
    Authenticator.objects.filter(user=agent, type="totp").update(data={"secret": "JBSWY3DPEHPK3PXP"})
    step = client.get("/compte/2fa/totp/deactivate/")["Location"]
    client.post(
        step,
        {"code": RecoveryCodes(Authenticator.objects.get(user=agent, type="recovery_codes")).get_unused_codes()[0]},
    )
    client.post("/compte/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(user=agent, type="totp").exists()


@pytest.mark.django_db
def test_03_people_of_a_structure_and_jurors_are_not_asked(client):
    enter(client, UserFactory().email)
    assert client.get("/tableau/").status_code == 200


@pytest.mark.django_db
def test_03_the_demonstration_alone_does_not_ask_and_says_so(client, settings):
    settings.DEMO = True
    UserFactory(email="pilote@demo.example", pilote=True)
    assert "ni la double vérification" in client.get("/demonstration/").text
    client.post("/demonstration/entrer/", {"email": "pilote@demo.example"})
    assert client.get("/tableau/").status_code == 200
    settings.DEMO = False
    assert client.get("/tableau/")["Location"] == "/compte/double-verification/"


@pytest.mark.django_db
def test_03_what_is_over_is_forgotten(client, in_time):
    ask(client, "awa@exemple.example")
    code = last_code("awa@exemple.example")
    beat_forgets()
    assert client.post(CODE, {"code": code}).status_code == 302
    assert is_inside(client)
    in_time.shift(timedelta(days=2))
    beat_forgets()
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM label_codeconnexion), (SELECT count(*) FROM label_compteur)")
        assert cursor.fetchone() == (0, 0)


@pytest.mark.django_db
def test_03_adding_addresses_of_strangers_has_a_limit(client):
    user = UserFactory()
    enter(client, user.email)
    client.get("/compte/email/")
    for number in range(25):
        page = client.post("/compte/email/", {"action_add": "", "email": f"inconnu{number}@exemple.example"})
    assert "Rien n’est perdu" in page.text
    assert page.context["form"]["email"].value() == "inconnu24@exemple.example"
    assert Courriel.objects.exclude(destinataire=user.email).count() == 20


@pytest.mark.django_db
def test_03_asking_again_to_check_a_stranger_s_address_has_the_same_limit(client):
    user = UserFactory()
    enter(client, user.email)
    client.get("/compte/email/")
    for _ in range(3):
        client.post("/compte/email/", {"action_add": "", "email": "inconnu@exemple.example"})
        pages = [client.post("/compte/confirm-email/", {"action": "resend"}, follow=True).text for _ in range(3)]
        if Courriel.objects.filter(destinataire="inconnu@exemple.example").count() == 6:
            break
    assert "Rien n’est perdu" in pages[-1]
    assert Courriel.objects.filter(destinataire="inconnu@exemple.example").count() == 6


@pytest.mark.django_db
def test_03_before_the_second_factor_an_agent_changes_no_address(client):
    agent = UserFactory(pilote=True)
    enter(client, agent.email)
    client.post("/compte/email/", {"action_add": "", "email": "voleur@exemple.example"})
    assert Courriel.objects.filter(destinataire="voleur@exemple.example").count() == 0
