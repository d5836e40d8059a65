"""What every page says of itself: its title, the names of its tables and boxes, the weight of what it gives."""

import csv
import re
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from tests.moteurs import vues
from tests.walk import people, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

TITLE = re.compile(r"(Erreur\u00a0: )?(?!Erreur)\S[^\n·]*?( – Édition \d{4})? – Label Actions Innovantes")
VOID = {"input", "br", "img", "link", "meta", "hr", "path", "use", "circle", "source", "wbr", "col", "rect"}
TYPED = {"input", "select", "textarea"}
LINES = re.compile(r"\d\s(?:lignes?)|une ligne par ")
FORMAT = re.compile(r"\b(?:XLSX|CSV|ODS)\b")


class Page(HTMLParser):
    """What is wrong with a page of ours, in `faults`."""

    def __init__(self, html):
        super().__init__()
        self.ids, self.labelled, self.boxes, self.faults, self.open = [], set(), [], [], []
        self.title, self.is_refused, self.exports = "", False, []
        self.feed(html)
        twice = sorted({one for one in self.ids if self.ids.count(one) > 1})
        self.faults += [f"twice the id {one}" for one in twice]
        self.faults += [f"no name: {attrs}" for attrs in self.boxes if attrs.get("id") not in self.labelled]
        self.faults += [f"no format or number of lines: {text}" for text in self.exports if not told(text)]
        if not TITLE.fullmatch(self.title):
            self.faults.append(f"title {self.title!r}")
        if self.is_refused != self.title.startswith("Erreur"):
            self.faults.append(f"title {self.title!r}, refused: {self.is_refused}")

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if any(above == "template" for above, _ in self.open):
            self.open += [] if tag in VOID else [(tag, {})]
            return
        if self.open and self.open[-1][0] == "table" and tag != "caption":
            self.faults.append(f"a table without a caption: {self.open[-1][1]}")
        self.ids += [attrs["id"]] if "id" in attrs else []
        if tag == "label" and attrs.get("for"):
            self.labelled.add(attrs["for"])
        if attrs.get("id") == "erreurs" or (tag in TYPED and attrs.get("aria-invalid") == "true"):
            self.is_refused = True
        if tag in TYPED and not self.is_named(attrs):
            self.boxes.append(attrs)
        if tag == "a" and ("download" in attrs or re.search(r"[?&]format=", attrs.get("href") or "")):
            self.exports.append("")
            attrs["is_export"] = True
        if tag in VOID:
            return
        if tag == "caption" and self.open and self.open[-1][0] == "table":
            self.open[-1] = ("table named", self.open[-1][1])
        self.open.append((tag, attrs))

    def is_named(self, attrs):
        is_said = attrs.get("aria-label") or attrs.get("aria-labelledby")
        is_held = any(tag == "label" for tag, _ in self.open)
        return is_said or is_held or attrs.get("type") in ("hidden", "submit") or "hidden" in attrs

    def handle_endtag(self, tag):
        while self.open and tag not in VOID:
            known, _ = self.open.pop()
            if known.split()[0] == tag:
                return

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "title" and all(tag != "svg" for tag, _ in self.open):
            self.title += data
        if any(attrs.get("is_export") for _, attrs in self.open):
            self.exports[-1] += data


def told(text):
    return FORMAT.search(text) and LINES.search(text)


def test_the_scan_sees_what_is_wrong():
    page = (
        "<title>Un\nbudget · Label Actions Innovantes</title><p id=un></p><p id=un></p><div id=erreurs></div>"
        "<table class=liste><tr><td><input name=nom><label for=id_a>A</label><input id=id_a></td></tr></table>"
        "<table><caption>Nommé</caption></table><a download href='?format=csv'>Télécharger (CSV)</a>"
        "<a download href='?format=ods'>ODS, 12\u00a0lignes</a>"
    )
    assert Page(page).faults == [
        "a table without a caption: {'class': 'liste'}",
        "twice the id un",
        "no name: {'name': 'nom'}",
        "no format or number of lines: Télécharger (CSV)",
        "title 'Un\\nbudget · Label Actions Innovantes'",
        "title 'Un\\nbudget · Label Actions Innovantes', refused: True",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("partie", vues.PARTIES)
def test_every_page_says_what_it_is(partie, settings, monkeypatch):
    """Every page as it opens, and as it comes back from an empty form."""
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world, floors = World(), vues.PARTIES[partie]
    shown = vues.pages(world, floors) + vues.refused_forms(world, floors) + vues.moments(world, floors, settings)
    found = faults(shown)
    assert found == [], "\n".join(found)


@pytest.mark.django_db
def test_accounts_and_dead_ends_say_what_they_are():
    assert faults([*vues.accounts(World()), *vues.dead_ends()]) == []


def faults(shown):
    """Each fault once, where it is met first."""
    found = {}
    for vue in shown:
        for fault in Page(vue.source.decode()).faults:
            found.setdefault(fault, f"{fault}  {vue}")
    return list(found.values())


@pytest.mark.django_db
def test_a_list_says_how_many_lines_it_gives(settings, monkeypatch):
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world = World()
    columns, counted = people(world, vues.VIEWERS), {}
    for target in targets(world):
        if "GET" not in target.address.methods:
            continue
        for name in readers("GET", target, vues.VIEWERS):
            response = columns[name].ask("GET", target)
            if response.status_code != 200 or "text/html" not in response["Content-Type"]:
                continue
            if said := re.search(r"CSV<span class=\"visually-hidden\">, (\d+)\s\w+", response.text):
                answer = columns[name].get(f"{target.url}?format=csv")
                lines = list(csv.reader(StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
                counted[target.address.name, name] = (int(said[1]), len(lines) - 1)
            break
    assert len(counted) >= 10
    assert {where: two for where, two in counted.items() if two[0] != two[1]} == {}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_a_dead_end_has_its_frame_and_a_way_on(status, rf):
    """Whatever went wrong, rendered as Django does: the last two may have no person and no database to ask."""
    request = rf.get("/")
    request.user = AnonymousUser()
    html = render_to_string(f"{status}.html", {}, None if status in (400, 500) else request)
    assert Page(html).faults == []
    words = {tag: re.sub(r"<[^>]+>|\s+", " ", inside).strip() for tag, inside in parts(html).items()}
    assert all(words.values()), words
    assert re.findall(r"<h1>([^<]+)</h1>", html) == [Page(html).title.removesuffix(" – Label Actions Innovantes")]
    assert 'class="btn btn-primary" href="/"' in html or 'class="btn btn-outline-primary" href="/"' in html


def parts(html):
    return {tag: re.search(rf"<{tag}\b.*?</{tag}>", html, re.DOTALL)[0] for tag in ("header", "main", "footer")}
