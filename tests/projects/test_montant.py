"""What one project may be granted: every case of the rule."""

from itertools import product

import pytest

from projects.montant import Refus, refus_du_montant

PLAFOND = "Le plafond de l’édition est de 15\u202f000\u00a0€ par projet."
AU_DELA = "La structure demande 10\u202f000\u00a0€\u00a0: dites pourquoi lui accorder davantage."
AUTRE = "Le jury propose 8\u202f000\u00a0€\u00a0: dites pourquoi ce n’est pas ce montant."


@pytest.mark.parametrize(
    ("montant", "demande", "jury", "motif_interne", "refus"),
    [
        (9_999, 10_000, None, "", None),
        (10_000, 10_000, None, "", None),
        (10_001, 10_000, None, "", Refus("motif_interne", AU_DELA)),
        (10_001, 10_000, None, " \n", Refus("motif_interne", AU_DELA)),
        (10_001, 10_000, None, "Le chantier a grandi.", None),
        (10_001, None, None, "", None),
        (15_000, None, None, "", None),
        (15_001, None, None, "", Refus("montant", PLAFOND)),
        # No reason lifts the ceiling.
        (200_000, 10_000, None, "Un projet pour tout le territoire.", Refus("montant", PLAFOND)),
        (200_000, 10_000, 8_000, "Un projet pour tout le territoire.", Refus("montant", PLAFOND)),
        (8_000, 10_000, 8_000, "", None),
        (7_999, 10_000, 8_000, "", Refus("motif_interne", AUTRE)),
        (8_001, 10_000, 8_000, "", Refus("motif_interne", AUTRE)),
        (8_001, 10_000, 8_000, "Voté ainsi en séance.", None),
        # The jury has already said why it gives more than what is asked.
        (8_000, 5_000, 8_000, "", None),
    ],
)
def test_an_amount_is_taken_or_the_box_at_fault_says_why(montant, demande, jury, motif_interne, refus):
    assert refus_du_montant(montant, demande=demande, plafond=15_000, motif_interne=motif_interne, jury=jury) == refus


def test_no_amount_above_the_ceiling_nor_above_the_demand_without_a_reason_passes():
    euros = (1, 5, 6, 9, 10, 11)
    for montant, demande, jury, motif_interne in product(euros, (None, *euros), (None, *euros), ("", "Dit.")):
        taken = refus_du_montant(montant, demande=demande, plafond=9, motif_interne=motif_interne, jury=jury) is None
        same = montant == jury if jury is not None else demande is None or montant <= demande
        assert taken == (montant <= 9 and (bool(motif_interne) or same))
