"""What every signed-in page costs: who is there, and what they hold."""

import pytest
from django.urls import reverse

from tests.factories.label import UserFactory

# Session, person, then what the person holds: roles at the EPT, structures, contrats, dossiers shared, seats in juries.
QUERIES = 7


@pytest.mark.django_db
def test_an_empty_dashboard_asks_who_is_there_and_what_they_hold(client, django_assert_num_queries):
    client.force_login(UserFactory())
    with django_assert_num_queries(QUERIES):
        page = client.get(reverse("label:tableau"))
    assert page.context["panels"] == []
    assert page.context["menu"][0].url_name == "label:tableau"


@pytest.mark.django_db
def test_rights_come_from_the_rules_without_the_tables_of_django(django_assert_num_queries):
    user, root = UserFactory(pilote=True), UserFactory(is_superuser=True)
    # The roles, once.
    with django_assert_num_queries(1):
        assert [user.has_perm(perm) for perm in ("label.change_edition", "label.view_edition")] == [True, True]
    with django_assert_num_queries(0):
        assert root.has_perm("label.change_edition")
    root.is_active = False
    assert not root.has_perm("label.change_edition")
    # What no rule knows is still Django's to answer, for the technical admin.
    assert not user.has_perm("label.add_critere")
    assert UserFactory(is_superuser=True).has_perm("label.add_critere")
