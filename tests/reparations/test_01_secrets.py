"""Secret statuts leave by no door: for each reader the whole site is the same before and after each secret move."""

import re
from datetime import datetime
from itertools import product
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse, reverse_lazy

from juries.models import Proposition
from label.models import Courriel
from projects.enums import Droit, Section, Statut
from projects.lifecycle import LIFECYCLE
from tests.factories.label import PARIS
from tests.pages import kept_by
from tests.walk import Target, addresses, people, people_at_hand, statuses_of_refusals, targets
from tests.world import World

pytestmark = pytest.mark.django_db

# The world is made, then something is decided in secret, then people look: always at these instants.
FAIT, DECIDE, LU = (datetime(2027, 9, 15, heure, 17, tzinfo=PARIS) for heure in (9, 11, 16))

# Who knows no more than what is told outside the EPT. A member of the jury reads what he deliberates on among the
# jury's pages and on his own board, by the rules of the jury: the rest of the site tells him nothing either. The one
# who is recused from a dossier reads nothing of it, there neither.
LECTEURS = (
    *("responsable", "membre", "chef", "chef_lié", "inv_lit", "inv_écrit"),
    *("porteur_2", "chef_2", "inconnu", "anonyme", "juré", "récusé"),
)
PARTIES = (Section.CALENDRIER, Section.BUDGET, Section.PIECES)
# The boards of a member of the jury, which tell what he hears.
DU_JURE = (reverse_lazy("label:tableau"), reverse_lazy("projects:a_faire_list"))
MOUVEMENTS = ("accept_idee", "decline_idee", "give_visa", "reopen", "abandon", "withdraw", "admit")


