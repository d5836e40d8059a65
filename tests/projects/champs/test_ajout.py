"""Adding a field is an entry, a column, a migration: done here on a copy of the house, where it is then found."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TABLE, DOSSIER = "projects/champs/table.py", "projects/models/dossier.py"
ENTRIES = """    Champ("recit", Section.PROJET, manque="Racontez le projet.", export="Récit", hauteur=9),
    # 3 · Territoire et publics
    Champ(
        "cout",
        Section.TERRITOIRE,
        Sorte.EUROS,
        cache_a=frozenset({Lecteur.JURE}),
        repris=False,
        export="Coût par personne",
    ),
"""
COLUMNS = """    recit = _texte("récit du projet", "Comme à une voisine.")
    cout = models.PositiveIntegerField("coût par personne (€)", null=True, blank=True)

    # 3 · Territoire et publics
"""


def edit(copy, name, anchor, text):
    path = copy / name
    before = path.read_text()
    assert before.count(anchor) == 1
    path.write_text(before.replace(anchor, text))


def run(copy, *arguments, without=()):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    done = subprocess.run([sys.executable, *arguments], cwd=copy, env=kept, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_field_added_is_found_everywhere(tmp_path):
    copy = tmp_path / "maison"
    tracked = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, text=True)
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, copy / name)
    # An entry.
    edit(copy, TABLE, "    # 3 · Territoire et publics\n", ENTRIES)
    # A column.
    edit(copy, DOSSIER, "    # 3 · Territoire et publics\n", COLUMNS)
    # A migration.
    made = run(copy, "-W", "ignore", "manage.py", "makemigrations", "projects")
    assert [line.strip() for line in made.splitlines() if line.endswith(" to dossier")] == [
        "+ Add field cout to dossier",
        "+ Add field recit to dossier",
    ]
    # On services of its own.
    told = run(
        copy,
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/projects/champs/ajout.py"),
        without=("PYTEST", "DJANGO", "DATABASE", "LABEL_TEST", "BROKER"),
    )
    assert told.splitlines()[-1].partition(" in ")[0] == "10 passed"
