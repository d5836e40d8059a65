"""A picture is joined whatever surrounds it: its thumbnail, its rotation, its metadata are conveniences."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests.factories.label import EditionFactory, UserFactory
from tests.factories.projects import DossierFactory
from tests.reparations.images import ODD, picture, saved, turned

# No picture to draw, or one that would cost too much: joined, without thumbnail.
SANS_MINIATURE = {
    "coupée au milieu",
    "mille passages",
    "jfif coupé",
    "adobe coupé",
    "png: animation coupée",
    "png: contrôle faux",
    "png: contrôle faux dans l’en-tête",
    "png: résolution coupée",
    "png: gamma coupé",
    "png: couleurs coupées",
    "png: profil qui gonfle",
    "png: texte qui gonfle",
    "png: longueur folle",
    "png: nom de morceau illisible",
    "png: pixels coupés",
    "png: sans pixels",
    "png: très grande",
    "png: une ligne",
}


@pytest.fixture
def porteur(db):
    return UserFactory(email="awa@porteur.example")


@pytest.fixture
def dossier(porteur):
    now = timezone.now()
    day = now.date() + timedelta(days=60)
    edition = EditionFactory(
        annee=now.year,
        ouverture=now - timedelta(days=30),
        cloture=now + timedelta(days=30),
        fin_instruction=day,
        jury_debut=day,
        jury_fin=day,
        publication_prevue=day,
    )
    return DossierFactory(edition=edition, porteur=porteur)


@pytest.fixture
def send(dossier, porteur, settings):
    """Send one file as the script of the page does: (status, what the server says became of it)."""
    # How many a dossier takes is not what is asked here.
    settings.PIECES_LIBRES_MAX = 1_000
    client = Client(raise_request_exception=False)
    client.force_login(porteur)

    def send(content, name="photo.jpg"):
        answer = client.post(
            reverse("projects:piece_add", args=[dossier.cle]),
            {"fichier": SimpleUploadedFile(name, content, "image/jpeg")},
            headers={"Accept": "application/json"},
        )
        return answer.status_code, answer.json()["etat"] if "json" in answer.headers["Content-Type"] else ""

    return send


def kept(piece):
    with piece.fichier.open("rb") as file:
        return file.read()


@pytest.mark.parametrize("cas", ODD)
def test_07_a_picture_is_joined_whatever_surrounds_it(cas, send, dossier):
    kind = "png" if ODD[cas].startswith(b"\x89PNG") else "jpg"
    assert send(ODD[cas], f"photo.{kind}") == (200, "joint")
    piece = dossier.pieces.get()
    assert (kept(piece), bool(piece.miniature)) == (ODD[cas], cas not in SANS_MINIATURE)
    if piece.miniature:
        with piece.miniature.open("rb") as file, Image.open(file) as drawn:
            drawn.load()
            assert (drawn.format, drawn.mode, dict(drawn.getexif())) == ("JPEG", "RGB", {})


# Where the red side of the picture stands once set upright (Exif 2.32, tag 274).
DEBOUT = {1: "haut", 2: "haut", 3: "bas", 4: "bas", 5: "gauche", 6: "droite", 7: "droite", 8: "gauche", 9: "haut"}
POINTS = {"haut": (0.5, 0.08), "bas": (0.5, 0.92), "gauche": (0.08, 0.5), "droite": (0.92, 0.5)}


@pytest.mark.parametrize(("orientation", "cote"), DEBOUT.items())
def test_07_a_picture_stands_as_its_telephone_said(orientation, cote, send, dossier):
    assert send(turned(orientation)) == (200, "joint")
    with dossier.pieces.get().miniature.open("rb") as file, Image.open(file) as drawn:
        red = {
            name: drawn.getpixel((int(x * drawn.width), int(y * drawn.height)))[0] > 150
            for name, (x, y) in POINTS.items()
        }
    assert red == {name: name == cote for name in POINTS}


def test_07_sixteen_bits_of_grey_are_not_all_white(send, dossier):
    grey = Image.new("I;16", (40, 30), 0x4000)
    assert send(saved(grey, "PNG"), "numérisation.png") == (200, "joint")
    with dossier.pieces.get().miniature.open("rb") as file, Image.open(file) as drawn:
        assert [abs(part - 0x40) < 4 for part in drawn.getpixel((20, 15))] == [True] * 3


def test_07_damaged_pictures_are_joined_or_refused_in_words(send):
    """Two hundred pictures damaged at random, always the same."""
    hasard = random.Random(7)
    whole = [content for content in ODD.values() if len(content) < 20_000]
    seen = Counter()
    for rank in range(200):
        content = bytearray(hasard.choice(whole))
        for _ in range(hasard.randint(1, 12)):
            content[hasard.randrange(2, min(400, len(content)))] = hasard.randrange(256)
        seen[send(bytes(content[: hasard.choice([None, None, hasard.randint(30, 400)])]), f"photo-{rank}.jpg")] += 1
    assert set(seen) <= {(200, "joint"), (422, "refuse")}
    assert seen[200, "joint"] > 100


def test_07_a_thumbnail_that_cannot_be_kept_costs_only_itself(send, dossier, monkeypatch, caplog):
    """The disk takes the photo and no more."""
    real = FileSystemStorage._save

    def full(storage, name, content):
        if name.startswith("miniatures/"):
            raise OSError(28, "No space left on device", "/chez/awa@porteur.example")
        return real(storage, name, content)

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    assert send(saved(picture()), "awa.jpg") == (200, "joint")
    piece = dossier.pieces.get()
    assert (piece.nom, bool(piece.fichier), bool(piece.miniature)) == ("awa.jpg", True, False)
    said = [record.getMessage() for record in caplog.records if record.name == "label.commodite"]
    assert [line.startswith("Done without a thumbnail that could not be kept (OSError at ") for line in said] == [True]
    assert "awa" not in caplog.text


def test_07_the_log_of_a_missing_thumbnail_names_nobody(send, dossier, caplog):
    assert send(ODD["png: gamma coupé"], "chez-awa-diarra.png") == (200, "joint")
    assert "Done without a thumbnail (ValueError at PngImagePlugin.py:" in caplog.text
    assert "diarra" not in caplog.text
