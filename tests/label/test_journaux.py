"""The journals of every process: what happened to the service, never who did what there."""

import http.client
import io
import json
import logging
import os
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from demo.embedded import free_port
from label.courriel.actions import owe_code
from label.journaux import ROUTES, LigneJson, discreet
from label.models import User
from label.tasks import forget
from tests.conftest import url_of_test_database
from tests.factories.label import UserFactory
from tests.front import Front

ROOT = Path(__file__).resolve().parents[2]
CLE = "k" * 43
ADRESSE = "amina.diallo@exemple.fr"
SECRETS = (CLE, ADRESSE, "amina", "diallo", "Cherchee", "ailleurs")


# What mail programs make of the address they carry, as a browser then asks for it.
ABIMEES = [
    f"/avis/{CLE}_/",
    f"/avis/{CLE}x",
    f"/avis/%20{CLE}/",
    f"/avis/{CLE[:20]}%20{CLE[20:]}/",
    f"/avis/{CLE[:20]}%0A{CLE[20:]}/",
    f"/avis/3D{CLE}/",
    f"/avis/={CLE}/",
    f"/avis/{CLE}%C2%A0/",
    f"/avis/%3C{CLE}%3E/",
    f"/avis/%22{CLE}%22/",
    f"/avis/{CLE[:30]}=/",
    f"/AVIS/{CLE[:30]}/",
]


@pytest.mark.parametrize("path", ABIMEES)
@pytest.mark.parametrize("host", ["", "https://label.example"])
def test_a_key_spoilt_on_its_way_is_masked_too(path, host):
    said = unquote(path).replace("\n", "\\x0a")
    masked = discreet(f"Not Found: {host}{said}")
    assert masked.lower().startswith(f"not found: {host}/avis/[lien]")
    assert "kkk" not in masked
    assert "kkk" not in discreet(f'"GET {host}{path}?a=b HTTP/1.1" 404')


def test_every_place_a_key_opens_is_masked():
    """By the application and by the front."""
    opened = {
        one.pattern.describe().strip("'").partition("<")[0] for one in all_patterns() if hasattr(one.callback, "lien")
    }
    assert opened == {f"{route}/" for route in ROUTES}
    front = (ROOT / "deploy" / "nginx" / "commun.conf").read_text()
    assert f"/+({'|'.join(ROUTES)})/)" in front


def all_patterns(resolver=None):
    for one in (resolver or get_resolver()).url_patterns:
        if hasattr(one, "url_patterns"):
            yield from all_patterns(one)
        else:
            yield one


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"GET /avis/{CLE}/?q=jardin HTTP/1.1", "GET /avis/[lien]/ HTTP/1.1"),
        ('"GET /instruction/?q=Amina+Diallo&p=2"', '"GET /instruction/"'),
        (f"Recipient refused: {{'{ADRESSE}': (550, b'no')}}", "Recipient refused: {'[adresse]': (550, b'no')}"),
        (
            "Referer checking failed - https://h/x/?a=1 does not match",
            "Referer checking failed - https://h/x/ does not match",
        ),
        ("celery@worker1 ready.", "celery@worker1 ready."),
        ("Not Found: /instruction/a1b2/avis/12/", "Not Found: /instruction/a1b2/avis/12/"),
        (f"x /avis/{CLE}/\nau revoir", "x /avis/[lien]/\nau revoir"),
        (f"GET /avis/3D{CLE}/ HTTP/1.1", "GET /avis/[lien] HTTP/1.1"),
        ("Que faire ? Rien.", "Que faire ? Rien."),
        # As long as a request may be: each is read once.
        ("/" * 60_000, "/" * 60_000),
        ("a" * 60_000, "a" * 60_000),
        ("/a" * 30_000 + "?q=x", "/a" * 30_000),
        ("://" * 20_000, "://" * 20_000),
        ("/avis/ " * 10_000, "/avis/[lien]"),
        ("/avis/" + "x HTTP/" * 9_000, "/avis/[lien]"),
    ],
)
def test_a_line_keeps_what_happened_and_not_who(said, kept):
    assert discreet(said) == kept


@pytest.fixture
def journal():
    """What the handler of the settings writes, as configured."""
    handler = logging.getHandlerByName("console")
    before = handler.setStream(stream := io.StringIO())
    yield stream
    handler.setStream(before)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("/nulle-part/?q=Cherchee", "WARNING django.request Not Found: /nulle-part/"),
        ("/instruction/?q=Cherchee", "WARNING django.request Forbidden (Permission denied): /instruction/"),
    ],
)
def test_a_refusal_is_one_line(client, journal, path, line):
    client.force_login(UserFactory())
    assert client.get(path).status_code in (403, 404)
    (written,) = journal.getvalue().splitlines()
    assert written.partition(" ")[2].partition(" ")[2] == line


@pytest.mark.django_db
def test_a_demand_that_cannot_be_read_is_one_line(journal):
    typed = {"adresse": ADRESSE} | {f"champ{rank}": "x" for rank in range(2100)}
    assert Client().post("/compte/login/", typed).status_code == 400
    (written,) = journal.getvalue().splitlines()
    assert ADRESSE not in written
    assert "ERROR django.security.TooManyFieldsSent" in written


