"""People who click through HTTP while something is broken, and what became of their acts and of the mails owed."""

import http.client
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from demo.embedded import Service

ROOT = Path(__file__).resolve().parent.parent.parent
JETON = "c" * 32


class Celery(Service):
    """A worker or beat, as in production."""

    def __init__(self, nom, folder, *words):
        super().__init__()
        self.name, self.log, self.words = nom, folder / f"{nom}.log", words

    def start(self):
        """Start it and wait until it says that it works."""
        already = self.log.stat().st_size if self.log.exists() else 0
        command = [sys.executable, "-m", "celery", "-A", "label", *self.words, "--loglevel", "INFO"]
        self.spawn(command, log=self.log, cwd=ROOT, env=os.environ.copy())
        sign = " ready." if self.words[0] == "worker" else "beat: Starting"
        self.wait_until(lambda: sign in self.log.read_text(errors="replace")[already:], log=self.log)
        return self


def programs(folder):
    """The worker of mails, the worker of codes, beat: not started."""
    worker = ("worker", "--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle")
    return (
        Celery("worker", folder, *worker, "--queues", "celery", "--hostname", "courriels@%h"),
        Celery("codes", folder, *worker, "--queues", "codes", "--hostname", "codes@%h"),
        Celery("beat", folder, "beat", "--pidfile", "", "--schedule", str(folder / "beat")),
    )


@dataclass
class Page:
    """One answer: `statut` None when the connection broke, `secondes` it took, its text."""

    statut: int | None
    secondes: float
    texte: str = ""


class Personne:
    """Somebody signed in, whose browser is this object."""

    def __init__(self, user, port):
        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.sessions.backends.db import SessionStore

        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        self.port, self.cookie = port, f"sessionid={session.session_key}; csrftoken={JETON}"

    def post(self, path, fields=None, *, body=None, content_type="application/x-www-form-urlencoded"):
        """Send a form; `body` and `content_type` for one that carries a file."""
        body = body or urlencode({"csrfmiddlewaretoken": JETON, **(fields or {})}).encode()
        return self._ask("POST", path, body, {"Content-Type": content_type, "X-CSRFToken": JETON})

    def get(self, path):
        return self._ask("GET", path, None, {})

    def _ask(self, method, path, body, headers):
        start = time.monotonic()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, path, body, {"Cookie": self.cookie, **headers})
            answer = link.getresponse()
            texte = answer.read().decode(errors="replace")
            return Page(answer.status, time.monotonic() - start, texte)
        except (OSError, http.client.HTTPException) as error:
            return Page(None, time.monotonic() - start, str(error))
        finally:
            link.close()


class Visas:
    """`n` dossiers that wait for their visa; giving one owes one mail, to the person responsible for it."""

    def __init__(self, n, port):
        from django.utils import timezone

        from projects.enums import Statut
        from tests.factories.contrats import AffectationFactory
        from tests.factories.depot import complete_dossier
        from tests.factories.label import EditionFactory

        day = timezone.localdate() + timedelta(days=30)
        edition = EditionFactory(
            annee=day.year,
            ouverture=timezone.now() - timedelta(days=30),
            cloture=timezone.now() + timedelta(days=9),
            fin_instruction=day,
            jury_debut=day,
            jury_fin=day,
            publication_prevue=day,
        )
        self.dossiers = [complete_dossier(edition=edition, statut=Statut.CO_ELABORATION) for _ in range(n)]
        self.chefs = {
            dossier.pk: Personne(AffectationFactory(contrat=dossier.contrat).user, port) for dossier in self.dossiers
        }
        self.pages, self.said = [], {}

    @property
    def adresses(self):
        return [dossier.responsable.email for dossier in self.dossiers]

    def click(self, dossiers=None):
        """Give each visa, one after the other."""
        for dossier in self.dossiers if dossiers is None else dossiers:
            page = self.chefs[dossier.pk].post(f"/dossiers/{dossier.cle}/passage/give_visa/")
            self.pages.append(page)
            self.said[dossier.pk] = page.statut

    def click_again(self):
        """Those who were answered an error, or nothing, click again if their act is not there."""
        done = self.done()
        self.click([d for d in self.dossiers if self.said[d.pk] != 302 and d.pk not in done])

    def done(self):
        """The dossiers whose visa is given, in the database."""
        from projects.models import Passage

        return set(Passage.objects.filter(transition="give_visa").values_list("dossier", flat=True)) & {
            dossier.pk for dossier in self.dossiers
        }

    def lost(self):
        """Acts said done that are not there."""
        done = self.done()
        return [d for d in self.dossiers if self.said[d.pk] == 302 and d.pk not in done]

    def received(self, serveur):
        """How many mails each address received."""
        return Counter(address for address, _ in serveur.recus if address in set(self.adresses))


def wait_until(condition, seconds=120):
    """Whether `condition()` became true in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def say(words):
    print(f"{time.strftime('%H:%M:%S')}    {words}", file=sys.stderr, flush=True)
