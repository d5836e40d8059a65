"""The page of a laureate is a celebration: its own mosaic, always the same, still when motion is reduced."""

import pytest
from django.urls import reverse

from laureats.laureat.mosaique import COTE, mosaique
from tests.factories.laureats import LaureatFactory


def test_it_is_laid_whole_and_always_the_same():
    tuiles = mosaique("abc", colonnes=5, rangs=3)
    assert [(tuile.x // COTE, tuile.y // COTE) for tuile in tuiles] == [(x, y) for y in range(3) for x in range(5)]
    assert max(tuile.vague for tuile in tuiles) == 4 + 2
    assert mosaique("abc", colonnes=5, rangs=3) == tuiles
    assert mosaique("abd", colonnes=5, rangs=3) != tuiles


@pytest.mark.django_db(transaction=True)
def test_the_page_shows_it_and_keeps_still_when_asked(new_page):
    laureat = LaureatFactory(titre="La halle", nom="Les Réparateurs")
    page = new_page(width=375, height=667, reduced_motion="reduce")
    page.goto(reverse("laureats:laureat_detail", args=[laureat.cle]))
    assert page.locator(".fete .tuile").count() == 48
    assert page.locator(".fete h1").inner_text() == "La halle"
    assert page.locator(".fete .tuile").first.evaluate("one => getComputedStyle(one).animationName") == "none"
    moving = new_page(width=1280, height=900, reduced_motion="no-preference")
    moving.goto(reverse("laureats:laureat_detail", args=[laureat.cle]))
    assert moving.locator(".fete .tuile").first.evaluate("one => getComputedStyle(one).animationName") == "pose"
    # Who it is stands on the first screen of a telephone.
    assert page.locator(".fete-qui").bounding_box()["y"] < 600


@pytest.mark.django_db
def test_a_laureate_nobody_has_named_is_not_celebrated(client):
    laureat = LaureatFactory(is_a_completer=True)
    assert client.get(reverse("laureats:laureat_detail", args=[laureat.cle])).context["tuiles"] == []
