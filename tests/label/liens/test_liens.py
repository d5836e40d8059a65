"""The links of mails are one thing: hashed, alive for a time, cut at once, opened by GET and used by POST alone."""

import base64
import json
import logging
import re
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config

from instruction.avis.actions import remind_due_avis
from instruction.models import Avis
from juries.composition.actions import resend_invitation
from label import notifications
from label.courriel.actions import resend_courriel, send_courriel
from label.courriel.recette import freeze
from label.journaux import Ligne, masked
from label.journaux_http import Acces
from label.liens.courriel import PLACE
from label.liens.queries import kinds
from label.models import CodeConnexion, Courriel, Lien
from label.models.courriel import Etat
from label.porte.actions import person_of, take_link, try_code
from projects.partage.actions import decline_partage, remind_partages
from tests.factories.label import UserFactory
from tests.guards import ROOT
from tests.label.liens.cas import AWA, CAS, MODELES, QUAND, letter_of
from tests.lettres import lue

pytestmark = pytest.mark.django_db
ALL = pytest.mark.parametrize("cas", CAS.values(), ids=CAS.keys())
NOMINATIVE = pytest.mark.parametrize(
    "cas", [CAS[nom] for nom in ("partage", "invitation", "jury")], ids=["partage", "invitation", "jury"]
)
NEUVE = "une-autre-cle-pour-les-essais-longue-de-plus-de-cinquante-caracteres"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(QUAND, tick=False) as traveller:
        yield traveller


def sent(obj):
    """Send the mail that carries the link of this object. Returns (its parts as received, the path of the link)."""
    assert send_courriel(letter_of(obj).pk)
    message = mail.outbox[-1]
    parts = [message.body, *(content for content, _ in message.alternatives)]
    (path,) = {found for part in parts for found in re.findall(r"http://testserver(/[^\s\"<]*[\w-]{43}/)", part)}
    return parts, path


def path_in(obj):
    """The path of the link of this object, as its mail gives it."""
    (path,) = re.findall(r"http://testserver(/\S+)", lue(letter_of(obj)))
    return path


def key_in(path):
    return re.search(r"[\w-]{43}", path)[0]


