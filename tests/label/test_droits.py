"""What a person holds is read anew at each request, for the day it is in Paris, from SQL written once."""

from datetime import date, datetime

import pytest
import time_machine

from label.models import Habilitation, User
from projects.models import Dossier
from tests.factories.contrats import AffectationFactory
from tests.factories.label import PARIS, UserFactory
from tests.factories.projects import DossierFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "roles"),
    [
        (datetime(2027, 2, 28, 23, 59, tzinfo=PARIS), set()),
        (datetime(2027, 3, 1, 0, 0, tzinfo=PARIS), {"pilote"}),
        (datetime(2027, 3, 31, 23, 59, tzinfo=PARIS), {"pilote"}),
        (datetime(2027, 4, 1, 0, 0, tzinfo=PARIS), set()),
    ],
)
def test_a_role_is_held_from_the_first_day_to_the_last(moment, roles):
    user, autre = UserFactory(), UserFactory()
    Habilitation.objects.create(user=user, role="pilote", du=date(2027, 3, 1), au=date(2027, 3, 31))
    with time_machine.travel(moment, tick=False):
        assert User.objects.get(pk=user.pk).habilitations_courantes == roles
        assert User.objects.get(pk=autre.pk).habilitations_courantes == set()


@pytest.mark.parametrize(("jour", "visible"), [(28, False), (29, True), (30, True), (31, False)])
def test_a_dossier_is_seen_on_the_days_its_contrat_is_held(jour, visible):
    dossier, autre = DossierFactory(), DossierFactory()
    chef = AffectationFactory(contrat=dossier.contrat, du=date(2027, 3, 29), au=date(2027, 3, 30)).user
    with time_machine.travel(datetime(2027, 3, jour, 12, tzinfo=PARIS), tick=False):
        expected = [dossier] if visible else []
        assert list(Dossier.objects.visible_to(chef)) == expected
        assert list(Dossier.objects.writable_by(chef)) == expected
        assert autre not in Dossier.objects.visible_to(chef)


def test_seeing_is_one_query(django_assert_num_queries):
    chef = AffectationFactory(contrat=DossierFactory().contrat).user
    chef = User.objects.get(pk=chef.pk)
    assert not chef.is_agent
    with django_assert_num_queries(1):
        assert Dossier.objects.visible_to(chef).count() == 1