class Scene:
    """The world with dossiers that wait for a decision; `dossiers`: {name: Dossier}."""

    def __init__(self):
        with time_machine.travel(FAIT, tick=False):
            self.world = world = World()
            for dossier, droit in ((world.instruit, Droit.ECRITURE), (world.admis, Droit.COMMENTAIRE)):
                world._share(dossier, "inv_écrit", droit)
            world._share(world.admis, "inv_lit", Droit.LECTURE)
            LIFECYCLE.apply(world.admis, "hear", by=world.personnes["pilote"], at=FAIT)
            self.reste = world._judged(Statut.AUDITIONNE, **world._mine(edition=world.jugee))
        self.dossiers = {
            "instruit": world.instruit,
            "instruit 2": world.instruit_2,
            "admis": world.admis,
            "reste": self.reste,
            "auditionné": world.auditionne,
        }
        self.own = [world.instruit, world.admis]
        with time_machine.travel(LU, tick=False):
            self.people = people(world)

    def move(self, moves, by="pilote"):
        """Make these moves, {name of the dossier: name of the move}, when nobody looks."""
        for place, name in moves.items():
            dossier = self.dossiers[place]
            dossier.refresh_from_db()
            motif = "Parce qu’il le faut." if LIFECYCLE[name].motif_requis else ""
            LIFECYCLE.apply(dossier, name, by=self.world.personnes[by], at=DECIDE, motif=motif)
            if name in SENS:
                self.say(dossier, SENS[name])

    def say(self, dossier, sens):
        """What the jury writes of it, in all its words."""
        texts = {"points_forts": "Très fort.", "motif_interne": "Entre nous.", "motif": "Pour la structure."}
        place = {"montant": 5_000 * (sens != "refus"), "rang": 7 if sens == "reserve" else None}
        Proposition.objects.update_or_create(
            dossier=dossier,
            defaults={"deliberation": self.world.deliberation, "sens": sens} | place | texts,
        )

    def pages(self):
        """Every address read with GET, each list with all that it may be asked."""
        found = [target.url for target in targets(self.world) if "GET" in target.address.methods]
        for dossier in self.own:
            found += [target.url for target in self.of(dossier, "GET")]
        return list(dict.fromkeys([*found, *self.lists()]))

    def of(self, dossier, method):
        """The addresses of one dossier that take this method, with every section and every move."""
        more = {"section": PARTIES, "name": MOUVEMENTS, "nom": ["etapes"]}
        for address in addresses():
            mark = getattr(address.view, "access", {"load": None})
            if mark["load"] is not type(dossier) or method not in address.methods:
                continue
            rest = sorted(address.params - {"cle"})
            if "cle" in address.params and set(rest) <= set(more):
                for values in product(*(more[name] for name in rest)):
                    yield Target(address, "", {"cle": dossier.cle} | dict(zip(rest, values, strict=True)))

    def lists(self):
        """The lists, sorted and filtered in every way they offer, and what they export."""
        world = self.world
        annees = [world.ouverte.annee, world.jugee.annee]
        asked = {
            "projects:dossier_list": [
                *({"statut": statut} for statut in Statut.values),
                *(
                    {"etape": etape}
                    for etape in ("idee", "ecriture", "instruction", "jury", "attente", "laureat", "termine")
                ),
                *({"edition": annee} for annee in annees),
                *({"edition": annee, "format": "csv"} for annee in annees),
                {"etape": "termine", "format": "csv"},
                *({"structure": s.cle} for s in (world.structure, world.structure_2)),
                *({"quartier": q.identifiant} for q in (world.quartier, world.quartier_2)),
                {"a_risque": "oui"},
                {"q": "jardin"},
                {"page": 2},
                *({"format": kind} for kind in ("csv", "xlsx", "ods")),
            ],
            "projects:portefeuille_list": [
                *({"annee": annee} for annee in annees),
                *(
                    {"annee": world.jugee.annee, "etape": e}
                    for e in ("deposes", "jury", "attente", "laureats", "termines")
                ),
                *(
                    {"annee": annee, "tri": f"{sens}{tri}"}
                    for annee in annees
                    for sens in ("", "-")
                    for tri in ("projet", "etape", "manques", "nouveau", "mouvement", "echeance")
                ),
                *({"annee": annee, "montre": montre} for annee in annees for montre in ("risque", "nouveau")),
                *({"annee": annee, "format": kind} for annee in annees for kind in ("csv", "xlsx", "ods")),
            ],
            "laureats:laureat_list": [{"annee": annee} for annee in annees],
        }
        found = [f"{reverse(name)}?{urlencode(query)}" for name, queries in asked.items() for query in queries]
        for annee, key, kind in product(annees, ("dossiers", "instruction", "contacts"), ("csv", "xlsx", "ods")):
            found.append(reverse("label:export_download", kwargs={"annee": annee, "key": key}) + f"?format={kind}")
        return found

    def seen(self, name):
        """{what was asked: all that was answered} to this person, now."""
        person, found = self.people[name], {}
        with time_machine.travel(LU, tick=False):
            for url in self.pages():
                if name != "juré" or not url.startswith(("/jury", *map(str, DU_JURE))):
                    found[f"GET {url}"] = answer(person._read(person.get(url)))
            for dossier in self.own:
                for target in self.of(dossier, "POST"):
                    found[f"POST {target.url}"] = self.sent(person, target, dossier)
        return found

    def sent(self, person, target, dossier):
        """What comes of a form sent as its page would: the answer, what is then read, the messages owed."""
        body = {"motif": "Nous renonçons.", "reponse": "Voici.", "c-texte": "Une remarque.", "regle": "oui"}
        if target.address.name in GARDENT:
            page = person._read(person.get(target.url))
            body["expected"] = kept_by(page) if page.status_code == 200 else ""
        with transaction.atomic():
            before = list(Courriel.objects.values_list("pk", flat=True))
            said = [answer(person._read(person.post(target.url, body)))]
            if target.address.name in GARDENT and said[0][0] == 302:
                detail = reverse("projects:dossier_detail", args=[dossier.cle])
                for url in (detail, reverse("projects:dossier_list"), reverse("label:tableau")):
                    said.append(answer(person._read(person.get(url))))
            owed = Courriel.objects.exclude(pk__in=before).order_by("cle_notification", "destinataire", "pk")
            said += [
                [str(part) for part in row] for row in owed.values_list("cle_notification", "destinataire", "texte")
            ]
            transaction.set_rollback(True)
        if target.address.name == "projects:dossier_copy":
            # The key of the copy, made and unmade.
            said[1:] = [[re.sub(r"/dossiers/\w+/", "", part) for part in row] for row in said[1:]]
        return said


# The pages that keep something of the dossier, to say that nothing moved meanwhile.
GARDENT = ("projects:dossier_transition", "projects:depot_create")

