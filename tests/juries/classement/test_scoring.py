"""The arithmetic of the jury: exact means, said ties, nothing that a «sans avis» could lower."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juries.arrondi import arrondi
from juries.classement import severites as correction
from juries.classement.rangs import Rang, classement
from juries.classement.scoring import Bulletin, Critere, depouiller, ecart_type, note_bulletin

D = Decimal
GRILLE = (Critere("innovation", 3, 5), Critere("habitants", 2, 5), Critere("faisabilite", 1, 10))
SUR_20 = (Critere("note", 1, 20),)


def bulletins(*votes):
    """("membre", "dossier", note sur 20 or None) → ballots on the one-criterion grid."""
    return [Bulletin(membre, dossier, {"note": note}) for membre, dossier, note in votes]


def severites(votes, grille, **fields):
    """The offset of each member, as shown."""
    offsets = correction.severites(depouiller(votes, grille), **fields)
    return {membre: arrondi(ecart) for membre, ecart in offsets.items()}


def moyenne(notes):
    """The mean of these notes on 20, as the ranking shows it."""
    return classement(bulletins(*[(rang, "D", note) for rang, note in enumerate(notes)]), SUR_20, dossiers=["D"])[
        0
    ].moyenne


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (D("12.345"), "12.35"),
        (D("12.3449"), "12.34"),
        (Fraction(-1, 200), "-0.01"),
        (0, "0.00"),
        (20, "20.00"),
    ],
)
def test_rounding_is_half_up_to_two_decimals(valeur, attendu):
    assert str(arrondi(valeur)) == attendu


@pytest.mark.parametrize(
    ("notes", "attendu"),
    [
        ({"innovation": 5, "habitants": 5, "faisabilite": 10}, D("20.00")),
        ({"innovation": 0, "habitants": 0, "faisabilite": 0}, D("0.00")),
        # (3 × 4/5 + 2 × 3/5 + 1 × 5/10) / 6 × 20 = 4.1 / 6 × 20
        ({"innovation": 4, "habitants": 3, "faisabilite": 5}, D("13.67")),
        # «sans avis» on habitants: (3 × 4/5 + 1 × 5/10) / 4 × 20
        ({"innovation": 4, "habitants": None, "faisabilite": 5}, D("14.50")),
        ({"innovation": 4}, D("16.00")),
        ({"innovation": None, "habitants": None, "faisabilite": None}, None),
        ({}, None),
        ({"innovation": D("3.5"), "habitants": D("2.5"), "faisabilite": 7}, D("12.67")),
        ({"innovation": 4, "retire de la grille": 1}, D("16.00")),
    ],
)
def test_a_ballot_is_weighted_over_what_was_scored(notes, attendu):
    assert note_bulletin(notes, GRILLE) == attendu


def test_a_criterion_of_weight_zero_shows_without_counting():
    grille = (*GRILLE, Critere("coup de coeur", 0, 5))

    assert note_bulletin({"innovation": 4, "coup de coeur": 0}, grille) == D("16.00")
    assert note_bulletin({"coup de coeur": 5}, grille) is None


@pytest.mark.parametrize("valeur", [-1, 6, D("5.5")])
def test_a_value_outside_its_scale_is_refused(valeur):
    with pytest.raises(ValueError, match="outside 0 to 5"):
        note_bulletin({"innovation": valeur}, GRILLE)


@pytest.mark.parametrize("critere", [Critere("a", -1, 5), Critere("a", 1, 0)])
def test_a_grid_without_sense_is_refused(critere):
    with pytest.raises(ValueError, match="a scale is above 0"):
        note_bulletin({}, (critere,))


def test_two_criteria_of_one_id_are_refused():
    with pytest.raises(ValueError, match="share one id"):
        note_bulletin({}, (Critere("a", 1, 5), Critere("a", 2, 5)))


@pytest.mark.parametrize(
    ("notes", "attendue"),
    [([], None), ([12], D("12.00")), ([D("12.5"), 13], D("12.75")), ([10, 10, 11], D("10.33"))],
)
def test_mean(notes, attendue):
    assert moyenne(notes) == attendue


@pytest.mark.parametrize(
    ("notes", "attendu"),
    [
        ([], None),
        ([12], None),
        ([12, 12], D("0.00")),
        ([10, 14], D("2.00")),
        ([2, 4, 4, 4, 5, 5, 7, 9], D("2.00")),
        ([10, 11, 12], D("0.82")),
    ],
)
def test_spread_is_of_population_and_needs_two_notes(notes, attendu):
    assert ecart_type(notes) == attendu


def test_ranking_says_ties_and_skips_the_next_rank():
    votes = bulletins(
        ("a", "D1", 15), ("b", "D1", 13), ("a", "D2", 14), ("b", "D2", 14), ("a", "D3", 10), ("a", "D4", 16)
    )

    rangs = classement(votes, SUR_20, dossiers=["D0"])

    assert [(r.dossier, r.rang, r.moyenne, r.ecart_type, r.nombre, r.ex_aequo) for r in rangs] == [
        ("D4", 1, D("16.00"), None, 1, ()),
        ("D1", 2, D("14.00"), D("1.00"), 2, ("D2",)),
        ("D2", 2, D("14.00"), D("0.00"), 2, ("D1",)),
        ("D3", 4, D("10.00"), None, 1, ()),
        ("D0", None, None, None, 0, ()),
    ]


def test_equal_on_screen_is_not_equal():
    votes = [
        *bulletins(("a", "D1", 12), ("b", "D1", 12), ("c", "D1", D("12.01")), ("a", "D2", 12)),
        *bulletins(("b", "D2", 12), ("c", "D2", 12)),
    ]

    rangs = classement(votes, SUR_20)

    assert [(r.dossier, r.rang, r.moyenne, r.ex_aequo) for r in rangs] == [
        ("D1", 1, D("12.00"), ()),
        ("D2", 2, D("12.00"), ()),
    ]


def test_thirds_are_compared_exactly():
    grille = (Critere("a", 1, 3), Critere("b", 1, 3), Critere("c", 1, 3))
    votes = [
        Bulletin("x", "D1", {"a": 1, "b": 1, "c": 1}),
        Bulletin("x", "D2", {"a": 3, "b": 0, "c": 0}),
        Bulletin("x", "D3", {"a": 1, "b": None, "c": 1}),
    ]

    assert [(r.rang, r.moyenne, r.ex_aequo) for r in classement(votes, grille)] == [
        (1, D("6.67"), ("D2", "D3")),
        (1, D("6.67"), ("D1", "D3")),
        (1, D("6.67"), ("D1", "D2")),
    ]


def test_a_sans_avis_is_never_a_zero():
    avec = [Bulletin("a", "D1", {"innovation": 4, "habitants": None, "faisabilite": 8})]
    sans = [Bulletin("a", "D1", {"innovation": 4, "habitants": 0, "faisabilite": 8})]

    assert classement(avec, GRILLE)[0].moyenne == D("16.00")
    assert classement(sans, GRILLE)[0].moyenne == D("10.67")


def test_a_ballot_all_without_opinion_does_not_count():
    votes = bulletins(("a", "D1", 18), ("b", "D1", None))

    assert classement(votes, SUR_20) == [Rang("D1", 1, Fraction(18), None, 1, (), D("18.00"))]


def test_drafts_do_not_count():
    votes = [*bulletins(("a", "D1", 10)), Bulletin("b", "D1", {"note": 20}, final=False)]

    assert [(r.moyenne, r.nombre) for r in classement(votes, SUR_20)] == [(D("10.00"), 1)]


def test_two_final_ballots_of_one_member_are_refused():
    with pytest.raises(ValueError, match="two final ballots"):
        classement(bulletins(("a", "D1", 10), ("a", "D1", 12)), SUR_20)


def test_no_ballot_at_all():
    assert classement([], GRILLE) == []
    assert classement([], GRILLE, dossiers=["D1", "D2"]) == [
        Rang("D1", None, None, None, 0),
        Rang("D2", None, None, None, 0),
    ]
    assert severites([], GRILLE) == {}


def test_the_severe_member_is_seen_and_the_mean_is_untouched():
    # Everybody sees the same quality; «severe» takes four points off, and heard D1 and D2 only.
    votes = bulletins(
        *[(membre, dossier, note) for membre in "abc" for dossier, note in (("D1", 14), ("D2", 12), ("D3", 13))],
        ("severe", "D1", 10),
        ("severe", "D2", 8),
    )

    ecarts = severites(votes, SUR_20)
    rangs = classement(votes, SUR_20)

    assert ecarts["severe"] < D("-1.5")
    assert ecarts["a"] == ecarts["b"] == ecarts["c"] > 0
    assert [(r.dossier, r.moyenne) for r in rangs] == [("D1", D("13.00")), ("D3", D("13.00")), ("D2", D("11.00"))]
    corrigees = {r.dossier: r.moyenne_corrigee for r in rangs}
    assert corrigees["D1"] > corrigees["D3"] > corrigees["D2"]


def test_shrinkage_admits_less_from_few_ballots_and_more_without_it():
    votes = bulletins(("a", "D1", 15), ("b", "D1", 11))

    assert severites(votes, SUR_20) == {"a": D("0.87"), "b": D("-0.87")}  # 2 / (1 + 1.3)
    assert severites(votes, SUR_20, retrait=D("0.0000001")) == {"a": D("2.00"), "b": D("-2.00")}
    assert severites(votes, SUR_20, retrait=D(10**9)) == {"a": D("0.00"), "b": D("0.00")}


def test_the_correction_stays_on_the_scale():
    votes = bulletins(*[("a", f"D{n}", 20) for n in range(9)], *[("b", f"D{n}", 0) for n in range(9)], ("a", "X", 0))

    assert {r.moyenne_corrigee for r in classement(votes, SUR_20) if r.dossier == "X"} == {D("0.00")}


notes_20 = st.one_of(st.none(), st.integers(0, 20))
tables = st.dictionaries(st.tuples(st.sampled_from("abcdef"), st.integers(1, 8)), notes_20, max_size=40).map(
    lambda table: bulletins(*[(membre, dossier, note) for (membre, dossier), note in table.items()])
)


@given(tables)
def test_ranks_follow_exact_means(votes):
    rangs = classement(votes, SUR_20)
    notes = {}
    for bulletin in votes:
        if bulletin.notes["note"] is not None:
            notes.setdefault(bulletin.dossier, []).append(bulletin.notes["note"])
    exactes = {dossier: Fraction(sum(valeurs), len(valeurs)) for dossier, valeurs in notes.items()}

    assert {r.dossier for r in rangs} == {b.dossier for b in votes}
    for rang in rangs:
        if rang.dossier not in exactes:
            assert (rang.rang, rang.moyenne, rang.nombre) == (None, None, 0)
            continue
        moi = exactes[rang.dossier]
        assert rang.rang == 1 + sum(autre > moi for autre in exactes.values())
        assert set(rang.ex_aequo) == {d for d, autre in exactes.items() if autre == moi} - {rang.dossier}
        assert rang.moyenne == arrondi(moi) == moyenne(notes[rang.dossier])
        assert rang.ecart_type == ecart_type(notes[rang.dossier])
        assert 0 <= rang.moyenne_corrigee <= 20


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_ballots_changes_nothing(votes, hasard):
    melanges = list(votes)
    hasard.shuffle(melanges)

    def lu(ordre):
        rangs = classement(ordre, SUR_20)
        return {r.dossier: (r.rang, r.moyenne, r.moyenne_corrigee, set(r.ex_aequo)) for r in rangs}

    assert lu(melanges) == lu(votes)


@given(tables)
def test_severities_balance_out(votes):
    ecarts = severites(votes, SUR_20)

    assert abs(sum(ecarts.values())) <= D("0.01") * len(ecarts)


@given(
    st.dictionaries(st.sampled_from(["innovation", "habitants"]), st.integers(0, 5), min_size=1),
    st.integers(0, 10),
)
def test_a_better_value_never_lowers_a_note(notes, faisabilite):
    note = note_bulletin(notes | {"faisabilite": faisabilite}, GRILLE)

    assert D(0) <= note <= D(20)
    for critere, valeur in notes.items():
        if valeur < 5:
            assert note_bulletin(notes | {critere: valeur + 1, "faisabilite": faisabilite}, GRILLE) > note
