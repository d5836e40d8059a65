"""No door leads nowhere: every person of the world follows every link and every form of every page they reach.

A link or a form shown to somebody is theirs: what it opens is neither refused (403) nor absent (404) nor a method that
the address does not take (405).
"""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from tests.walk import more_pages, people, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

# Pages of others, and what ends the session.
NOT_OURS = ("/administration/", "/compte/", "/static/", "/demonstration/entrer/")
REFUSED = {403: "interdit", 404: "absent", 405: "méthode", 500: "panne"}


class Doors(HTMLParser):
    """What a page offers to open: {(method, path, fields)}, from its address."""

    def __init__(self, url, page):
        super().__init__()
        self.url, self.found, self.form = url, [], None
        self.feed(page)

    def _add(self, method, address, fields=()):
        address = urldefrag(urljoin(self.url, address or ""))[0]
        parts = urlsplit(address)
        # A dialog closes itself: its form goes nowhere.
        is_ours = not parts.scheme and not parts.netloc and not parts.path.startswith(NOT_OURS)
        if is_ours and method in ("GET", "POST"):
            self.found.append((method, address, fields))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a" and "href" in attrs:
            self._add("GET", attrs["href"])
        elif tag == "form":
            self.form = [attrs.get("method", "get").upper(), attrs.get("action"), {}]
        elif tag == "input" and attrs.get("type") == "hidden" and self.form is not None and attrs.get("name"):
            self.form[2][attrs["name"]] = attrs.get("value") or ""
        elif tag in ("button", "input") and attrs.get("formaction"):
            self._add("POST", attrs["formaction"])
        for name in ("hx-get", "hx-post"):
            if name in attrs:
                self._add(name[3:].upper(), attrs[name])

    def handle_endtag(self, tag):
        if tag == "form" and self.form is not None:
            method, action, hidden = self.form
            hidden.pop("csrfmiddlewaretoken", None)
            self._add(method, action, tuple(sorted(hidden.items())) if method == "POST" else ())
            self.form = None


def test_the_walk_sees_every_door():
    page = (
        '<a href="?page=2#bas">Suite</a><a href="mailto:a@monde.example">Écrire</a><a href="#haut">Haut</a>'
        '<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="x">'
        '<input type="hidden" name="vu" value="3"><button formaction="autre/">Non</button></form>'
        '<form action="/dossiers/"></form><div hx-get="/fragment/"></div><a href="https://ailleurs.example/">Loin</a>'
    )
    assert Doors("/ici/", page).found == [
        ("GET", "/ici/?page=2", ()),
        ("GET", "/ici/", ()),
        ("POST", "/ici/autre/", ()),
        ("POST", "/ici/", (("vu", "3"),)),
        ("GET", "/dossiers/", ()),
        ("GET", "/fragment/", ()),
    ]


class Walker:
    """One person following every door, from the pages the matrix lets them in."""

    def __init__(self, name, person):
        self.name, self.person, self.seen, self.found = name, person, set(), []
        # {door: the page that shows it}
        self.shown_by = {}

    def walk(self, starts):
        waiting = [("GET", url, ()) for url in starts]
        while waiting:
            door = waiting.pop()
            if (kind := self.kind(door)) not in self.seen:
                self.seen.add(kind)
                waiting += self.open(door)

    @staticmethod
    def kind(door):
        """What is opened once: whatever the values a list is sorted, filtered and paged by, whatever the section of a
        dossier, whatever the place of the territory.
        """
        method, url, fields = door
        parts = urlsplit(url)
        try:
            match = resolve(parts.path)
        except Resolver404:
            where = parts.path
        else:
            named = {} if match.app_name == "contrats" else match.kwargs
            where = match.view_name, tuple((name, value) for name, value in named.items() if name != "section")
        return method, where, frozenset(parse_qs(parts.query)), frozenset(name for name, _ in fields)

    def open(self, door):
        """The doors of the page this one leads to."""
        method, url, fields = door
        if method == "GET":
            response = self.person._read(self.person.get(url))
        else:
            with transaction.atomic():
                response = self.person._read(self.person.post(url, dict(fields)))
                transaction.set_rollback(True)
        if response.status_code in REFUSED:
            # An address nobody shows is no door.
            if page := self.shown_by.get(door):
                self.found.append(f"{self.name} {REFUSED[response.status_code]} {method} {url} depuis {page}")
            return []
        if response.status_code in (301, 302, 303):
            where = urlsplit(response["Location"])
            return [] if method == "POST" or where.path.startswith(NOT_OURS) else [("GET", response["Location"], ())]
        if method == "POST" or not response.get("Content-Type", "").startswith("text/html"):
            return []
        found = Doors(url, response.text).found
        for other in found:
            self.shown_by.setdefault(other, url)
        return found


# One person of each kind, a few at a time: a world is made once for each group.
GROUPS = (
    ("pilote", "inconnu", "inv_lit", "anonyme"),
    ("instruct", "préside", "récusé"),
    ("responsable", "chef_lié", "inv_écrit"),
    ("chef", "membre", "juré"),
)


@pytest.mark.django_db
@pytest.mark.parametrize("names", GROUPS, ids="+".join)
def test_nobody_is_shown_a_door_that_does_not_open(names, settings, monkeypatch, caplog):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world = World()
    pages = [target for target in [*targets(world), *more_pages(world)] if "GET" in target.address.methods]
    found = []
    for name, person in people(world, names).items():
        walker = Walker(name, person)
        walker.walk([reverse("label:accueil"), *[page.url for page in pages if readers("GET", page, [name])]])
        found += walker.found
    assert found == [], "\n".join(found)
