"""What the journeys share: a mailbox, the real territory, no rate limit left over from another test."""

import pytest
from django.core.cache import cache
from django.core.management import call_command

from tests.parcours.pages import Boite


@pytest.fixture(autouse=True)
def nobody_came_before():
    """Sign-in counts its attempts per address of the network: all journeys come from one."""
    cache.clear()


@pytest.fixture
def boite(smtp, wait_until):
    return Boite(smtp, wait_until)


@pytest.fixture
def territoire(transactional_db):
    """The 8 contrats and 31 quartiers shipped with the application."""
    call_command("import_referentiel", verbosity=0)
