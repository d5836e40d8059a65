"""The shipped front, the real nginx: what it says of an arrival is true, and a client cannot say it in its place."""

import re
import socket
import subprocess
import threading
import time
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from demo.embedded import free_port
from projects.enums import Statut
from projects.models import Depot, Dossier, Passage
from tests.factories.depot import complete_dossier, engaged
from tests.factories.label import EditionFactory
from tests.front import FICHIERS, PROGRAMME, Front

JETON = "j" * 32


def dossier_of(*, cloture):
    """Ready to be deposited, in an édition whose last minute begins at the aware datetime `cloture`."""
    day = timezone.localdate() + timedelta(days=30)
    days = dict.fromkeys(("fin_instruction", "jury_debut", "jury_fin", "publication_prevue"), day)
    ouverture = timezone.now() - timedelta(days=30)
    return complete_dossier(edition=EditionFactory(annee=day.year, ouverture=ouverture, cloture=cloture, **days))


@pytest.fixture
def front(live_server, settings, tmp_path):
    """The front before the application, which believes it."""
    settings.ARRIVAL_HEADER = "X-Arrival"
    front = Front(tmp_path / "frontal", free_port(), urlsplit(live_server.url).port)
    front.start()
    yield front
    front.stop()


def click(port, dossier, *, headers=(), wait=0.0):
    """Deposit through a raw connection: line and headers, `wait` seconds, then the body. Returns (status, text)."""
    client = Client()
    client.force_login(dossier.responsable)
    body = urlencode(engaged(dossier) | {"csrfmiddlewaretoken": JETON})
    session = client.cookies["sessionid"].value
    head = [
        f"POST /dossiers/{dossier.cle}/deposer/ HTTP/1.1",
        f"Host: localhost:{port}",
        "Connection: close",
        f"Cookie: sessionid={session}; csrftoken={JETON}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    with socket.create_connection(("localhost", port), timeout=60) as link:
        link.sendall("\r\n".join([*head, "", ""]).encode())
        time.sleep(wait)
        link.sendall(body.encode())
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    return int(answer.split()[1]), re.sub(r"\s+", " ", answer.decode(errors="replace"))


@pytest.mark.django_db(transaction=True)
def test_05_a_client_cannot_date_its_own_click(front, live_server):
    """The deadline is past since a minute at least; the header it sends says two minutes earlier."""
    dossier = dossier_of(cloture=timezone.now() - timedelta(minutes=2))
    lie = f"{time.time() - 150:.3f}"
    forged = [f"{name}: {lie}" for name in ("X-Arrival", "x-arrival", "X_Arrival")]
    status, text = click(front.port, dossier, headers=forged)
    assert (status, Depot.objects.count(), "Reçu le" in text) == (409, 0, True)
    # Asked without the front, the application would have believed it: the front is what protects it.
    assert click(urlsplit(live_server.url).port, dossier, headers=forged[:1])[0] == 302


@pytest.mark.django_db(transaction=True)
def test_05_the_arrival_is_when_the_headers_are_read_whatever_the_body_waits(front):
    dossier = dossier_of(cloture=timezone.now() + timedelta(days=1))
    before = time.time()
    status, _ = click(front.port, dossier, wait=1.5)
    assert (status, Dossier.objects.get().statut) == (302, Statut.DEPOSE)
    depot, line = Depot.objects.get(), Passage.objects.get()
    # The sign-in of `click` comes first; the front cuts to the millisecond.
    assert before - 0.002 <= depot.at.timestamp() < before + 1.4
    assert line.arrivee == depot.at
    assert line.at - depot.at >= timedelta(seconds=1.45)
    told = re.findall(r"arrivee=([\d.]+) POST \S+ 302", front.arrivals.read_text())
    assert [f"{depot.at.timestamp():.3f}"] == told


@pytest.mark.django_db(transaction=True)
def test_05_without_an_answer_the_front_says_so_and_keeps_the_arrival(front, live_server, tmp_path):
    alone = Front(tmp_path / "seul", free_port(), free_port())
    alone.start()
    try:
        before = time.time()
        status, text = click(alone.port, dossier_of(cloture=timezone.now() + timedelta(days=1)))
        logged = re.findall(r"arrivee=([\d.]+) POST /dossiers/\w+/deposer/ 502", _settled(alone.arrivals, "POST"))
    finally:
        alone.stop()
    assert (status, Depot.objects.count()) == (502, 0)
    assert "nous gardons l’heure à laquelle chaque demande nous est parvenue" in text
    assert [before - 0.002 <= float(arrival) <= time.time() for arrival in logged] == [True]


class Ecoute:
    """In the place of the application: keeps what it hears, answers «ok», or hangs up without a word."""

    def __init__(self, *, says):
        self.says, self.heard = says, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            try:
                link, _ = self.server.accept()
            except OSError:
                return
            with link:
                said = b""
                while b"\r\n\r\n" not in said:
                    said += link.recv(65536)
                lines = said.decode().partition("\r\n\r\n")[0].split("\r\n")
                self.heard.append((lines[0], [line.partition(": ")[::2] for line in lines[1:]]))
                link.sendall(self.says)


@pytest.fixture
def listening(tmp_path):
    """`listening(says)`: (Front, Ecoute) before something that is not the application."""
    started = []

    def start(says=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"):
        ecoute = Ecoute(says=says)
        front = Front(tmp_path / f"frontal-{len(started)}", free_port(), ecoute.port)
        front.start()
        started.append((front, ecoute))
        return front, ecoute

    yield start
    for front, ecoute in started:
        front.stop()
        ecoute.server.close()


def test_05_each_request_of_a_connection_has_its_own_arrival_and_nothing_said_by_the_client_stays(listening):
    front, ecoute = listening()
    said = ["X-Arrival: 1", "x-arrival: 2", "X_Arrival: 3", "Forwarded: for=1.2.3.4", "X-Forwarded-Host: ailleurs"]
    said += ["X-Forwarded-Proto: https", "X-Forwarded-For: 9.9.9.9"]
    sent = []
    with socket.create_connection(("127.0.0.1", front.port), timeout=30) as link:
        for path in ("/un", "/deux"):
            time.sleep(0.3)
            sent.append(time.time())
            link.sendall("\r\n".join([f"GET {path} HTTP/1.1", "Host: label.example", *said, "", ""]).encode())
            assert link.recv(65536).endswith(b"ok")
    assert [line for line, _ in ecoute.heard] == ["GET /un HTTP/1.1", "GET /deux HTTP/1.1"]
    for when, (_, headers) in zip(sent, ecoute.heard, strict=True):
        names = [name.lower() for name, _ in headers]
        told = dict(headers)
        assert sorted(names) == ["connection", "host", "x-arrival", "x-forwarded-for", "x-forwarded-proto"]
        assert when - 0.002 <= float(told["X-Arrival"]) < when + 0.25
        assert (told["X-Forwarded-Proto"], told["X-Forwarded-For"]) == ("http", "9.9.9.9, 127.0.0.1")


def test_05_the_front_never_asks_twice(listening):
    """The application ends without a word, as one that was killed: a deposit may have been recorded."""
    front, ecoute = listening(says=b"")
    with socket.create_connection(("127.0.0.1", front.port), timeout=30) as link:
        link.sendall(b"POST /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\na")
        answer = b"".join(iter(lambda: link.recv(65536), b""))
    assert (answer.split()[1], len(ecoute.heard)) == (b"502", 1)
    assert "s’il y est écrit" in answer.decode()


def _settled(path, word, seconds=5):
    """What the front wrote, once it has written `word`."""
    deadline = time.monotonic() + seconds
    while word not in (text := path.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return text


@pytest.mark.parametrize(("listens", "journal"), [("http", "texte"), ("https", "json")])
def test_05_nginx_takes_the_configuration_of_a_real_place(tmp_path, listens, journal):
    """As shipped, but for the folders, the ports and the name of the application, those of the container."""
    here = tmp_path / "label"
    here.mkdir()
    for file in FICHIERS.glob("*.*"):
        text = file.read_text().replace("/etc/nginx/certificats", str(tmp_path)).replace("/etc/nginx/label", str(here))
        text = text.replace("/run/nginx.pid", f"{tmp_path}/pid").replace("web:8000", "127.0.0.1:8000")
        text = re.sub(r"listen (80|443)\b", lambda match: f"listen 127.0.0.1:{free_port()}", text)
        text = text.replace("/dev/stdout", f"{tmp_path}/log").replace("/dev/stderr", f"{tmp_path}/errors")
        # The temporary folders of the package belong to root.
        text = text.replace(
            "http {\n",
            f"http {{\n client_body_temp_path {tmp_path}/b; proxy_temp_path {tmp_path}/p;\n"
            f" fastcgi_temp_path {tmp_path}/f; uwsgi_temp_path {tmp_path}/u; scgi_temp_path {tmp_path}/s;\n",
        )
        (here / file.name).write_text(text)
    (here / f"{listens}.conf").rename(here / "ecoute.conf")
    (here / f"journal-{journal}.conf").rename(here / "journal.conf")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=label.example"),
            *("-keyout", tmp_path / "privkey.pem", "-out", tmp_path / "fullchain.pem"),
        ],
        check=True,
        capture_output=True,
    )
    done = subprocess.run(
        [PROGRAMME, "-t", "-e", "stderr", "-c", here / "nginx.conf"], capture_output=True, text=True, check=False
    )
    # Not root: the word `user` is of no use, and nginx says so.
    said = [line for line in done.stderr.splitlines() if '"user" directive makes sense only' not in line]
    assert done.returncode == 0, done.stderr
    assert [line for line in said if "[warn]" in line] == []
