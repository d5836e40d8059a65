"""What a person holds is read anew at each request, for the day it is in Paris, from SQL written once."""

from datetime import date, datetime

import pytest
import time_machine

from instruction.attribution.queries import instructeurs, past_instructeurs
from label.enums import AGENTS, Role
from label.models import Habilitation, User
from label.porte.second_facteur import requires_second_factor
from projects.dossier.lecteurs import readers
from projects.enums import Droit, Groupe
from projects.models import Dossier, Partage
from projects.notifications import agents
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


@pytest.mark.parametrize("role", Role)
def test_a_role_at_the_ept_makes_an_agent_only_when_it_is_said_to(role):
    """Invited to write a dossier, a person does: an agent reads it as the EPT instead, like every other dossier."""
    dossier, autre, held = DossierFactory(), DossierFactory(), UserFactory()
    Habilitation.objects.create(user=held, role=role, du=date(2020, 1, 1))
    now = datetime.now(PARIS)
    Partage.objects.create(
        dossier=dossier, email=held.email, user=held, droit=Droit.ECRITURE, by=UserFactory(), jeton_sha256="0" * 64,
        created_at=now, accepted_at=now, expire_at=now + Partage.DELAI,
    )  # fmt: skip
    user = User.objects.get(pk=held.pk)
    found = {
        "rights": user.is_agent,
        "sees every dossier": set(Dossier.objects.visible_to(user)) == {dossier, autre},
        "does not write": list(Dossier.objects.writable_by(user)) != [dossier],
        "reads as the EPT": [(one.groupe, one.reserve) for one in readers(dossier) if one.user == user]
        != [(Groupe.INVITES, False)],
        "reads the other": user in [one.user for one in readers(autre)],
        "is told": user in agents(dossier, {}),
        "is given dossiers": user in instructeurs(),
        "was given dossiers": user in past_instructeurs(),
        "second factor": requires_second_factor(user),
    }
    assert found == dict.fromkeys(found, role in AGENTS)
    assert frozenset({Role.INSTRUCTEUR, Role.PILOTE}) == AGENTS


def test_seeing_is_one_query(django_assert_num_queries):
    chef = AffectationFactory(contrat=DossierFactory().contrat).user
    chef = User.objects.get(pk=chef.pk)
    assert not chef.is_agent
    with django_assert_num_queries(1):
        assert Dossier.objects.visible_to(chef).count() == 1