def dump():
    """Every row of every table as text, sessions opened."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            rows[table] = [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT session_data FROM django_session")
        rows["django_session"] += [opened_session(data) for (data,) in cursor.fetchall()]
    return rows


def opened_session(data):
    payload = data.split(":")[0]
    payload, squeezed = payload.lstrip("."), payload.startswith(".")
    raw = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    return (zlib.decompress(raw) if squeezed else raw).decode()


def said(page):
    """What the page says, less who is signed in (its head of site)."""
    return page.text.partition("<title>")[2].partition("</title>")[0] + page.text.partition("<main")[2]


def tables_holding(words):
    return [table for table, rows in dump().items() if any(words in row for row in rows)]


def test_every_link_of_the_house_is_among_the_cases():
    """One that is added is met by every test below."""
    assert kinds() == MODELES
    assert {model.LIEN.nom for model in apps.get_models() if issubclass(model, Lien)} == set(CAS)


# --- Nothing to read in the database ------------------------------------------------------------


@ALL
def test_the_database_never_holds_the_key_that_the_mailbox_received(cas):
    obj = cas.make()
    key = obj.jeton
    assert (len(key), tables_holding(key)) == (43, [])
    parts, path = sent(obj)
    assert [key in part for part in parts] == [True] * len(parts)
    assert key_in(path) == key
    assert tables_holding(key) == []
    assert tables_holding(obj.jeton_sha256) == [type(obj)._meta.db_table]


@ALL
def test_a_message_in_failure_holds_no_key_and_leaves_with_it_once_mended(cas):
    obj = cas.make()
    letter = letter_of(obj)
    Courriel.objects.filter(pk=letter.pk).update(etat=Etat.ECHEC)
    assert tables_holding(obj.jeton) == []
    assert PLACE in letter.texte
    if cas.nom != "entree":
        with transaction.atomic():
            assert resend_courriel(letter, by=UserFactory(pilote=True))
        _, path = sent(obj)
        assert key_in(path) == obj.jeton


@NOMINATIVE
def test_signing_in_on_the_way_writes_the_key_nowhere(cas):
    """The code asked for at the door keeps where to go back to, and so does the session."""
    obj = cas.make()
    path, client = path_in(obj), Client()
    page = client.get(path)
    (door,) = re.findall(r'href="(/compte/login/\?next=[^"]+)"', page.text)
    assert obj.jeton not in door
    suite = door.partition("next=")[2]
    client.post(reverse("account_login"), {"email": AWA, "next": suite})
    assert tables_holding(obj.jeton) == []
    assert list(CodeConnexion.objects.values_list("suite", flat=True)) == [suite]
    code = re.search(r"^\d{6}$", Courriel.objects.filter(cle_notification="compte").latest("pk").texte, re.M)[0]
    client.post(reverse("account_confirm_login_code"), {"code": code})
    client.post(reverse("account_name"), {"prenom": "Awa", "nom": "Diarra", "next": suite})
    assert client.get(suite).headers["Location"] == path
    assert cas.effects() == []


def test_only_the_address_written_to_comes_back_to_its_link():
    obj = CAS["partage"].make()
    suite = reverse("label:lien_reprendre", args=["partage", obj.graine])
    assert Client().get(suite).headers["Location"] == f"/compte/login/?next={suite}"
    other, mine = Client(), CAS["partage"].person()
    other.force_login(UserFactory(email="autre@exemple.example"))
    page = other.get(suite)
    assert (page.status_code, "Une autre adresse est connectée" in page.text) == (200, True)
    assert [words for words in CAS["partage"].told(obj) if words in said(page)] == []
    assert mine.get(suite).headers["Location"] == path_in(obj)
    unknown = [("partage", "x" * 22), ("invitation", obj.graine), ("rien", obj.graine), ("avis", obj.graine)]
    assert [mine.get(reverse("label:lien_reprendre", args=args)).status_code for args in unknown] == [404] * 4


def test_the_recipe_of_a_message_that_could_not_be_made_holds_no_key():
    obj = CAS["partage"].make()
    assert obj.jeton not in json.dumps(freeze({"objet": obj, "jure": obj}))


def test_no_text_of_the_plan_writes_a_key_itself():
    """The plan, its previews and the exports show what the outbox keeps: the place of the key, never the key."""
    for cas in CAS.values():
        obj = cas.make()
        letter = letter_of(obj)
        path = reverse(type(obj).LIEN.vue, args=[PLACE])
        assert letter.texte.count(f"http://testserver{path}") == 1
        row = Courriel.objects.filter(pk=letter.pk).values().get()
        assert [name for name, value in row.items() if obj.jeton in str(value)] == []


# --- The secret changes ---------------------------------------------------------------------------


@ALL
def test_a_secret_replaced_with_a_fallback_keeps_every_link_alive(cas, settings):
    obj = cas.make()
    path = path_in(obj)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEUVE
    client = cas.person()
    assert client.get(path).status_code == 200
    client.post(path, cas.answer)
    assert cas.effects() == ([AWA] if cas.nom != "avis" else ["Très utile."])


@pytest.mark.parametrize("nom", ["partage", "avis"])
def test_a_reminder_after_that_carries_the_same_link(nom, settings, now):
    obj = CAS[nom].make()
    path = path_in(obj)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = NEUVE
    now.shift(timedelta(days=13))
    assert remind_partages() + remind_due_avis() == 1
    assert path_in(obj) == path


@ALL
def test_a_secret_replaced_without_fallback_cuts_every_link_cleanly(cas, settings):
    obj = cas.make()
    path = path_in(obj)
    settings.SECRET_KEY = NEUVE
    client = cas.person()
    for page in (client.get(path), client.post(path, cas.answer)):
        assert (page.status_code, "Ce lien n’est pas reconnu" in page.text) == (404, True)
        assert [words for words in cas.told(obj) if words in said(page)] == []
    assert cas.effects() == []


@pytest.mark.parametrize("nom", ["partage", "avis"])
def test_a_reminder_after_that_carries_a_link_that_opens(nom, settings, now):
    obj = CAS[nom].make()
    former = path_in(obj)
    settings.SECRET_KEY = NEUVE
    now.shift(timedelta(days=13))
    assert remind_partages() + remind_due_avis() == 1
    _, path = sent(obj)
    assert path != former
    assert [Client().get(one).status_code for one in (path, former)] == [200, 404]
    assert tables_holding(key_in(path)) == []


def test_a_code_asked_before_is_typed_after(settings):
    row = CAS["entree"].make()
    code = re.search(r"^\d{6}$", letter_of(row).texte, re.M)[0]
    settings.SECRET_KEY, former = NEUVE, settings.SECRET_KEY
    assert try_code(row.pk, code, client="203.0.113.9") is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert try_code(row.pk, code, client="203.0.113.9") == row


# --- Time, use, withdrawal ------------------------------------------------------------------------


def is_dead(cas, obj, path, words):
    """Neither opened nor used, by the person herself: a page that says why, what to do, and nothing else."""
    before = cas.effects()
    for client in (Client(), cas.person()):
        for page in (client.get(path), client.head(path), client.post(path, cas.answer)):
            assert page.status_code == 410
        assert words in client.get(path).text
        assert "label@grandorlyseinebievre.example" in client.get(path).text
        assert [told for told in cas.told(obj) if told in said(client.get(path))] == []
    assert cas.effects() == before


@ALL
def test_the_last_second_is_in_time_the_next_is_not(cas, now):
    obj = cas.make()
    path, end = path_in(obj), type(obj).objects.get(pk=obj.pk).lien_expire_at
    now.move_to(end - timedelta(seconds=1))
    assert cas.person().get(path).status_code == 200
    now.move_to(end)
    why = {
        "partage": "n’est plus valable",
        "invitation": "n’est plus valable",
        "jury": "ce jury a fini ses auditions",
        "avis": "le délai est passé",
        "entree": "Plus de 7\u00a0jours ont passé",
    }
    is_dead(cas, obj, path, why[cas.nom])


@pytest.mark.parametrize("cas", [cas for cas in CAS.values() if cas.revoke], ids=[n for n in CAS if CAS[n].revoke])
def test_a_link_withdrawn_is_dead_at_once(cas):
    obj = cas.make()
    path = path_in(obj)
    cas.revoke(obj)
    is_dead(cas, obj, path, "a été retirée")


def test_a_link_declined_is_dead_at_once():
    obj = CAS["partage"].make()
    path = path_in(obj)
    decline_partage(obj)
    is_dead(CAS["partage"], obj, path, "a été retirée")


def test_a_jury_invitation_sent_again_kills_the_former_link():
    obj = CAS["jury"].make()
    former = path_in(obj)
    again = resend_invitation(obj, by=UserFactory(pilote=True))
    assert [Client().get(path).status_code for path in (former, path_in(again))] == [404, 200]


def test_a_code_typed_kills_the_link_that_came_with_it():
    row = CAS["entree"].make()
    path = path_in(row)
    code = re.search(r"^\d{6}$", letter_of(row).texte, re.M)[0]
    assert try_code(row.pk, code, client="203.0.113.9") == row
    is_dead(CAS["entree"], row, path, "a déjà servi")


@ALL
def test_a_link_used_is_shown_to_nobody_else(cas):
    obj = cas.make()
    path, client = path_in(obj), cas.person()
    client.post(path, cas.answer)
    done = cas.effects()
    assert len(done) == 1
    stranger = Client()
    page = stranger.get(path)
    if cas.nom == "avis":
        # What was answered is read again by whoever answered, and only that.
        assert (page.status_code, "Très utile." in page.text) == (200, True)
        assert obj.dossier.structure.nom not in page.text
    else:
        assert page.status_code == 410
        assert [told for told in cas.told(obj) if told in said(page)] == []
    stranger.post(path, cas.answer | {"texte": "Autre chose."})
    client.post(path, cas.answer)
    assert cas.effects() == done


@ALL
def test_a_key_opens_nothing_of_another_kind(cas):
    obj = cas.make()
    others = [model for model in MODELES.values() if not isinstance(obj, model)]
    pages = [Client().get(reverse(model.LIEN.vue, args=[obj.jeton])) for model in others]
    assert [page.status_code for page in pages] == [404] * 4


@ALL
def test_neither_the_seed_nor_the_fingerprint_nor_a_damaged_key_opens(cas):
    obj = cas.make()
    wrong = [obj.graine, obj.jeton_sha256, obj.jeton[:-1], obj.jeton + "A", obj.jeton.swapcase(), "é" * 43, PLACE]
    pages = [Client().get(reverse(obj.LIEN.vue, args=[key])) for key in wrong]
    assert [(page.status_code, "Ce lien n’est pas reconnu" in page.text) for page in pages] == [(404, True)] * 7


# --- Opened by machines ---------------------------------------------------------------------------


@ALL
def test_scanners_that_open_the_link_use_nothing_up(cas):
    obj = cas.make()
    path, client = path_in(obj), cas.person()
    client.get(path)
    before = {table: rows for table, rows in dump().items() if table != "django_session"}
    for asked in (client, Client()):
        for _ in range(3):
            assert [asked.get(path).status_code, asked.head(path).status_code] == [200, 200]
            assert [asked.options(path).status_code, asked.put(path).status_code] == [405, 405]
    assert {table: rows for table, rows in dump().items() if table != "django_session"} == before
    client.post(path, cas.answer)
    assert len(cas.effects()) == 1


@ALL
def test_no_cache_no_search_engine_and_no_referer(cas):
    obj = cas.make()
    path = path_in(obj)
    alive, unknown = Client().get(path), Client().get(reverse(obj.LIEN.vue, args=["x" * 43]))
    for page in (alive, unknown):
        directives = {word.strip() for word in page.headers["Cache-Control"].split(",")}
        assert {"no-store", "private"} <= directives
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "http" not in re.sub(r"http://www\.w3\.org\S*", "", alive.text.partition("<main")[2].partition("</main")[0])


@pytest.mark.django_db(transaction=True)
@ALL
def test_two_clicks_at_the_same_moment_are_one_use(cas):
    obj = cas.make()
    path = path_in(obj)
    clients, gate = [cas.person() for _ in range(2)], Barrier(2)

    def click(client):
        try:
            gate.wait(10)
            return client.post(path, cas.answer).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(click, clients))
    assert set(statuses) <= {200, 302, 410}
    assert len(cas.effects()) == 1
    if cas.nom == "entree":
        assert sorted("_auth_user_id" in client.session for client in clients) == [False, True]


def test_the_link_of_a_code_is_taken_once(now):
    row = CAS["entree"].make()
    assert [take_link(row), take_link(row)] == [True, False]
    other = CAS["entree"].make()
    now.shift(timedelta(days=7))
    assert take_link(CodeConnexion.objects.get(pk=other.pk)) is False


# --- Journals -------------------------------------------------------------------------------------


@ALL
def test_the_journal_of_the_application_holds_no_key(cas):
    obj = cas.make()
    path = path_in(obj)
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", (path,), None)
    line = Ligne("{levelname} {message}", style="{").format(record)
    assert line == f"WARNING Not Found: {path.replace(obj.jeton, '[lien]')}"
    assert masked(f'"GET {path}?a=1 HTTP/1.1"') == f'"GET {path.replace(obj.jeton, "[lien]")}?a=1 HTTP/1.1"'


def test_the_settings_use_that_journal(settings):
    assert settings.LOGGING["formatters"]["line"]["()"] == "label.journaux.Ligne"


def test_the_journal_of_gunicorn_holds_no_key(capsys):
    path = path_in(CAS["avis"].make())
    key = key_in(path)
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": path,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://label.example{path}",
    }
    answer = SimpleNamespace(status="200 OK", headers=[], sent=12)
    asked = SimpleNamespace(headers=[("REFERER", environ["HTTP_REFERER"])])
    config = Config()
    config.set("accesslog", "-")
    Acces(config).access(answer, asked, environ, timedelta(seconds=1))
    written = capsys.readouterr().out
    assert f"GET {path.replace(key, '[lien]')} 200 12 1.0\n" in written
    assert key not in written


def test_what_falls_outside_the_application_is_journaled_without_a_key(capsys):
    path = path_in(CAS["avis"].make())
    Acces(Config()).error("Error handling request POST %s", path)
    line = capsys.readouterr().err
    assert key_in(path) not in line
    assert f"Error handling request POST {path.replace(key_in(path), '[lien]')}" in line


def test_gunicorn_is_started_with_that_journal():
    for started in ("Dockerfile", "demo/supervisor.py"):
        assert '"--logger-class", "label.journaux_http.Acces"' in (ROOT / started).read_text()


def test_what_is_no_web_server_imports_nothing_of_gunicorn():
    """It would cost each command and each worker a fifth of a second."""
    script = "import label.journaux, sys; print('gunicorn' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


# --- The mail itself ------------------------------------------------------------------------------


def test_words_that_look_like_the_place_of_the_key_stay_as_typed():
    """Only the address of the link is completed: what somebody typed is not."""
    obj = CAS["avis"].make()
    Avis.objects.filter(pk=obj.pk).update(question=f"Que veut dire {PLACE} ?")
    obj.refresh_from_db()
    notifications.notify("avis_relance", obj, occurrence="essai")
    assert f"Que veut dire {PLACE} ?" in lue(letter_of(obj))


def test_a_message_whose_object_is_gone_does_not_leave_with_a_hole():
    row = CAS["entree"].make()
    letter = letter_of(row)
    row.delete()
    assert send_courriel(letter.pk) is False
    assert mail.outbox == []


def test_who_enters_by_the_link_is_the_address_written_to():
    row = CAS["entree"].make()
    other, client = UserFactory(email="autre@exemple.example"), Client()
    client.force_login(other)
    page = client.post(path_in(row))
    assert "Une autre adresse est connectée" in page.text
    assert CodeConnexion.objects.get(pk=row.pk).used_at is None
    client.force_login(person_of(AWA))
    assert client.post(path_in(row)).headers["Location"] == "/dossiers/"
