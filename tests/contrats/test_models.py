"""Holdings of chefs de projet by date, routing, and what the database refuses."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from contrats.affectation.actions import affect_chef, end_affectation
from contrats.models import Affectation, ContratDeVille, Quartier
from label.models import User
from tests.factories.contrats import AffectationFactory, ContratFactory, QuartierFactory
from tests.factories.label import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def holdings(today):
    """One contrat, and one person for each way of standing in time."""
    contrat = ContratFactory()
    day = timedelta(days=1)
    spans = {
        "past": (today - 60 * day, today - 30 * day),
        "ended yesterday": (today - 60 * day, today - day),
        "last day": (today - 60 * day, today),
        "open": (today - 60 * day, None),
        "first day": (today, None),
        "tomorrow": (today + day, None),
    }
    return contrat, {name: AffectationFactory(contrat=contrat, du=du, au=au) for name, (du, au) in spans.items()}


def test_who_is_in_post_today(holdings):
    contrat, by_name = holdings
    present = {by_name[name] for name in ("last day", "open", "first day")}
    assert set(Affectation.objects.current()) == present
    assert set(contrat.chefs()) == {affectation.user for affectation in present}
    (fetched,) = ContratDeVille.objects.with_chefs()
    assert set(fetched.en_poste) == present


def test_who_was_in_post_on_a_day(holdings, today):
    contrat, by_name = holdings
    then = today - timedelta(days=40)
    present = {by_name[name] for name in ("past", "ended yesterday", "last day", "open")}
    assert set(Affectation.objects.current(then)) == present
    assert set(contrat.chefs(then)) == {affectation.user for affectation in present}


def test_contrats_of_a_chef_follow_the_dates(holdings, today):
    contrat, by_name = holdings
    gone, newcomer = by_name["ended yesterday"].user, by_name["tomorrow"].user
    assert [
        list(ContratDeVille.objects.of_chef(gone)),
        list(ContratDeVille.objects.of_chef(gone, on=today - timedelta(days=1))),
        list(ContratDeVille.objects.of_chef(newcomer)),
        list(ContratDeVille.objects.of_chef(newcomer, on=today + timedelta(days=1))),
    ] == [[], [contrat], [], [contrat]]


def test_a_closed_account_is_nobody_s_chef(holdings):
    contrat, by_name = holdings
    User.objects.filter(pk=by_name["open"].user.pk).update(is_active=False)
    assert set(contrat.chefs()) == {by_name["last day"].user, by_name["first day"].user}


def test_quartiers_route_to_their_contrats_each_once():
    one, two, other = ContratFactory.create_batch(3)
    shared = QuartierFactory(contrats=[one, two])
    plain = QuartierFactory(contrats=[one])
    QuartierFactory(contrats=[other])
    assert set(ContratDeVille.objects.for_quartiers([shared, plain])) == {one, two}
    assert ContratDeVille.objects.for_quartiers([shared, plain]).count() == 2
    assert list(ContratDeVille.objects.for_quartiers(Quartier.objects.none())) == []


def test_an_end_before_the_beginning_is_refused_in_french_and_by_the_database(today):
    affectation = AffectationFactory.build(user=UserFactory(), contrat=ContratFactory(), du=today)
    affectation.au = today - timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        affectation.full_clean()
    assert refused.value.messages == ["La date de fin doit suivre la date de début."]
    with pytest.raises(IntegrityError), transaction.atomic():
        affectation.save()


def test_one_person_does_not_hold_the_same_contrat_twice_at_once(pilote, today):
    held = AffectationFactory(du=date(2024, 1, 1), au=date(2024, 12, 31))
    known = {"email": held.user.email, "prenom": "", "nom": "", "by": pilote}
    with pytest.raises(ValidationError) as refused:
        affect_chef(held.contrat, **known, du=date(2024, 12, 31))
    assert refused.value.messages == ["Cette personne est déjà chef de projet de ce contrat à ces dates."]
    again = affect_chef(held.contrat, **known, du=date(2025, 1, 1))
    elsewhere = affect_chef(ContratFactory(), **known, du=date(2024, 6, 1))
    assert set(held.user.affectations.all()) == {held, again, elsewhere}


def test_naming_an_unknown_person_creates_the_account_and_the_journal_says_who(pilote):
    contrat = ContratFactory()
    affectation = affect_chef(
        contrat, email="Ines.Haddad@Exemple.example", prenom="Inès", nom="Haddad", telephone="01 02 03 04 05",
        du=date(2026, 1, 1), by=pilote,
    )  # fmt: skip
    user = User.objects.get(email="ines.haddad@exemple.example")
    assert (user.get_full_name(), user.telephone, user.has_usable_password()) == (
        "Inès Haddad",
        "01 02 03 04 05",
        False,
    )
    assert list(ContratDeVille.objects.of_chef(user, on=date(2026, 1, 1))) == [contrat]
    (event,) = Affectation.pgh_event_model.objects.filter(pgh_obj=affectation)
    assert event.pgh_context.metadata == {"user": pilote.pk}


def test_ending_a_charge_keeps_the_last_day(pilote, today):
    affectation = AffectationFactory()
    end_affectation(affectation, au=today, by=pilote)
    assert list(affectation.contrat.chefs()) == [affectation.user]
    assert list(affectation.contrat.chefs(today + timedelta(days=1))) == []


def test_an_official_code_is_given_once_in_a_generation():
    QuartierFactory(code="QP094009")
    same_code_later = QuartierFactory.build(identifiant="autre", code="QP094009", generation="2024")
    same_code_later.full_clean()
    with pytest.raises(ValidationError) as refused:
        QuartierFactory.build(identifiant="encore", code="QP094009").full_clean()
    assert refused.value.messages == ["Un autre quartier de cette génération porte déjà ce code officiel."]


def test_half_a_position_is_refused():
    with pytest.raises(ValidationError) as refused:
        QuartierFactory.build(identifiant="x", lon=None).full_clean()
    assert refused.value.messages == ["Donnez la latitude et la longitude, ou aucune des deux."]


@pytest.mark.parametrize("typed", ["L'Haÿ", "L’HAŸ-LES-ROSES", "lhay", "hay les", "l hay", "Roses"])
def test_search_forgets_accents_capitals_and_punctuation(typed):
    quartier = QuartierFactory(nom="Stade de L’Haÿ-les-Roses")
    QuartierFactory(nom="Ailleurs")
    expected = [] if typed == "lhay" else [quartier]
    assert list(Quartier.objects.matching(typed)) == expected


def test_a_blank_search_finds_nothing():
    QuartierFactory()
    assert list(Quartier.objects.matching("  ’ - ")) == []
