"""A sweep goes on past what fails, and stops when the database is away."""

import pytest
from django.db import OperationalError

from label.balayage import each
from label.models import Battement


@pytest.mark.django_db
def test_what_fails_for_one_is_undone_alone_and_stops_no_other():
    def act(nom):
        Battement.objects.create(nom=nom, at="2027-03-10T09:00:00Z")
        if nom == "b":
            # Breaks the transaction itself.
            Battement.objects.create(nom="a", at="2027-03-10T09:00:00Z")
        if nom == "c":
            raise ValueError(nom)
        return 1

    assert each("abcd", act) == 2
    assert set(Battement.objects.values_list("nom", flat=True)) == {"a", "d"}


@pytest.mark.django_db
def test_a_database_away_is_not_swept_over():
    def act(nom):
        raise OperationalError(nom)

    with pytest.raises(OperationalError):
        each("ab", act)