# What is drawn anew at each answer: the keys against forgery, that of a message sent once, the number or the key of a
# row that is then undone.
DEFAIT = re.compile(r"(?<=#commentaire-)\d+|(?<=^/dossiers/)\w+(?=/reprise/$)")
ALEA = [
    (re.compile(rb'name="csrfmiddlewaretoken" value="\w{64}"'), b"csrf"),
    (re.compile(rb'"X-CSRFToken": ?"\w{64}"'), b"csrf"),
    (re.compile(rb'nonce="[^"]+"'), b"nonce"),
    (re.compile(rb'name="envoi" value="[0-9a-f-]{36}"'), b"envoi"),
]


def answer(response):
    """Status, headers and body of a response, but for what is drawn anew at each."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    for drawn, name in ALEA:
        body = drawn.sub(name, body)
    headers = {name: DEFAIT.sub("", re.sub(r"'nonce-[^']+'", "nonce", value)) for name, value in response.items()}
    cookies = {name: morsel.value for name, morsel in response.cookies.items() if name != "csrftoken"}
    return response.status_code, headers, cookies, body


@pytest.fixture
def scene(settings, monkeypatch, caplog):
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    return Scene()


def differences(before, after):
    """What is not answered the same."""
    assert list(before) == list(after)
    return [asked for asked in before if before[asked] != after[asked]]


def is_read(answered):
    """A GET was answered by a page."""
    return isinstance(answered, tuple) and answered[0] == 200


# Every secret move there is, by the dossier it is made on: some, then others that follow them.
DECISIONS = {"instruit": "refuse_admission", "instruit 2": "refuse_admission"}
DECISIONS |= {"admis": "propose", "reste": "reserve", "auditionné": "set_aside"}
SUITES = {"instruit": "undo_admission", "admis": "award", "reste": "refuse", "auditionné": "undo_deliberation"}
SENS = {"propose": "laureat", "reserve": "reserve", "set_aside": "refus"}
# From one of these the recused member is not recused.
ENTENDUS = ("auditionné",)
PAGES = {"responsable": 120, "membre": 120, "chef": 120, "inv_lit": 60}


# How a secret statut reads outside the EPT.
CONNUS = {Statut.NON_ADMIS: Statut.EN_INSTRUCTION}
CONNUS |= dict.fromkeys([Statut.PROPOSE, Statut.RESERVE, Statut.NON_RETENU, Statut.LAUREAT], Statut.AUDITIONNE)


def test_01_every_secret_move_is_tried():
    secret = {
        t.name
        for t in LIFECYCLE.transitions.values()
        for source in t.sources
        if source != t.target and CONNUS.get(source, source) == CONNUS.get(t.target, t.target)
    }
    assert secret == {*DECISIONS.values(), *SUITES.values()}


@pytest.mark.parametrize("lecteur", LECTEURS)
def test_01_nothing_is_seen_of_a_secret_move(scene, lecteur):
    before = scene.seen(lecteur)
    assert sum(map(is_read, before.values())) >= PAGES.get(lecteur, 15)
    for moves in (DECISIONS, SUITES):
        scene.move({place: move for place, move in moves.items() if lecteur != "récusé" or place not in ENTENDUS})
        assert differences(before, scene.seen(lecteur)) == [], moves


# Two ways a dossier may have gone that read the same, before it is published: what its people do is not told apart.
PILOTE, PORTEUR = "pilote", "responsable"
JUMEAUX = {
    "entendu, absent": (
        [("admit", PILOTE), ("hear", PILOTE)],
        [("admit", PILOTE), ("record_absence", PILOTE)],
    ),
    "retiré, écarté puis retiré": (
        [("withdraw", PORTEUR)],
        [("refuse_admission", PILOTE), ("withdraw", PORTEUR)],
    ),
}
JETON = re.compile(rb'(name="expected" value=")[0-9a-f]{64}"')


@pytest.mark.parametrize("lecteur", ["responsable", "chef", "inv_lit"])
@pytest.mark.parametrize("jumeaux", JUMEAUX.values(), ids=JUMEAUX)
def test_01_two_ways_that_read_the_same_are_not_told_apart(scene, jumeaux, lecteur):
    found = []
    for way in jumeaux:
        with transaction.atomic():
            for name, by in way:
                scene.move({"instruit": name}, by)
            found.append({asked: without_token(answered) for asked, answered in scene.seen(lecteur).items()})
            transaction.set_rollback(True)
    assert differences(*found) == []


def without_token(answered):
    """The token names the line of the journal, which is another line each time."""
    if isinstance(answered, list):
        return [without_token(part) if isinstance(part, tuple) else part for part in answered]
    return (*answered[:-1], JETON.sub(rb"\1", answered[-1]))
