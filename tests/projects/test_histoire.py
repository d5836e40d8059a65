"""The story of a section: visits, word by word, what moved since, a former text put back."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions.histoire import record_visit
from projects.models import Visite
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory

EN_TEMPS = datetime(2027, 3, 10, 14, 32, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_time():
    with time_machine.travel(EN_TEMPS, tick=False):
        yield


@pytest.fixture
def duo():
    """(dossier, porteur, chef): a draft and the two who write it."""
    porteur, chef = UserFactory(prenom="Awa", nom="Diarra"), UserFactory(prenom="Luc", nom="Fontanel")
    return DossierFactory(porteur=porteur, chef=chef), porteur, chef


# --- Visits -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_visit_lasts_until_half_an_hour_without_a_sign(duo):
    dossier, porteur, _ = duo

    def after(minutes):
        record_visit(dossier, by=porteur, at=EN_TEMPS + timedelta(minutes=minutes))
        visite = Visite.objects.get(dossier=dossier, user=porteur)
        return [moment and round((moment - EN_TEMPS).total_seconds() / 60) for moment in (visite.precedente, visite.at)]

    # The sixth comes late: the clock does not go back.
    assert [after(minutes) for minutes in (0, 30, 61, 62, 500, 490)] == [
        [None, 0],
        [None, 30],
        [30, 61],
        [30, 62],
        [62, 500],
        [62, 500],
    ]


@pytest.mark.django_db
def test_a_visit_of_the_same_sitting_costs_one_query_and_a_stranger_makes_none(duo):
    dossier, porteur, _ = duo
    record_visit(dossier, by=porteur)
    with CaptureQueriesContext(connection) as captured:
        record_visit(dossier, by=porteur)
    assert [row["sql"].split()[0] for row in captured if "SAVEPOINT" not in row["sql"]] == ["UPDATE"]
    with pytest.raises(PermissionDenied):
        record_visit(dossier, by=UserFactory())
    assert list(Visite.objects.values_list("user", flat=True)) == [porteur.pk]