@pytest.mark.django_db
def test_a_fault_keeps_its_trace_and_not_what_was_typed(journal):
    """PostgreSQL says of a row it refuses all that it held."""
    typed = "Rue des Lilas\n\nhabitée par Amina"
    with pytest.raises(DatabaseError), transaction.atomic():
        User.objects.create(email=ADRESSE, prenom=typed)
        try:
            User.objects.create(email=ADRESSE, prenom=typed)
        except DatabaseError:
            logging.getLogger("label").exception("Internal Server Error: /compte/nom/")
            raise
    written = journal.getvalue()
    assert "Traceback (most recent call last)" in written
    assert "IntegrityError: duplicate key value" in written
    assert [word for word in (ADRESSE, "Lilas", "Amina") if word in written] == []
    assert "DETAIL:  [masqué]" in written


def test_nobody_is_mailed_what_was_typed():
    """Django's own handler would send the whole form to the administrators."""
    assert logging.getLogger("django").handlers == []


def test_in_json_each_line_is_an_object_and_says_no_more():
    try:
        raise ValueError(f"pas pour {ADRESSE}")
    except ValueError:
        found = sys.exc_info()
    record = logging.LogRecord("label", logging.ERROR, "x.py", 1, "Refusé : %s", (f"/avis/{CLE}/?q=1",), found)
    record.request, record.data = {"secret": ADRESSE}, {"args": ADRESSE}
    line = json.loads(LigneJson().format(record))
    assert {name: line[name] for name in ("niveau", "journal", "message")} == {
        "niveau": "ERROR",
        "journal": "label",
        "message": "Refusé : /avis/[lien]/",
    }
    assert set(line) == {"a", "niveau", "journal", "message", "trace"}
    assert line["trace"].endswith("ValueError: pas pour [adresse]")


# --- The processes themselves ---------------------------------------------------------------------


