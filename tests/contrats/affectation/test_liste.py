"""The list of the chefs de projet: what is read aloud of each gesture."""

import re

import pytest
from django.urls import reverse

from tests.factories.contrats import AffectationFactory
from tests.factories.label import EditionFactory, UserFactory


@pytest.mark.django_db
def test_each_gesture_says_whose_charge_it_ends(client):
    EditionFactory()
    AffectationFactory(user__prenom="Inès", user__nom="Bah")
    client.force_login(UserFactory(pilote=True))
    page = client.get(reverse("contrats:affectation_list")).text
    said = [re.sub(r"<[^>]+>", "", found) for found in re.findall(r"<a [^>]*/fin/[^>]*>(.*?)</a>", page)]
    assert said == ["Mettre fin à l’affectation d’Inès Bah"]
