"""`scripts/moteurs` takes what it knows, and nothing else."""

import os
import shutil
import subprocess
import tarfile

import pytest

from tests.conftest import ROOT

FICHIERS = {"vnu.jar": "build/dist/vnu.jar", "ace.js": "ace-window.js"}


@pytest.fixture
def place(tmp_path):
    """A checkout in a folder with a space and accents, and a registry whose packages are not ours."""
    place = tmp_path / "dépôt à moi"
    (place / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "moteurs", place / "scripts")
    programs = tmp_path / "bin"
    programs.mkdir()
    with tarfile.open(tmp_path / "paquet.tgz", "w:gz") as archive:
        for path in FICHIERS.values():
            archive.add(__file__, f"package/{path}")
    for name, text in {"java": "", "npm": f'echo "$@" >>"{tmp_path}/demandes"\ncp "{tmp_path}/paquet.tgz" .\n'}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}")
        (programs / name).chmod(0o755)
    return place


def run(place):
    path = f"{place.parent}/bin:{os.environ['PATH']}"
    done = subprocess.run(
        [place / "scripts" / "moteurs"], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    asked = place.parent / "demandes"
    kept = sorted(path.name for path in (place / ".cache" / "moteurs").iterdir())
    return done.returncode, done.stderr.splitlines(), asked.read_text().splitlines() if asked.exists() else [], kept


def test_a_package_that_is_another_is_refused(place):
    assert run(place) == (
        1,
        [
            "Pour les tests, vnu-jar 26.9.27…",
            "vnu-jar 26.9.27 n’est pas celui que nous connaissons (empreinte différente) : rien n’est pris.",
        ],
        ["pack --silent --prefer-offline vnu-jar@26.9.27"],
        [],
    )


def test_what_is_there_is_not_asked_for_again(place):
    cache = place / ".cache" / "moteurs"
    cache.mkdir(parents=True)
    script = (place / "scripts" / "moteurs").read_text().splitlines()
    for _, name, _, _, fingerprint, _ in (
        line.split() for line in script if line.startswith("have ") and "{" not in line
    ):
        (cache / name).write_text("là")
        (cache / f"{name}.version").write_text(fingerprint)
    assert run(place) == (0, [], [], ["ace.js", "ace.js.version", "vnu.jar", "vnu.jar.version"])
    (cache / "ace.js.version").write_text("une version d’avant")
    assert run(place)[:2] == (
        1,
        [
            "Pour les tests, accessibility-checker-engine 4.0.34…",
            "accessibility-checker-engine 4.0.34 n’est pas celui que nous connaissons (empreinte différente) : "
            "rien n’est pris.",
        ],
    )
