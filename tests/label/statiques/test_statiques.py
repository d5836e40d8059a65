"""The static files of a real place: each import under its hashed name, and what open pages use is kept."""

import re
from datetime import datetime, timedelta
from graphlib import TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest
import time_machine
from django.conf import settings as place

from label.scripts import IMPORT, with_imports
from label.statiques import GARDE

# What label.js leads to.
PAGE = {"bascule", "chiffres", "compteurs", "confirmation", "menus", "preparation", "saisie", "servi", "verification"}
SOURCES = Path(place.BASE_DIR) / "static" / "js"
WORD = re.compile(r"\bimport\b|\bexport\b[^;=({]*?\bfrom\b|\bexport\s*\{[^}]*\}\s*from\b")


def code(text):
    """A script without its comments and its strings; strings of one line, as the linter keeps them."""
    return re.sub(r'//[^\n]*|/\*.*?\*/|`[^`]*`|"(?:[^"\\\n]|\\.)*"', "", text, flags=re.DOTALL)


def imports(text):
    """What a script imports, as written; fails on an import that this file would not see."""
    found = IMPORT.findall(text)
    assert len(WORD.findall(code(text))) == len(found), text[:200]
    return found


def files(root):
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_every_import_is_written_so_that_it_can_be_hashed():
    scripts = {path.relative_to(SOURCES).as_posix(): imports(path.read_text()) for path in SOURCES.rglob("*.js")}
    graph = {
        name: {PurePosixPath((SOURCES / name).parent.joinpath(cible).resolve().relative_to(SOURCES)) for cible in found}
        for name, found in scripts.items()
    }
    assert sum(map(len, scripts.values())) > 40
    assert {str(cible) for found in graph.values() for cible in found} <= scripts.keys()
    # A circle has no hash.
    TopologicalSorter({name: map(str, found) for name, found in graph.items()}).prepare()


def test_a_page_asks_at_once_for_a_module_and_all_it_imports(client, db):
    names = with_imports("js/label.js")
    assert (names[0], set(names[1:])) == ("js/label.js", {f"js/page/{name}.js" for name in PAGE})
    page = client.get("/").text
    assert re.findall(r'<link rel="modulepreload" href="/static/([^"]+)">', page) == list(names[1:])
    assert re.findall(r'<script type="module" src="/static/([^"]+)"></script>', page) == ["js/label.js"]


@pytest.mark.parametrize(
    "text",
    [
        'const page = await import("./autre.js");',
        "import { a } from './autre.js';",
        'if (a) import("./autre.js");',
        'import { a } from "./autre.js"; import "./encore.js";',
        'export { a } from "./autre.js"',
        'export * from "./autre.js"',
    ],
)
def test_an_import_written_otherwise_is_seen(text):
    with pytest.raises(AssertionError):
        imports(text)


def test_every_import_is_hashed_and_a_module_has_one_name(build):
    paths = build()
    found = {
        name: imports((build.root / hashed).read_text()) for name, hashed in paths.items() if name.startswith("js/")
    }
    assert found.keys() == {f"js/{path.relative_to(SOURCES).as_posix()}" for path in SOURCES.rglob("*.js")}
    named = {hashed: name for name, hashed in paths.items()}
    for name, cibles in found.items():
        sources = imports((SOURCES.parent / name).read_text())
        places = [(build.root / paths[name]).parent.joinpath(cible).resolve() for cible in cibles]
        meant = [(SOURCES.parent / name).parent.joinpath(cible).resolve() for cible in sources]
        relative = [path.relative_to(build.root.resolve()).as_posix() for path in places]
        assert [named[path] for path in relative] == [path.relative_to(SOURCES.parent).as_posix() for path in meant]
    # Nothing else is there to be taken by mistake.
    kept = {re.sub(r"\.(gz|br)$", "", name) for name in files(build.root)}
    assert kept == {*paths.values(), "staticfiles.json"}


def test_another_version_takes_nothing_from_the_first(build):
    first = build()
    before = files(build.root)
    second = build(**{"file/mots": (SOURCES / "file" / "mots.js").read_text() + "// Une autre version.\n"})
    after = files(build.root)
    assert {name: body for name, body in before.items() if after.get(name) != body}.keys() == {"staticfiles.json"}
    changed = {name for name in first if first[name] != second[name]}
    # The module itself and all that lead to it: no page takes one of each.
    assert changed == {
        "js/file/mots.js",
        "js/ecriture/indication.js",
        "js/ecriture/enregistrement.js",
        "js/ecriture/reprise.js",
        "js/ecriture/presence.js",
        "js/ecriture/bouton.js",
        "js/elaboration.js",
        "js/notation.js",
        "js/pieces.js",
        "js/pieces/choix.js",
        "js/pieces/envois.js",
    }


def test_the_same_version_again_writes_nothing_twice(build):
    first = build()
    stamps = {path: path.stat().st_mtime_ns for path in build.root.rglob("*.js")}
    assert build() == first
    assert {path: path.stat().st_mtime_ns for path in build.root.rglob("*.js")} == stamps
    assert not (build.root / "versions").exists()


def test_a_version_replaced_long_ago_goes(build):
    old = build(un="export const un = 1;\n")["js/un.js"]
    replaced = datetime.now().astimezone() + timedelta(days=200)
    with time_machine.travel(replaced, tick=False):
        new = build(un="export const un = 2;\n")["js/un.js"]
        assert {old, f"{new}", "versions/" + f"{int(replaced.timestamp())}.json"} <= files(build.root).keys()
    with time_machine.travel(replaced + GARDE - timedelta(minutes=1), tick=False):
        last = build(un="export const un = 3;\n")["js/un.js"]
        assert {old, new, last} <= files(build.root).keys()
    with time_machine.travel(replaced + GARDE + timedelta(minutes=1), tick=False):
        build(un="export const un = 3;\n")
        here = files(build.root).keys()
    assert ({new, last} <= here, old in here) == (True, False)
