"""A page read by several kinds of people says «votre» to whom it is: never of a project to who only follows it."""

import re

import pytest

from tests.test_langue import read
from tests.walk import more_pages, people, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

# None of these carries a project of the own side; each reads its dossiers.
READERS = ("chef", "instruct", "pilote", "préside", "juré")
DU_PORTEUR = re.compile(
    r"\b(?:votre|vos) (?:structures?|projets?|auditions?|associations?|idées?|dossiers?|présentation)\b", re.IGNORECASE
)
# Where whoever is signed in may bring an idea or ask to join a structure; a message shown as its reader will have it;
# and a juror's own hearings, those he hears.
POUR_SOI = ("projects:idee_", "projects:structure_join", "projects:structure_check", "laureats:publication_message")
AU_JURY = re.compile(r"\bvos auditions\b", re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("floors", [("projects",), ("instruction", "juries", "laureats")], ids="+".join)
def test_a_page_says_votre_to_whom_it_is(floors, settings, monkeypatch, caplog):
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    caplog.set_level("CRITICAL", "django.request")
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    world = World()
    columns, found, pages = people(world, READERS), {}, 0
    for target in [*targets(world), *more_pages(world)]:
        name = target.address.name
        if name.partition(":")[0] not in floors or "GET" not in target.address.methods or name.startswith(POUR_SOI):
            continue
        for who in readers("GET", target, READERS):
            response = columns[who].ask("GET", target)
            if response.status_code != 200 or "text/html" not in response["Content-Type"]:
                continue
            pages += 1
            text = read(response)
            if who in ("préside", "juré"):
                text = AU_JURY.sub("", text)
            for words in DU_PORTEUR.findall(text):
                found.setdefault((name, words), who)
    assert pages > 50
    assert found == {}
