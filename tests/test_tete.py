"""HEAD says of every address what GET says: the status and the headers; it changes nothing."""

import inspect

import pytest
from django.urls import get_resolver

from tests.walk import _walk, addresses, people, people_at_hand, readers, targets
from tests.world import PERSONNES, World

# What a page says of this very answer: its cookies, its second; the weight of a file made anew each time.
EACH_TIME = ("Set-Cookie", "Expires", "Content-Length")


def head_of(response):
    """(status, headers) of an answer."""
    other = EACH_TIME[:2] if response.headers.get("Content-Type", "").startswith("text/html") else EACH_TIME
    return response.status_code, {name: value for name, value in response.headers.items() if name not in other}


def is_asked_in_vain(view):
    """Whether one of the decorators of this view takes GET and refuses HEAD."""
    while view is not None:
        listed = inspect.getclosurevars(view).nonlocals.get("request_method_list") or ()
        if "GET" in listed and "HEAD" not in listed:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_what_takes_get_takes_head():
    assert [address.name for address in addresses() if is_asked_in_vain(address.view)] == []


def asked(world):
    """Every (name, address, who): somebody let in, or the first column when nobody is."""
    for target in targets(world):
        yield target.name, target.url, (*readers("GET", target, PERSONNES), PERSONNES[0])[0]
    # The account (django-allauth) and the technical administration, whose marks are not ours.
    for address in _walk(get_resolver()):
        if address.route.startswith(("compte/", "administration/")) and not address.params:
            yield address.name, f"/{address.route}", "pilote"


@pytest.mark.django_db
def test_head_is_get_without_its_body(settings, monkeypatch, caplog):
    """`tests.guards` refuses, besides, that either writes anything."""
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    world = World()
    columns, other, told = people(world), [], 0
    for name, url, who in asked(world):
        seen, head = (getattr(columns[who], verb)(url) for verb in ("get", "head"))
        for response in (seen, head):
            body = response.getvalue() if response.streaming else response.content
        told += 1
        if head_of(head) != head_of(seen) or body:
            other.append((name, who, head_of(seen), head_of(head), len(body)))
    assert (other, told > 200) == ([], True)
