"""`scripts/uv` on a machine that lacks something: one French sentence, a status of its own, nothing half done."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

# What the script itself calls; no Python is among them.
OUTILS = ("bash", "env", "dirname", "mkdir", "rm", "id", "cat", "sh")
NULLE_PART = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
SANS_PYTHON = (
    "Il faut Python 3.13, que cette machine n’a pas et qui n’a pas pu être téléchargé : installez-le (Debian 13 : "
    "apt-get install python3.13-venv ; ailleurs : https://www.python.org/downloads/), puis relancez la même commande."
)
SANS_RESEAU = (
    "Les paquets Python n’ont pas pu être téléchargés : la première installation demande un accès à https://pypi.org "
    "(derrière un mandataire : la variable HTTPS_PROXY), puis relancez la même commande."
)


@pytest.fixture
def copie(tmp_path):
    """A fresh copy of what the packages are installed from, in a folder whose name has spaces and accents."""
    folder = tmp_path / "l’été à Orly, édition 2"
    (folder / "scripts").mkdir(parents=True)
    for name in ("pyproject.toml", "uv.lock", ".python-version", "scripts/uv"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def outils(tmp_path):
    """A PATH with the few programs that the script calls, and uv."""
    folder = tmp_path / "bin"
    folder.mkdir()
    uv = shutil.which("uv") or ROOT / ".uv" / "bin" / "uv"
    for name, program in [("uv", uv), *((name, shutil.which(name)) for name in OUTILS)]:
        (folder / name).symlink_to(program)
    return folder


def sync(copie, outils, **variables):
    """(status, what it says) of the installation, without network."""
    done = subprocess.run(
        [copie / "scripts" / "uv", "sync", "--quiet", "--frozen"],
        env={"PATH": str(outils), "HOME": str(copie.parent / "maison"), "UV_HTTP_RETRIES": "0"}
        | NULLE_PART
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr.strip()


def stand_in(outils, words):
    """In the place of uv, a program that fails with these words when it installs."""
    (outils / "uv").unlink()
    (outils / "uv").write_text(f'#!/bin/sh\ncase "$1" in sync) echo "{words}" >&2; exit 2;; esac\n')
    (outils / "uv").chmod(0o755)


@pytest.mark.skipif(
    subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; sys.exit(sys.version_info[:2] == (3, 13))"], check=False
    ).returncode
    != 0,
    reason="the system of this machine has a Python 3.13 of its own",
)
def test_without_python_it_says_what_to_install(copie, outils):
    assert sync(copie, outils) == (1, SANS_PYTHON)
    assert not (copie / ".venv" / "lib").exists()


def test_without_network_it_says_what_is_needed(copie, outils):
    (outils / "python3.13").symlink_to(sys.executable)
    assert sync(copie, outils, UV_CACHE_DIR=str(copie.parent / "vide")) == (1, SANS_RESEAU)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "error: Failed to install: django.whl\n  Caused by: failed to copy: No space left on device (os error 28)",
            "Il n’y a plus assez de place sur le disque pour installer l’application dans « {copie} » : libérez "
            "environ 1 Go, puis relancez la même commande.",
        ),
        (
            "error: failed to create directory `.venv`: Permission denied (os error 13)",
            "Ce compte n’a pas le droit d’écrire dans « {copie} » : copiez l’application dans un dossier à vous, puis "
            "relancez la même commande.",
        ),
    ],
    ids=["no room", "no right"],
)
def test_what_uv_says_of_the_disk_is_said_in_french(copie, outils, words, said):
    stand_in(outils, words)
    assert sync(copie, outils) == (1, said.format(copie=copie))


def test_what_nobody_foresaw_is_shown_then_said(copie, outils):
    stand_in(outils, "error: the sky is falling")
    (outils / "python3.13").symlink_to(sys.executable)
    status, said = sync(copie, outils)
    assert (status, said.splitlines()[0]) == (1, "error: the sky is falling")


def test_a_home_that_cannot_be_written_costs_nothing(copie, outils):
    """What uv keeps then stands beside the packages, in a folder that git ignores."""
    done = subprocess.run(
        [copie / "scripts" / "uv", "cache", "dir"],
        env={"PATH": str(outils), "HOME": "/proc"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, Path(done.stdout.strip())) == (0, copie / ".cache" / "uv")
    assert ".cache/" in (ROOT / ".gitignore").read_text().split()


def test_every_other_command_is_uv_itself():
    done = subprocess.run(
        [ROOT / "scripts" / "uv", "no-such-command"], env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
