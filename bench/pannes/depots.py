"""300 deposits from 50 people in the last three seconds, behind the shipped front, on a saturated machine.

The truth is what the front wrote in its log: when each request reached it. The application may take minutes to answer;
it must have accepted every request stamped before the deadline and none stamped after, lost none, and told nobody who
deposited that it had not. PostgreSQL's own log says how long the row of the counter was held.
"""

import os
import re
import socket
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from urllib.parse import urlencode

import psycopg

from bench.lieu import prepare
from bench.pannes.table import Ligne
from demo.embedded import free_port
from tests.front import Front

PERSONNES, CHACUNE = 50, 6
A_TEMPS = PERSONNES * CHACUNE
# Others click just after the deadline.
EN_RETARD = 60
# Seconds before and after the deadline over which the clicks are spread.
AVANT, APRES = 3.0, 3.0
# What one deposit may cost the others, at the 95th percentile: beyond, it is this machine that gives a process its turn
# late, or its disk that does.
TENU_MAX = 0.020
JETON = "c" * 32


def run(stack):
    """The lines of the table. `stack` undoes what was started."""
    web = prepare(stack)
    folder = web.log.parent
    front = Front(folder / "frontal", free_port(), web.port)
    os.environ |= {"ARRIVAL_HEADER": "X-Arrival", "TRUSTED_PROXIES": "1"}
    import django

    django.setup()
    from django.db import connection

    stack.callback(connection.close_pool)
    with psycopg.connect(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://"), autocommit=True) as admin:
        admin.execute("ALTER DATABASE bench SET log_min_duration_statement = 0")
    fin = _next_deadline()
    clics = _prepare(fin)
    web.start()
    front.start()
    stack.callback(front.stop)
    _say(f"{len(clics)} clics préparés, date limite dans {fin - time.time():.0f} s")
    _warm(front.port, clics)
    closing = _Closing()
    threads = [threading.Thread(target=clic.send, args=(front.port, fin)) for clic in clics]
    for thread in threads:
        thread.start()
    closing.start()
    for thread in threads:
        thread.join()
    closing.stop()
    _say(f"Toutes les réponses reçues {time.time() - fin:.0f} s après la date limite")
    front.stop()
    web.stop()
    arrivals = _arrivals(front)
    return _verify(clics, arrivals, fin, folder / "postgres" / "postgres.log", closing)


def _next_deadline():
    """A whole minute far enough to prepare everything (seconds since 1970): the minute shown ends there."""
    return (time.time() // 60 + 3) * 60


class Clic:
    """One deposit of these `champs`, sent `retard` seconds after the deadline (before it when negative)."""

    def __init__(self, dossier, session, retard, champs):
        self.dossier, self.retard = dossier, retard
        self.path = f"/dossiers/{dossier.cle}/deposer/"
        body = urlencode(champs | {"csrfmiddlewaretoken": JETON})
        self.requete = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Cookie: sessionid={session}; csrftoken={JETON}\r\nX-Arrival: {time.time():.3f}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()
        self.statut, self.attente, self.texte = None, None, ""

    def send(self, port, fin):
        """Wait for its instant, click, and read the answer; without one `statut` stays None."""
        time.sleep(max(0, fin + self.retard - time.time()))
        start = time.monotonic()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=600) as link:
                link.sendall(self.requete)
                answer = b"".join(iter(lambda: link.recv(65536), b""))
        except OSError as error:
            self.texte = str(error)
            return
        self.attente = time.monotonic() - start
        head, _, body = answer.partition(b"\r\n\r\n")
        self.statut = int(head.split()[1]) if head else None
        self.texte = " ".join(body.decode(errors="replace").split())


def _prepare(fin):
    """The clicks, in the order of their instants: whole dossiers, each person responsible for six of one structure."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction
    from django.utils import timezone

    from tests.factories.contrats import AffectationFactory, CommuneFactory, ContratFactory, QuartierFactory
    from tests.factories.depot import complete_dossier, engaged
    from tests.factories.label import EditionFactory

    day = timezone.localdate() + timedelta(days=30)
    edition = EditionFactory(
        annee=day.year,
        ouverture=timezone.now() - timedelta(days=30),
        cloture=datetime.fromtimestamp(fin - 60, UTC),
        fin_instruction=day,
        jury_debut=day,
        jury_fin=day,
        publication_prevue=day,
    )
    contrat = ContratFactory()
    quartier = QuartierFactory(contrats=[contrat], communes=[CommuneFactory(nom="Ivry-sur-Seine")])
    AffectationFactory(contrat=contrat)

    def session_of(user):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return session.session_key

    def dossiers(people, each):
        for _ in range(people):
            first = complete_dossier(edition=edition, contrat=contrat, quartiers=[quartier])
            key = session_of(first.responsable)
            yield first, key
            for _ in range(each - 1):
                more = complete_dossier(
                    edition=edition, contrat=contrat, quartiers=[quartier], structure=first.structure
                )
                yield more, key

    with transaction.atomic():
        early, late = list(dossiers(PERSONNES, CHACUNE)), list(dossiers(EN_RETARD // CHACUNE, CHACUNE))
    clics = [Clic(d, key, -AVANT + AVANT * rank / A_TEMPS, engaged(d)) for rank, (d, key) in enumerate(_mixed(early))]
    # The very last ones leave at the deadline itself: the front says on which side they fell.
    clics += [Clic(d, key, APRES * rank / EN_RETARD, engaged(d)) for rank, (d, key) in enumerate(_mixed(late))]
    return clics


def _mixed(pairs):
    """Each person's dossiers spread over the whole time, as several tabs opened by hand."""
    return [pair for rank in range(CHACUNE) for pair in pairs[rank::CHACUNE]]


def _warm(port, clics):
    """Both processes load what they keep: the pages of the first dossiers, not their deposit."""
    for clic in clics[:12]:
        get = clic.requete.replace(b"POST", b"GET", 1).partition(b"Content-Type")[0] + b"\r\n"
        with socket.create_connection(("127.0.0.1", port), timeout=60) as link:
            link.sendall(get)
            answer = b"".join(iter(lambda: link.recv(65536), b""))
        if b" 200 " not in answer[:20]:
            raise AssertionError(answer[:500])


class _Closing:
    """The closing of the drafts, asked for without rest while the deposits wait."""

    def __init__(self):
        self.ended = threading.Event()
        self.closed = 0
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        from django.db import connection

        from projects.depot.rappels import close_drafts

        while not self.ended.wait(0.5):
            self.closed += close_drafts()
        connection.close()

    def start(self):
        self.thread.start()

    def stop(self):
        self.ended.set()
        self.thread.join()


def _arrivals(front):
    """When each deposit reached the front, by its path: {path: seconds since 1970}."""
    line = re.compile(r"arrivee=([\d.]+) POST (\S+) ")
    found = (line.search(text) for text in front.arrivals.read_text().splitlines())
    return {match[2]: float(match[1]) for match in found if match}


def _held(log):
    """How long the row of the counter was held by each deposit, in seconds: from the message that takes it and commits,
    or from the end of the one before when it waited for it, to its own end (milliseconds of the log)."""
    line = re.compile(
        r"^(\S+ \S+) \S+ \[\d+\] LOG:  duration: ([\d.]+) ms  statement:(?:[^\n]*\n)?\s+WITH compteur AS", re.M
    )
    held, before = [], 0.0
    for match in line.finditer(log.read_text(errors="replace")):
        ended = datetime.strptime(match[1], "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC).timestamp()
        held.append(ended - max(ended - float(match[2]) / 1000, before))
        before = ended
    return held


def _verify(clics, arrivals, fin, log, closing):
    from label.models import Courriel
    from projects.depot.rappels import close_drafts
    from projects.models import Depot

    depots = {depot.dossier_id: depot for depot in Depot.objects.select_related("dossier")}
    early = [clic for clic in clics if arrivals.get(clic.path, fin) < fin]
    late = [clic for clic in clics if clic not in early]
    accepted = [c for c in early if c.statut == 302 and c.dossier.pk in depots]
    dated = [c for c in accepted if abs(depots[c.dossier.pk].at.timestamp() - arrivals[c.path]) < 0.002]
    undue = [c for c in late if c.statut != 409 or c.dossier.pk in depots or "Reçu le" not in c.texte]
    lost = [c for c in clics if c.statut not in (302, 409) or (c.statut == 302) != (c.dossier.pk in depots)]
    for clic in [*(c for c in early if c not in accepted), *undue, *lost][:5]:
        _say(f"{clic.path} {arrivals.get(clic.path)} {clic.statut} {clic.texte[:300]}")
    while_waiting = closing.closed
    # Once the five minutes are over, those who did not deposit are told so, and only they.
    close_drafts(datetime.fromtimestamp(fin, UTC) + timedelta(minutes=6))
    told = set(Courriel.objects.filter(cle_notification="caduc").values_list("object_id", flat=True))
    numeros = sorted(int(depot.dossier.numero.rpartition("-")[2]) for depot in depots.values())
    held = _held(log)
    panne = f"{len(early)} dépôts de {PERSONNES} personnes en {AVANT:.0f} s, machine saturée"
    waits = sorted(c.attente for c in clics if c.attente)
    shown = f"attente p50 {median(waits):.0f} s, max {waits[-1]:.0f} s" if waits else "aucune réponse"
    p95 = sorted(held)[int(len(held) * 0.95)]
    p50_ms, p95_ms, max_ms = (f"{value * 1000:.0f} ms" for value in (median(held), p95, max(held)))
    beyond = sum(value > TENU_MAX for value in held)
    return [
        Ligne(
            panne,
            "chaque clic reçu à temps accepté, daté de son arrivée",
            f"{len(accepted)} sur {len(early)} acceptés, {len(dated)} datés ; {shown}",
            len(early) >= A_TEMPS - 5 and len(dated) == len(accepted) == len(early),
        ),
        Ligne(
            "clics reçus après",
            "aucun accepté ; le refus dit quand il est reçu",
            f"{len(late) - len(undue)} refusés sur {len(late)}, l’heure dite",
            bool(late) and not undue,
        ),
        Ligne(
            "les mêmes",
            "0 perdu ; numéros sans trou ni double",
            f"{len(lost)} perdu, numéros 1 à {len(numeros)}",
            not lost and numeros == list(range(1, len(numeros) + 1)),
        ),
        Ligne(
            "clôture demandée sans relâche pendant l’attente",
            "aucun brouillon clos ; ensuite, « non déposé à temps » aux seuls autres",
            f"{while_waiting} clos pendant l’attente ; ensuite {len(told)} messages, "
            f"{len(told & set(depots))} à qui a déposé",
            while_waiting == 0 and told == {c.dossier.pk for c in clics} - set(depots),
        ),
        Ligne(
            "compteur des numéros",
            "tenu 20 ms au plus, au p95",
            f"{len(held)} fois : p50 {p50_ms}, p95 {p95_ms}, max {max_ms} ; {beyond} au-delà de 20 ms",
            len(held) >= len(depots) and p95 <= TENU_MAX,
        ),
    ]


def _say(words):
    print(f"{time.strftime('%H:%M:%S')}    {words}", file=sys.stderr, flush=True)
