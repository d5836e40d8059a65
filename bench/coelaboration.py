"""Co-élaboration under load: fields that save by themselves, pages that ask who is there.

A crowd keeps its pace whatever the server does: each person sends when their time comes, and what a late answer
costs counts from that time.
"""

import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, cycle
from pathlib import Path
from threading import Barrier, Thread

from django.urls import reverse

from bench.mesures import Cas, Requete, Visiteur

SECONDES = 12
# Fields no other case writes.
CHAMPS = ("publics", "etapes")
ECRITURE, VEILLE, ANNONCE = 1.0, 2.5, 10.0
CHAMP, VIE = "Un champ enregistré", "Qui est là, rien de neuf"


def _champ(dossier, nom, ecran, sequence, vu, base, valeur, session):
    path = reverse("projects:champ_save", args=[dossier.cle, nom])
    corps = {"ecran": ecran, "sequence": sequence, "vu": vu, "base": base, "valeur": valeur}
    return Requete(session, path, corps, json=True)


def un_champ(dossiers, of):
    """The case of one field saved, one dossier after the other."""

    def requetes():
        turns = Counter()
        # The same one again at first: what is counted is a field written before, as nearly all are.
        for dossier in chain(dossiers[:1] * 2, cycle(dossiers)):
            turns[dossier.pk] += 1
            turn, texte = turns[dossier.pk], dossier.moyens_humains
            base = f"{texte} Tour {turn - 1}." if turn > 1 else texte
            yield _champ(dossier, "moyens_humains", "banc", turn, turn, base, f"{texte} Tour {turn}.", of(dossier))

    return Cas(CHAMP, requetes)


def une_veille(dossiers, of):
    """The case of a page that asks and learns that nothing moved: nobody writes these dossiers meanwhile."""

    def requetes():
        from django.test import Client

        asked = []
        for dossier in dossiers[-20:]:
            client = Client()
            client.cookies["sessionid"] = of(dossier)
            path = reverse("projects:vie", args=[dossier.cle]) + "?depuis=0&ecran=banc"
            asked.append(Requete(of(dossier), path, entetes={"If-None-Match": client.get(path).headers["ETag"]}))
        yield from cycle(asked)

    return Cas(VIE, requetes, 304)


@dataclass
class Foule(Cas):
    """One line of the table: many people at once. `personnes`: functions(visiteur, tour) -> seconds waited or None.

    `periode`: seconds between two requests of one person. `comme`: the case whose SQL it repeats. `processeur`: what
    gunicorn took meanwhile, in hundredths of one core.
    """

    personnes: list = field(default_factory=list)
    periode: float = 1.0
    comme: str = ""
    processeur: float = 0.0

    def measure(self, web, liste):
        """Let them all in for SECONDES, each at their own moment of the period."""
        self.sql = next(one.sql for one in liste if one.nom == self.comme)
        ended, errors, gate = [], [], Barrier(len(self.personnes) + 1)

        def live(rang, personne):
            visiteur = Visiteur(web.port)
            gate.wait()
            start = time.perf_counter() + self.periode * rang / len(self.personnes)
            try:
                for tour in range(int(SECONDES / self.periode)):
                    due = start + tour * self.periode
                    if time.perf_counter() > start + 2 * SECONDES:
                        break
                    time.sleep(max(0.0, due - time.perf_counter()))
                    personne(visiteur, tour)
                    ended.append(time.perf_counter() - due)
            except Exception as error:
                errors.append(error)
            finally:
                visiteur.close()

        threads = [Thread(target=live, args=one) for one in enumerate(self.personnes)]
        for thread in threads:
            thread.start()
        gate.wait()
        start, before = time.perf_counter(), _processor_seconds(web.process.pid)
        for thread in threads:
            thread.join()
        elapsed = time.perf_counter() - start
        if errors:
            raise errors[0]
        self.durees, self.debit = ended, len(ended) / elapsed
        self.processeur = 100 * (_processor_seconds(web.process.pid) - before) / elapsed

    def objectif(self, vide):
        return f"gunicorn : {self.processeur:.0f} % d’un processeur"


def _processor_seconds(pid):
    """Seconds of processor this process and its descendants have used."""
    parents, used = {}, Counter()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
        used[int(path.parent.name)] = int(fields[11]) + int(fields[12])
    family, grown = {pid}, True
    while grown:
        more = {child for child, parent in parents.items() if parent in family} - family
        family, grown = family | more, bool(more)
    return sum(used[one] for one in family) / os.sysconf("SC_CLK_TCK")


class _Redacteur:
    """Somebody who adds a word to one field each second, from what the last answer held."""

    def __init__(self, dossier, nom, session, rang):
        self.dossier, self.nom, self.session, self.rang = dossier, nom, session, rang
        self.texte, self.vu = getattr(dossier, nom), 0

    def __call__(self, visiteur, tour):
        valeur = f"{self.texte} mot{self.rang}x{tour}"
        requete = _champ(
            self.dossier, self.nom, f"foule{self.rang}", tour + 1, self.vu, self.texte, valeur, self.session
        )
        visiteur.demande(requete, 200)
        answer = json.loads(visiteur.contenu)
        if f"mot{self.rang}x{tour}" not in answer["valeur"].split():
            raise AssertionError(f"{self.dossier.cle} lost a word of {self.nom}")
        self.texte, self.vu = answer["valeur"], answer["version"]


class _Page:
    """An open page: it asks who is there, and says every ten seconds that it is."""

    def __init__(self, dossier, session, rang):
        self.session, self.rang, self.marque = session, rang, ""
        self.path = reverse("projects:vie", args=[dossier.cle])

    def __call__(self, visiteur, tour):
        if tour % round(ANNONCE / VEILLE) == 0:
            corps = {"ecran": f"page{self.rang}", "section": "projet", "champ": ""}
            visiteur.demande(Requete(self.session, self.path, corps, json=True), 204)
        entetes = {"If-None-Match": self.marque} if self.marque else {}
        path = f"{self.path}?depuis={10**9}&ecran=page{self.rang}"
        visiteur.demande(Requete(self.session, path, entetes=entetes), None)
        self.marque = visiteur.reponse.headers["ETag"]


def foules(dossiers, of, of_chef):
    """Fifty people writing by two in the same dossiers, each in a field of their own; two hundred pages open by two."""
    redacteurs, pages = [], []
    for rang in range(50):
        dossier = dossiers[rang // 2]
        session = of_chef(dossier) if rang % 2 else of(dossier)
        redacteurs.append(_Redacteur(dossier, CHAMPS[rang % 2], session, rang))
    for rang in range(200):
        dossier = dossiers[rang // 2]
        pages.append(_Page(dossier, of_chef(dossier) if rang % 2 else of(dossier), rang))
    return [
        Foule("50 personnes, un champ par seconde chacune", list, personnes=redacteurs, periode=ECRITURE, comme=CHAMP),
        Foule("200 pages ouvertes, une question toutes les 2,5 s", list, personnes=pages, periode=VEILLE, comme=VIE),
    ]
