"""Who instructs, and the day the instruction runs."""

import pytest
import time_machine

from tests.factories.instruction import APRES
from tests.factories.label import UserFactory


@pytest.fixture
def instructeur():
    return UserFactory(prenom="Inès", nom="Morvan", instructeur=True)


@pytest.fixture
def pilote():
    return UserFactory(prenom="Nadia", nom="Kessler", pilote=True)


@pytest.fixture
def sign_in(client):
    """Sign somebody in on the day the instruction runs."""
    with time_machine.travel(APRES):

        def enter(user):
            client.force_login(user)
            return client

        yield enter
