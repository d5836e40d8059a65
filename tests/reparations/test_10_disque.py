"""Number 10: a disk without room is said in a sentence and keeps no piece of a file."""

import resource
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from projects.models import Piece
from tests.factories.depot import complete_dossier
from tests.factories.label import EditionFactory
from tests.pdf import pdf

PDF = pdf(b"0" * 300_000)


@pytest.fixture
def dossier(db):
    now = timezone.now()
    day = timezone.localdate(now) + timedelta(days=60)
    dates = {"ouverture": now - timedelta(days=30), "cloture": now + timedelta(days=9), "publication_prevue": day}
    edition = EditionFactory(annee=now.year, fin_instruction=day, jury_debut=day, jury_fin=day, **dates)
    return complete_dossier(edition=edition)


@pytest.fixture
def full_disk():
    """No file of this process may grow beyond 100 kB: the system refuses the rest, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_10_a_full_disk_is_said_and_keeps_no_piece_of_a_file(accept, client, dossier, settings, full_disk):
    client.raise_request_exception = False
    client.force_login(dossier.responsable)
    fichier = SimpleUploadedFile("statuts.pdf", PDF, "application/pdf")
    page = reverse("projects:piece_add", args=[dossier.cle])
    answer = client.post(page, {"fichier": fichier}, headers={"Accept": accept})
    assert answer.status_code == 422
    said = answer.json()["phrase"] if accept == "application/json" else answer.text
    assert "par manque de place de notre côté" in said
    assert (kept(settings), Piece.objects.count()) == ([], 0)


def test_10_once_there_is_room_the_same_file_is_joined(client, dossier, settings):
    client.force_login(dossier.responsable)
    fichier = SimpleUploadedFile("statuts.pdf", PDF, "application/pdf")
    assert client.post(reverse("projects:piece_add", args=[dossier.cle]), {"fichier": fichier}).status_code == 302
    assert [path.read_bytes() for path in kept(settings)] == [PDF]
