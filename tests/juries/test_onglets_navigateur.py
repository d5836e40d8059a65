"""On a phone a row of tabs scrolls: the tab one is on is in sight."""

import pytest
from django.urls import reverse

from tests.factories.juries import jury_of
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_tab_of_the_page_is_in_sight_on_a_phone(new_page):
    jury = jury_of()
    page = new_page(UserFactory(pilote=True), width=375, height=667)
    page.goto(reverse("juries:deliberation_edit", args=[jury.edition.annee]))
    here = page.locator(".onglets [aria-current]").bounding_box()
    assert here["x"] >= 0
    assert here["x"] + here["width"] <= 375
