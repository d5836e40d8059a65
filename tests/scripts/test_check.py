"""What `make check` runs for a change: a pure mapping, on rooms as on flat files; then on the real tree."""

import subprocess
import sys

import pytest

from scripts.check import AUTOUR, ECRANS, GARDES, PAGES_MD, TEXTES, TOUJOURS, VISITES, changed_since, selection
from tests.conftest import ROOT

FLOORS = {"label", "contrats", "ecriture", "projects", "juries"}
# Both layouts at once: the rooms `budget` and `piece`, the flat files of the rest.
FILES = [
    "tests/contrats/test_carte.py",
    "tests/contrats/test_models.py",
    "tests/demo/test_supervisor.py",
    "tests/ecriture/test_fusion.py",
    "tests/juries/test_notation.py",
    "tests/juries/test_notation_navigateur.py",
    "tests/label/test_documents.py",
    "tests/label/test_label_ui.py",
    "tests/label/test_notifications.py",
    "tests/label/courriel/test_remise.py",
    "tests/parcours/test_annee.py",
    "tests/projects/budget/test_budget.py",
    "tests/projects/budget/test_grille.py",
    "tests/projects/test_avis.py",
    "tests/projects/depot/test_depot.py",
    "tests/projects/dossier/test_grand_dossier.py",
    "tests/projects/test_rules.py",
    "tests/reparations/test_05_frontal.py",
    "tests/reparations/test_10_courriels.py",
    "tests/reparations/test_13_budget.py",
    "tests/scripts/test_check.py",
    "tests/test_access.py",
    "tests/test_architecture.py",
    "tests/test_deploy.py",
    "tests/test_langue.py",
    "tests/test_migrations.py",
    "tests/test_queries.py",
    "tests/test_repository.py",
]
PROJECTS = [file for file in FILES if file.startswith("tests/projects/")]
LABEL = [file for file in FILES if file.startswith("tests/label/")]
BUDGET = ["tests/projects/budget/test_budget.py", "tests/projects/budget/test_grille.py"]


@pytest.mark.parametrize(
    ("changed", "chosen"),
    [
        # A room: its folder, and the repairs of its name.
        ("projects/budget/forms.py", [*BUDGET, "tests/reparations/test_13_budget.py"]),
        ("projects/models/budget.py", [*BUDGET, "tests/reparations/test_13_budget.py"]),
        # A shelf, or a file of the floor: the flat files that bear the noun.
        ("projects/actions/avis.py", ["tests/projects/test_avis.py"]),
        ("projects/rules.py", ["tests/projects/test_rules.py"]),
        ("projects/dossier/views.py", ["tests/projects/dossier/test_grand_dossier.py"]),
        ("juries/views/notation.py", ["tests/juries/test_notation.py", "tests/juries/test_notation_navigateur.py"]),
        # Nothing is about it: the whole floor.
        ("projects/enums.py", PROJECTS),
        ("projects/frontal/views.py", [*PROJECTS, "tests/reparations/test_05_frontal.py"]),
        ("contrats/referentiel.py", ["tests/contrats/test_carte.py", "tests/contrats/test_models.py"]),
        ("projects/migrations/0001_initial.py", ["tests/test_migrations.py"]),
        # The mechanism every floor stands on: its tests, and the guards.
        ("label/lifecycle.py", [*LABEL, *GARDES]),
        ("label/fichiers/envoi.py", [*LABEL, *GARDES]),
        ("label/courriel/remise.py", [*LABEL, "tests/reparations/test_10_courriels.py", *GARDES]),
        # What is read.
        (
            "templates/projects/budget/grille.html",
            [*BUDGET, "tests/label/test_label_ui.py", "tests/reparations/test_13_budget.py", "tests/test_langue.py"],
        ),
        (
            "templates/projects/avis_form.html",
            ["tests/label/test_label_ui.py", "tests/projects/test_avis.py", "tests/test_langue.py"],
        ),
        (
            "templates/courriels/admis.txt",
            ["tests/label/test_label_ui.py", "tests/label/test_notifications.py", "tests/test_langue.py"],
        ),
        (
            "static/js/budget.js",
            [
                "tests/label/test_label_ui.py",
                "tests/projects/budget/test_budget.py",
                "tests/reparations/test_13_budget.py",
            ],
        ),
        ("docs/glossaire.md", ["tests/test_langue.py", "tests/test_repository.py"]),
        ("README.md", ["tests/test_langue.py", "tests/test_repository.py"]),
        # What is around.
        ("demo/postgres.py", ["tests/demo/test_supervisor.py"]),
        ("scripts/check.py", ["tests/scripts/test_check.py"]),
        ("docker-compose.yml", ["tests/test_deploy.py"]),
        ("deploy/nginx/site.conf", ["tests/reparations/test_05_frontal.py", "tests/test_deploy.py"]),
        # A test is run; what tests lean on runs those of its folder.
        ("tests/projects/depot/test_depot.py", ["tests/projects/depot/test_depot.py"]),
        ("tests/projects/ecritures.py", PROJECTS),
        ("tests/factories/projects.py", list(GARDES)),
        ("CODEOWNERS", []),
    ],
)
def test_a_change_names_its_tests(changed, chosen):
    assert selection([changed], FILES, FLOORS) == (sorted({TOUJOURS, *chosen}), [])


def test_the_walks_and_the_journeys_are_left_and_said():
    changed = ["tests/test_access.py", "tests/parcours/test_annee.py", "projects/actions/avis.py"]
    assert selection(changed, FILES, FLOORS) == (
        ["tests/projects/test_avis.py", TOUJOURS],
        ["tests/parcours/test_annee.py", "tests/test_access.py"],
    )


def test_every_test_it_names_is_there():
    groups = (GARDES, VISITES, PAGES_MD, [ECRANS], *AUTOUR.values(), *TEXTES.values())
    assert [name for group in groups for name in group if not (ROOT / name).exists()] == []
    assert [name for name in AUTOUR if not (ROOT / name).exists()] == []


def test_several_changes_add_up_once():
    changed = ["projects/budget/forms.py", "projects/budget/views.py", "projects/actions/avis.py"]
    assert selection(changed, FILES, FLOORS) == (
        [*BUDGET, "tests/projects/test_avis.py", "tests/reparations/test_13_budget.py", TOUJOURS],
        [],
    )


def test_what_is_touched_is_what_git_says(tmp_path, monkeypatch):
    monkeypatch.setattr("scripts.check.ROOT", tmp_path)

    def git(*words):
        author = ("-c", "user.name=Essai", "-c", "user.email=essai@demo.example")
        subprocess.run(["git", *author, *words], cwd=tmp_path, check=True, capture_output=True)

    for name in ("gardé.py", "modifié.py", "déplacé.py"):
        (tmp_path / name).write_text(name)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "Start")
    (tmp_path / "commis.py").write_text("1")
    git("mv", "déplacé.py", "ailleurs.py")
    git("add", ".")
    git("commit", "-qm", "Go on")
    (tmp_path / "modifié.py").write_text("2")
    (tmp_path / "nouveau.py").write_text("3")
    assert changed_since("HEAD~1") == ["ailleurs.py", "commis.py", "déplacé.py", "modifié.py", "nouveau.py"]


def test_a_base_that_is_none_is_said():
    done = subprocess.run(
        [sys.executable, "scripts/check.py"],
        cwd=ROOT,
        env={"BASE": "inconnue", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("git merge-base inconnue HEAD : ")
