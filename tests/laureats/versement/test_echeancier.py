"""The schedule of payments."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laureats.versement.echeancier import SEUIL_UNIQUE, Echeance, split

JOUR = date(2027, 10, 12)


def test_a_small_grant_is_paid_in_one_go_within_sixty_days():
    assert split(5_000, notifie_le=JOUR) == [Echeance(1, "Versement unique", 5_000, date(2027, 12, 11))]


def test_beyond_the_threshold_an_acompte_then_a_solde_after_the_action():
    assert split(9_999, notifie_le=JOUR, fin_action=date(2028, 6, 30)) == [
        Echeance(1, "Acompte de 70\u00a0%", 6_999, date(2027, 12, 11)),
        Echeance(2, "Solde", 3_000, date(2028, 8, 29)),
    ]


def test_an_action_already_over_never_dates_the_solde_before_the_acompte():
    assert [e.prevu_le for e in split(8_000, notifie_le=JOUR, fin_action=date(2020, 1, 1))] == [
        date(2027, 12, 11),
        date(2028, 2, 9),
    ]


@pytest.mark.parametrize("montant", [0, -1])
def test_no_schedule_for_nothing(montant):
    with pytest.raises(ValueError, match="positive"):
        split(montant, notifie_le=JOUR)


@given(
    montant=st.integers(1, 10_000_000),
    notifie_le=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    duree=st.none() | st.integers(-2000, 2000),
)
def test_whole_euros_add_up_and_dates_never_go_back(montant, notifie_le, duree):
    fin = None if duree is None else notifie_le + timedelta(days=duree)
    echeances = split(montant, notifie_le=notifie_le, fin_action=fin)

    assert sum(e.montant for e in echeances) == montant
    assert all(type(e.montant) is int and e.montant > 0 for e in echeances)
    assert [e.rang for e in echeances] == list(range(1, len(echeances) + 1))
    assert [e.prevu_le for e in echeances] == sorted(e.prevu_le for e in echeances)
    assert echeances[0].prevu_le > notifie_le
    assert (len(echeances) == 1) == (montant <= SEUIL_UNIQUE)
