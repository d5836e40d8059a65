"""What is measured, how, and the one table it makes.

Latencies come from one connection that asks the pages in turn, so that whatever else the machine does weighs on all
alike: the multiple of the empty page is the figure to keep. Requests per second come from four connections at once.
"""

import http.client
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median
from threading import Lock, Thread
from urllib.parse import urlencode

CONNEXIONS = 4


@dataclass(frozen=True)
class Requete:
    """One request: the session of a person, a path, and the fields of a POST (None: a GET), sent as JSON if `json`."""

    session: str
    path: str
    champs: dict | None = None
    json: bool = False
    entetes: dict = field(default_factory=dict)

    @property
    def type_mime(self) -> str:
        return "application/json" if self.json else "application/x-www-form-urlencoded"


@dataclass
class Cas:
    """One line of the table.

    `requetes`: function() -> iterator of Requete, endless, or as long as there is something to send.
    `attendu`: the HTTP status. `facteur_max`, `secondes_max`: the goals, when there are some.
    `part`: asked once every so many turns.
    """

    nom: str
    requetes: Callable[[], Iterator[Requete]]
    attendu: int = 200
    facteur_max: float | None = None
    secondes_max: float | None = None
    part: int = 1
    sql: int = 0
    durees: list = field(default_factory=list)
    debit: float = 0.0
    octets: int = 0

    def __post_init__(self):
        self.suite = self.requetes()

    @property
    def p50(self) -> float:
        """Seconds."""
        return median(self.durees)

    @property
    def p95(self) -> float:
        """Seconds."""
        ordered = sorted(self.durees)
        return ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]

    def objectif(self, vide: "Cas") -> str:
        """What was wanted of this line, and whether it holds; '' without a goal."""
        words = []
        for limit, value, shown in (
            (self.facteur_max, self.p50 / vide.p50, f"≤ {self.facteur_max} ×"),
            (self.secondes_max, self.p50, f"≤ {self.secondes_max} s"),
        ):
            if limit is not None:
                words.append(f"{shown} : {'tenu' if value <= limit else 'MANQUÉ'}".replace(".", ","))
        return ", ".join(words)


class Visiteur:
    """One keep-alive connection on the loopback."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.reponse, self.contenu = None, b""

    def demande(self, requete: Requete, attendu: int | None) -> tuple[float, int]:
        """Send it, read the whole answer; return (seconds, bytes). Raises AssertionError on another status.

        `attendu`: None for 200 or 304. The answer stays in `reponse` (its head) and `contenu` (its bytes).
        """
        headers = {"Cookie": f"sessionid={requete.session}; csrftoken={JETON}", "Accept": "text/html"}
        headers |= requete.entetes
        body = None
        if requete.champs is not None:
            body = json.dumps(requete.champs) if requete.json else urlencode(requete.champs, doseq=True)
            headers |= {"Content-Type": requete.type_mime, "X-CSRFToken": JETON}
        start = time.perf_counter()
        self.connection.request("GET" if body is None else "POST", requete.path, body, headers)
        response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - start
        self.reponse, self.contenu = response, content
        if response.status not in ({200, 304} if attendu is None else {attendu}):
            raise AssertionError(f"{requete.path} : {response.status} au lieu de {attendu}\n{content[:2000].decode()}")
        return seconds, len(content)

    def close(self) -> None:
        self.connection.close()


JETON = "b" * 32


def compte_sql(cas: Cas) -> None:
    """Count the SQL statements of one request, in this process, once caches are warm."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        requete = next(cas.suite)
        client = Client(raise_request_exception=True)
        client.cookies["sessionid"] = requete.session
        with CaptureQueriesContext(connection) as captured:
            if requete.champs is None:
                response = client.get(requete.path, headers=requete.entetes)
            elif requete.json:
                response = client.post(requete.path, requete.champs, content_type=requete.type_mime)
            else:
                response = client.post(requete.path, requete.champs)
            if response.streaming:
                b"".join(response.streaming_content)
        if response.status_code != cas.attendu:
            raise AssertionError(f"{requete.path} : {response.status_code} au lieu de {cas.attendu}")
    cas.sql = len(captured)


def latences(liste: list[Cas], port: int, *, until: float, tours: int) -> None:
    """Ask each case in turn on one connection, `tours` times at most, until the monotonic time `until`."""
    visiteur = Visiteur(port)
    for tour in range(tours):
        for cas in liste:
            if tour % cas.part:
                continue
            seconds, cas.octets = visiteur.demande(next(cas.suite), cas.attendu)
            cas.durees.append(seconds)
        if time.monotonic() > until:
            break
    visiteur.close()


def debit(cas: Cas, port: int, seconds: float) -> None:
    """Requests per second of four connections at once, for that long."""
    ended, errors, turn = [], [], Lock()
    start = time.monotonic()

    def ask():
        visiteur = Visiteur(port)
        try:
            while time.monotonic() - start < seconds:
                with turn:
                    requete = next(cas.suite, None)
                if requete is None:
                    break
                visiteur.demande(requete, cas.attendu)
                ended.append(time.monotonic())
        except Exception as error:
            errors.append(error)
        finally:
            visiteur.close()

    threads = [Thread(target=ask) for _ in range(CONNEXIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    cas.debit = len(ended) / (max(ended) - start)


def tableau(liste: list[Cas]) -> str:
    """The table, in Markdown. The first case is the empty page."""
    vide = liste[0]
    lines = [
        "| Page | Requêtes/s | p50 (ms) | p95 (ms) | SQL | × page vide | Objectif |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for cas in liste:
        figures = [f"{cas.debit:.1f}", f"{cas.p50 * 1000:.1f}", f"{cas.p95 * 1000:.1f}"]
        figures += [str(cas.sql), f"{cas.p50 / vide.p50:.1f}"]
        shown = " | ".join(figure.replace(".", ",") for figure in figures)
        lines.append(f"| {cas.nom} | {shown} | {cas.objectif(vide)} |")
    return "\n".join(lines)
