"""Every page each person reaches, in every mode: what `make accessibilite` runs (not part of the suite).

What is found goes, one JSON object a line, to the folder `MOTEURS_PLACE`.
"""

import json
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.moteurs import navigateur, nu, vues
from tests.moteurs.constats import read_alarmes
from tests.test_accessibilite import window
from tests.walk import more_pages, people, readers, statuses_of_refusals, targets
from tests.world import PERSONNES, World

PLACE = Path(os.environ["MOTEURS_PLACE"])
# Each part of the site in pieces, which the processes share.
MORCEAUX = 3


class Forme(HTMLParser):
    """The shape of a page, whatever its words: each kind of element, in each kind of element, with what it carries.

    Its head apart: that of each person is on their «tableau de bord».
    """

    VOID = frozenset(
        ("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr", "use", "path")
    )
    TOLD = frozenset(("class", "type", "role", "tabindex", "scope"))

    def __init__(self, source):
        super().__init__()
        self.open, self.kinds = [], set()
        self.feed(source.decode())

    def handle_starttag(self, tag, attrs):
        names = frozenset(name for name, _ in attrs)
        kind = (tag, names, frozenset((name, value) for name, value in attrs if name in self.TOLD))
        if not any(parent[0] == "header" for parent in self.open[:3]):
            self.kinds.add((self.open[-1] if self.open else None, kind))
        if tag not in self.VOID:
            self.open.append(kind)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass


def shapes(world, floors, piece):
    """{(address, shape): [views]} of each page each person reaches, a piece of the site."""
    columns, found = people(world), {}
    asked = [
        target
        for target in [*targets(world), *more_pages(world)]
        if target.address.name.partition(":")[0] in floors and "GET" in target.address.methods
    ]
    for target in asked[piece::MORCEAUX]:
        for who in readers("GET", target, PERSONNES):
            answer = columns[who].ask("GET", target)
            vue = vues.view(target.name, who, target.url, answer) if answer.status_code == 200 else None
            if vue:
                found.setdefault((target.address.name, frozenset(Forme(vue.source).kinds)), []).append(vue)
    return found


@pytest.mark.parametrize("piece", range(MORCEAUX))
@pytest.mark.parametrize("partie", vues.PARTIES)
def test_partie(partie, piece, new_page, monkeypatch, settings):
    statuses_of_refusals(monkeypatch)
    world = World()
    groups = list(shapes(world, vues.PARTIES[partie], piece).values())
    refused = vues.refused_forms(world, vues.PARTIES[partie])[piece::MORCEAUX]
    groups += [[vue] for vue in vues.moments(world, vues.PARTIES[partie], settings)[piece::MORCEAUX]]
    read(f"{partie}-{piece}", groups, refused, world, new_page)


def test_comptes(new_page):
    world = World()
    ours = [*vues.accounts(world), *vues.dead_ends(), *vues.mails()]
    read("comptes", [[vue] for vue in ours], [], world, new_page)


def read(name, groups, refused, world, new_page):
    """Write what the engines find: the first view of each group in every mode, a refused form in one."""
    alarmes, console, windows = read_alarmes(), [], {}
    every = [(group, list(navigateur.MODES)) for group in groups]
    every += [([vue], [navigateur.mode_of(vue.nom)]) for vue in refused]
    sources = {str(rank): (".html", group[0].source) for rank, (group, _) in enumerate(every)}
    said = nu.check(sources, alarmes)
    with (PLACE / f"{name}.jsonl").open("w") as output:
        for rank, (group, modes) in enumerate(every):
            first = group[0]
            if first.qui not in windows:
                windows[first.qui] = window(new_page, world.personnes.get(first.qui), console)
            page = windows[first.qui]
            vues.show(page, first)
            found = {}
            for mode in modes:
                is_read = len(modes) > 1 and navigateur.MODES[mode].theme == "dark"
                constats = navigateur.read(page, mode, alarmes, couleurs_seules=is_read)
                found[mode] = [vars(one) for one in constats]
            line = {"vue": str(first), "qui": [vue.qui for vue in group], "nu": [vars(one) for one in said[str(rank)]]}
            output.write(json.dumps(line | {"modes": found}, default=vars) + "\n")
            output.flush()
    assert console == []
