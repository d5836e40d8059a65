"""One name for each page and each state: `docs/glossaire.md` says which, and every text people see keeps to it."""

import re
from pathlib import Path

from projects.enums import LIBELLES_PORTEUR, Statut

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("label", "contrats", "ecriture", "projects", "instruction", "juries", "laureats")
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->|(?m:^//.*$)")
SPACES = re.compile(r"[\s\u00a0\u202f]+")


def refused_words():
    """The words of the second column of the table, each on its own."""
    text = (ROOT / "docs" / "glossaire.md").read_text()
    table = text.split("## Un mot par chose", 1)[1]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    return [word.strip() for row in rows for word in row[2].split(",")]


def texts():
    """{file: what it shows}, comments and docstrings of the code set aside."""
    found = {}
    for pattern in ("*.html", "*.txt", "*.typ"):
        for path in (ROOT / "templates").rglob(pattern):
            found[path] = COMMENTS.sub("", path.read_text())
    for floor in FLOORS:
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts:
                found[path] = re.sub(r'(?s)""".*?"""|(?m:#.*$)', "", path.read_text())
    for path in (ROOT / "static" / "js").rglob("*.js"):
        found[path] = re.sub(r"(?m)//.*$", "", path.read_text())
    return {path: SPACES.sub(" ", text.replace("\\u00a0", " ")) for path, text in found.items()}


def test_no_page_uses_another_word():
    words = refused_words()
    assert len(words) >= 10
    asked = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words))
    assert {path.name: asked.findall(text) for path, text in texts().items() if asked.search(text)} == {}


def test_no_word_is_cut_by_a_middle_dot():
    assert [path.name for path, text in texts().items() if re.search(r"\w·\w", text)] == []


def test_a_state_has_one_name_for_who_writes_together():
    assert Statut.CO_ELABORATION.label == LIBELLES_PORTEUR[Statut.CO_ELABORATION] == "Écriture à deux"
    assert Statut.CADUC.label == LIBELLES_PORTEUR[Statut.CADUC] == "Non déposé à temps"
