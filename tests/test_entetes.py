"""What every answer says of itself: who may keep it, what it may use, whether a robot may list it, whether it leaves
compressed."""

import gzip
import re

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from label.entetes import PERMISSIONS
from label.robots import NOINDEX
from tests.factories.depot import complete_dossier
from tests.factories.label import EditionFactory, UserFactory
from tests.walk import addresses, people, people_at_hand, readers, targets
from tests.world import PERSONNES, World

# All that search engines may list.
INDEXED = {
    "label:accueil",
    "label:aide",
    "label:aide_role",
    "label:donnees_personnelles",
    "label:accessibilite",
    "label:conditions",
    "label:mentions_legales",
    "contrats:recherche",
    "contrats:carte",
    "contrats:contrat_detail",
    "projects:idee_create",
    "laureats:laureat_list",
    "laureats:laureat_detail",
    "laureats:laureat_scdl",
}
META = f'<meta name="robots" content="{NOINDEX}">'


def directives(response):
    return {word.strip() for word in response.headers.get("Cache-Control", "").split(",")} - {""}


def test_the_pages_to_be_found_are_these():
    assert {address.name for address in addresses() if address.view.access["indexed"]} == INDEXED
    assert all(address.view.access["public"] for address in addresses() if address.view.access["indexed"])


@pytest.mark.django_db
def test_every_page_says_who_may_keep_it_and_whether_it_is_to_be_found(settings, monkeypatch, caplog):
    """Every address, asked by somebody it lets in, signed in when it can be."""
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    world = World()
    columns, wrong, kinds = people(world), [], set()
    for target in targets(world):
        if "GET" not in target.address.methods:
            continue
        who = next((name for name in readers("GET", target, PERSONNES) if name != "anonyme"), "inconnu")
        response = columns[who].get(target.url)
        body = response.getvalue() if response.streaming else response.content
        page = response.headers.get("Content-Type", "").startswith("text/html")
        found = target.address.name in INDEXED
        said = {
            "kept": bool({"private", "no-store"} & directives(response)),
            "asked again": bool({"no-cache", "no-store", "max-age=60"} & directives(response)),
            "file": page or response.status_code != 200 or bool({"no-store", "no-cache"} & directives(response)),
            "permissions": response.headers["Permissions-Policy"] == PERMISSIONS,
            "robots": response.headers.get("X-Robots-Tag", "") == ("" if found else NOINDEX),
            "meta": not page or b"<html" not in body or (META.encode() in body) != found,
        }
        kinds.add((page, found))
        wrong += [(target.name, who, dict(response.headers), said)] if not all(said.values()) else []
    assert (wrong, kinds) == ([], {(True, True), (True, False), (False, True), (False, False)})


@pytest.mark.django_db
def test_a_visitor_without_a_session_is_answered_for_everybody(client):
    for path in ("/", "/laureats/", "/accessibilite/"):
        assert "Cache-Control" not in client.get(path).headers


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_email", "mfa_index", "account_logout"])
def test_the_pages_of_the_account_are_kept_nowhere_and_found_nowhere(client, name):
    if name != "account_login":
        client.force_login(UserFactory())
    response = client.get(reverse(name))
    assert response.status_code in (200, 302)
    assert {"no-store", "private"} <= directives(response)
    assert response.headers["X-Robots-Tag"] == NOINDEX
    assert response.status_code == 302 or META in response.text


@pytest.mark.django_db
def test_signing_out_empties_what_the_browser_kept(client):
    """What it kept for «Précédent», in memory (`Clear-Site-Data`) or on the disk, where the cookie is in the key."""
    client.force_login(UserFactory())
    page = client.get("/tableau/")
    assert (directives(page), page.headers["Vary"].split(", ")[0]) == ({"private", "no-cache"}, "Cookie")
    assert "Clear-Site-Data" not in client.get(reverse("account_logout")).headers
    assert client.post(reverse("account_logout")).headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db
def test_nothing_of_a_demonstration_is_to_be_found(client, settings):
    settings.DEMO = True
    response = client.get("/")
    assert (response.headers["X-Robots-Tag"], META in response.text) == (NOINDEX, True)
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nulle-part/", "/laureats/inconnu/", "/tableau/"])
def test_a_page_that_is_not_there_is_not_to_be_found(client, path):
    response = client.get(path)
    assert response.status_code in (302, 404)
    assert path == "/laureats/inconnu/" or response.headers["X-Robots-Tag"] == NOINDEX


def is_open(text, path):
    """What RFC 9309 decides of this address: the longest line that fits."""
    found = [("", True)]
    for line in text.splitlines():
        kind, _, value = line.partition(": ")
        if kind in ("Allow", "Disallow"):
            pattern = re.escape(value).replace(r"\*", ".*").replace(r"\$", "$")
            if re.match(pattern, path):
                found.append((value, kind == "Allow"))
    longest = max(len(value) for value, _ in found)
    return any(allowed for value, allowed in found if len(value) == longest)


@pytest.mark.django_db
def test_robots_may_read_what_is_public_and_what_says_it_is_not_to_be_listed(client):
    response = client.get("/robots.txt")
    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    world = World()
    opened = {t.url for t in targets(world) if is_open(response.text, t.url)}
    links = {t.url for t in targets(world) if hasattr(t.address.view, "lien")}
    assert opened == links | {t.url for t in targets(world) if t.address.name in INDEXED}
    assert is_open(response.text, "/static/css/theme.css")
    assert not is_open(response.text, "/compte/login/")
    assert not is_open(response.text, "/administration/")


@pytest.mark.django_db
def test_head_leaves_what_is_to_be_said_once(client):
    client.force_login(UserFactory())
    client.post(reverse("account_email"), {"action_add": "", "email": "autre@exemple.fr"})
    client.head("/tableau/")
    assert [str(one) for one in get_messages(client.get("/tableau/").wsgi_request)] != []


# --- Compressed -----------------------------------------------------------------------------------


def weight(client, path):
    """(how it is sent, whether it reads the same) of this page, asked as a browser does."""
    response = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    sent = response.headers.get("Content-Encoding", "")
    text = gzip.decompress(response.content) if sent else response.content
    return sent, b"</html>" in text, len(response.content) == int(response.headers["Content-Length"])


@pytest.mark.django_db
def test_a_page_leaves_compressed_unless_it_must_not_be_kept():
    dossier = complete_dossier(edition=EditionFactory())
    member = Client()
    member.force_login(dossier.responsable)
    for path in ("/", "/laureats/", "/conditions/"):
        assert weight(Client(), path) == ("gzip", True, True)
    assert weight(member, f"/dossiers/{dossier.cle}/") == ("gzip", True, True)
    # What holds a secret: a code is asked for, keys are shown.
    assert weight(Client(), "/compte/login/") == ("", True, True)
    assert weight(member, reverse("account_email")) == ("", True, True)


@pytest.mark.django_db
def test_the_weight_of_a_page_and_the_token_of_its_forms_change_each_time(client, settings):
    """What BREACH would measure: two answers to one request, and the same secret never written twice alike."""
    client.force_login(UserFactory())
    answers = [client.get("/tableau/", headers={"Accept-Encoding": "gzip"}) for _ in range(12)]
    tokens = [re.search(r'csrfmiddlewaretoken" value="(\w+)"', gzip.decompress(a.content).decode())[1] for a in answers]
    assert len(set(tokens)) == 12
    assert len({len(answer.content) for answer in answers}) > 3
    # No other site has the page asked for in the name of whoever is signed in here.
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