@pytest.fixture
def place(transactional_db, tmp_path):
    """`place(form)`: the application behind the front, both real; gives (port, their journals)."""
    running = []

    def start(form):
        port = free_port()
        env = os.environ | {
            "DATABASE_URL": url_of_test_database(),
            "HTTPS": "false",
            "LOG_FORMAT": form,
            "STATIC_PLAIN": "false",
            "STATIC_ROOT": str(tmp_path / "statiques"),
            "PYTHONUNBUFFERED": "1",
        }
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(manage, cwd=ROOT, env=env, check=True)
        command = [sys.executable, "-m", "gunicorn", "label.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "2"]
        command += ["--no-control-socket", "--access-logfile", "-", "--logger-class", "label.journaux_http.Acces"]
        log = tmp_path / "web.log"
        with log.open("wb") as output:
            web = subprocess.Popen(command, cwd=ROOT, env=env, stdout=output, stderr=subprocess.STDOUT)
        front = Front(tmp_path / "front", free_port(), port, journal="arrivees_json" if form == "json" else "arrivees")
        running.extend([web, front])
        front.start()
        deadline = time.monotonic() + 90
        while ask(front.port, "/sante/")[0] != 200:
            assert web.poll() is None and time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        return front.port, log, front

    yield start
    for one in running:
        if isinstance(one, Front):
            one.stop()
        else:
            one.terminate()
            one.wait(20)


def read(port, path, **headers):
    """(status, headers, body) of a page, asked as a browser that tells where it comes from and who it is."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    link.request("GET", path, headers={"Host": "localhost", "User-Agent": "Cherchee/1", **headers})
    response = link.getresponse()
    body = response.read()
    link.close()
    return response.status, response.headers, body


def ask(port, path, **headers):
    return read(port, path, **headers)[:2]


def everything(log, front, word, seconds=10):
    """What both wrote, once both have written `word`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if word in log.read_text() and word in front.arrivals.read_text():
            break
        time.sleep(0.05)
    return log.read_text(), front.arrivals.read_text(), front.log.read_text()


@pytest.mark.parametrize("form", ["texte", "json"])
def test_no_journal_says_who_asked_for_what(place, form):
    port, log, front = place(form)
    if form == "texte":
        # A line of somebody's own, in the address.
        assert ask(port, "/a%0A2026-11-28%20POST%20/dossiers/%20302")[0] == 404
    come_from = {"Referer": f"http://localhost/ailleurs/?q={ADRESSE}"}
    assert ask(port, f"/avis/{CLE}/?q={ADRESSE}", **come_from)[0] == 404
    # Sent first where its last slash is missing.
    assert {ask(port, spoilt, **come_from)[0] for spoilt in ABIMEES} == {301, 404}
    assert ask(port, f"/laureats/?q=Cherchee+{ADRESSE}", **come_from)[0] == 200
    web, arrivals, said = everything(log, front, "/laureats/")
    assert [word for word in (*SECRETS, CLE[:10]) if word in web + arrivals + said] == []
    if form == "texte":
        assert re.search(r"^\S+ \S+ 127\.0\.0\.1 GET /avis/\[lien\]/ 404 \d+ [\d.]+$", web, re.MULTILINE)
        assert re.search(r" GET /laureats/ 200 duree=", arrivals)
        assert re.search(r"^\S+ \S+ 127\.0\.0\.1 GET /a\\x0a2026-11-28 POST /dossiers/ 302 404 ", web, re.MULTILINE)
        assert not re.search(r"^2026-11-28 POST", web, re.MULTILINE)
    else:
        lines = [json.loads(line) for line in web.splitlines()]
        asked = [line["acces"] for line in lines if "acces" in line]
        wanted = [("GET /avis/[lien]/", "404"), ("GET /laureats/", "200")]
        whole = [one for one in asked if one["demande"] != "GET /sante/" and not is_spoilt(one["demande"])]
        assert [(one["demande"], one["statut"]) for one in whole] == wanted
        refused = [line for line in lines if line.get("journal") == "django.request"]
        assert {(line["niveau"], is_spoilt(line["message"]) or line["message"]) for line in refused} == {
            ("WARNING", "Not Found: /avis/[lien]/"),
            ("WARNING", True),
        }
        kept = [json.loads(line)["acces"] for line in arrivals.splitlines()]
        asked_front = [(one["demande"], one["statut"]) for one in kept if "/avis" in one["demande"].lower()]
        assert asked_front[0] == ("GET /avis/[lien]/", 404)
        assert len(asked_front) == 1 + len(ABIMEES)
        assert abs(float(kept[-1]["arrivee"]) - time.time()) < 60
    # On the way: pages and static files compressed by the application, its refusals too, sign-in pages not.
    told = {"Accept-Encoding": "gzip"}
    style = re.search(r"/static/css/theme\.[0-9a-f]{12}\.css", read(port, "/")[2].decode())[0]
    sent = {path: ask(port, path, **told)[1].get("Content-Encoding") for path in ("/", style, "/compte/login/")}
    assert sent == {"/": "gzip", style: "gzip", "/compte/login/": None}


def is_spoilt(words):
    """Said of an address where a key opens a page, and that holds none."""
    return words.lower().endswith("/avis/[lien]")


def test_a_front_left_alone_tells_nothing_either(tmp_path):
    """Its own words of a failure would copy the whole request."""
    front = Front(tmp_path / "front", free_port(), free_port())
    front.start()
    try:
        status, headers = ask(front.port, f"/avis/{CLE}/?q={ADRESSE}")
        assert (status, headers["Cache-Control"]) == (502, "no-store")
        deadline = time.monotonic() + 10
        while " 502 " not in front.arrivals.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        written = front.arrivals.read_text() + front.log.read_text()
    finally:
        front.stop()
    assert "GET /avis/[lien]/ 502" in written
    assert [word for word in SECRETS if word in written] == []


def test_a_worker_and_a_beat_with_nothing_to_do_are_silent(celery_processes, wait_until, broker, smtp):
    """A sweep comes round each second. The first finds a message that no task could take: they do turn."""
    broker.stop()
    owe_code("qui@exemple.fr", sujet="Un code", texte="123456\n")
    broker.start()
    celery_processes.start_worker()
    celery_processes.start_beat()
    logs = sorted(celery_processes.folder.glob("celery-*.log"))
    wait_until(lambda: smtp.messages, 90)
    time.sleep(3)
    written = [log.read_text() for log in logs]
    assert [re.sub(r".*( ready\.|beat: Starting\.\.\.)\n", "", text, flags=re.DOTALL) for text in written] == ["", ""]
    # As the web writes, with no address.
    assert re.search(r"^[\d-]+ [\d:,]+ INFO celery\.beat beat: Starting\.\.\.$", "".join(written), re.MULTILINE)


@pytest.mark.django_db
def test_what_is_over_is_cleared_every_hour(settings):
    """Sessions, and addresses added to an account that nobody confirmed."""
    entry = settings.CELERY_BEAT_SCHEDULE["forget-what-is-over"]
    assert (entry["task"], entry["schedule"].hour) == (forget.name, set(range(24)))
    now = timezone.now()
    for name, at in (("finie", now - timedelta(seconds=1)), ("ouverte", now + timedelta(days=1))):
        Session.objects.create(session_key=name, session_data="", expire_date=at)
    for rank, days in enumerate((22, 20)):
        user = UserFactory(last_login=now - timedelta(days=days))
        EmailAddress.objects.create(user=user, email=f"autre{rank}@exemple.fr", verified=False)
        EmailAddress.objects.create(user=user, email=f"sure{rank}@exemple.fr", verified=True)
    forget()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["ouverte"]
    left = EmailAddress.objects.filter(email__endswith="@exemple.fr").exclude(primary=True)
    assert {a.email for a in left} >= {"autre1@exemple.fr", "sure0@exemple.fr", "sure1@exemple.fr"}
    assert not left.filter(email="autre0@exemple.fr").exists()
