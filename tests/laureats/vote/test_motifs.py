"""What a letter says when the vote wrote no reason: every case of the rule."""

from itertools import product

import pytest

from laureats.enums import SensDecision
from laureats.vote.motifs import motif_de_reserve, motif_par_defaut

ACCORDE, ATTENTE, REFUSE = SensDecision
DIT = "L’enveloppe ne suffit pas."
FAITS = {"demande": 10_000, "accorde": 8_000, "enveloppe": 20_000}


@pytest.mark.parametrize(("sens", "is_reserve", "jury"), [*product(SensDecision, (True, False), ("", DIT))])
def test_the_words_of_the_jury_stand_where_they_fit(sens, is_reserve, jury):
    said = motif_par_defaut(sens, is_reserve=is_reserve, jury=jury, **FAITS)
    expected = {
        # Kept waiting as the jury wished, or granted as it proposed: its own words.
        (ATTENTE, True): jury,
        (ACCORDE, False): jury,
        # Called from the list, what made it wait is no longer said.
        (ACCORDE, True): "",
        (REFUSE, True): motif_de_reserve(jury=jury, **FAITS),
        # Nobody has said yet why.
        (REFUSE, False): "",
        # The jury never kept it waiting: the vote does not either.
        (ATTENTE, False): jury,
    }[sens, is_reserve]
    assert said == expected


def test_no_word_of_the_rank():
    said = motif_de_reserve(jury=DIT, **FAITS)
    assert said.startswith(f"{DIT}\n\nLe jury avait placé le projet sur la liste d’attente.")
    assert "rang" not in said
