"""The merge by words: examples of each case, then any writing of two to four people."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecriture.fusion import Conflit, Fusion, join_texts, merge_text, merge_value, receive, words
from tests.ecriture.ecritures import BASE, ecritures, play


@pytest.mark.parametrize(
    ("base", "sien", "mien", "valeur"),
    [
        ("", "", "", ""),
        ("un", "un", "un deux", "un deux"),
        ("un", "un deux", "un", "un deux"),
        # Different places.
        ("le chat dort", "le petit chat dort", "le chat dort ici", "le petit chat dort ici"),
        ("le chat dort", "un chat dort", "le chat mange", "un chat mange"),
        # Both at the end: both stand, apart.
        ("fin", "fin alpha", "fin beta", "fin alpha beta"),
        ("", "alpha", "beta", "alpha beta"),
        # The same words from both are written once.
        ("fin", "fin alpha", "fin alpha", "fin alpha"),
        ("a b c", "a c", "a c", "a c"),
        # Both remove, not quite the same words.
        ("a b c d e", "a d e", "a b e", "a e"),
        # One goes on with his own word while the other writes after it.
        ("al", "al beta", "alpha", "alpha beta"),
        ("un\ndeux\ntrois", "un\nDEUX\ntrois", "un\ndeux\ntrois\nquatre", "un\nDEUX\ntrois\nquatre"),
    ],
)
def test_changes_to_different_words_are_all_kept(base, sien, mien, valeur):
    assert merge_text(base, sien, mien) == Fusion(valeur, valeur)


def test_the_same_words_changed_by_both_are_a_conflict():
    assert merge_text("le chat dort ici", "le chien dort ici", "le lion dort là") == Fusion(
        "le chien dort là", "le lion dort là", (Conflit("chat", "chien", "lion"),)
    )
    # Words written inside what the other removed.
    found = merge_text("a b c d", "a d", "a b NEUF c d")
    assert (found.valeur, found.autre, len(found.conflits)) == ("a d", "a b NEUF c d", 1)


def test_two_texts_joined_hold_the_words_of_both():
    assert join_texts("le chien dort là", "le lion dort là") == "le chien lion dort là"
    assert join_texts("a d", "a b NEUF c d") == "a b NEUF c d"
    assert join_texts("a b d", "a d NEUF") == "a b d NEUF"
    assert join_texts("Un four. Une serre.", "Un four. Deux vergers.") == "Un four. Une serre.\nDeux vergers."


def test_two_sentences_joined_stand_whole_one_under_the_other():
    """Not the words of one put in the other, nor a full stop lost between them."""
    one, other = "Personne ne coiffe B, mais tous chantent.", "Beaucoup cousent A et rien d’autre."
    assert join_texts(one, other) == f"{one}\n{other}"
    assert join_texts(f"Avant. {one} Après.", f"Avant. {other} Après.") == f"Avant. {one}\n{other} Après."
    assert join_texts("Entrée : 3.50 €.", "Gratuit.") == "Entrée : 3.50 €.\nGratuit."


@given(st.text(alphabet="ab .!…\n?1", max_size=40), st.text(alphabet="ab .!…\n?1", max_size=40))
def test_nothing_of_either_text_is_lost_when_both_are_kept(one, other):
    found = words(join_texts(one, other))
    for text in (one, other):
        wanted = Counter(word for word in words(text) if not word.isspace())
        assert not wanted - Counter(found)


@pytest.mark.parametrize(
    ("base", "sien", "mien", "fusion"),
    [
        (1, 2, 3, Fusion(2, 3, (Conflit(1, 2, 3),))),
        (1, 1, 3, Fusion(3, 3)),
        (None, 5, 5, Fusion(5, 5)),
        (["a", "b"], ["a", "b", "c"], ["b", "d"], Fusion(["b", "c", "d"], ["b", "c", "d"])),
        (
            {"libelle": "Achats", "montant": 10},
            {"libelle": "Achats de bois", "montant": 10},
            {"libelle": "Achats", "montant": 20},
            Fusion(*[{"libelle": "Achats de bois", "montant": 20}] * 2),
        ),
        (
            {"libelle": "Achats", "montant": 10},
            {"libelle": "Achats", "montant": 30},
            {"libelle": "Achats", "montant": 20},
            Fusion({"libelle": "Achats", "montant": 30}, {"libelle": "Achats", "montant": 20}, (Conflit(10, 30, 20),)),
        ),
        # Removed by one, changed by the other: it stays as changed.
        ({"montant": 10}, None, {"montant": 20}, Fusion(*[{"montant": 20}] * 2)),
        ({"montant": 10}, {"montant": 20}, None, Fusion(*[{"montant": 20}] * 2)),
        ({"montant": 10}, None, {"montant": 10}, Fusion(None, None)),
    ],
)
def test_values_that_are_not_texts(base, sien, mien, fusion):
    assert merge_value(base, sien, mien) == fusion


texts = st.lists(st.sampled_from(["le", "chat", "dort", ".", "\n", "l’eau", "été"]), max_size=12).map(" ".join)


@given(texts, texts, texts)
def test_no_word_disappears_without_a_conflict(base, sien, mien):
    found = merge_text(base, sien, mien)
    held = set(words(found.valeur)) | {
        word for c in found.conflits for side in (c.sien, c.mien) for word in words(side)
    }
    added = (set(words(sien)) | set(words(mien))) - set(words(base))
    assert {word for word in added if not word.isspace()} <= held
    if not found.conflits:
        assert found.valeur == found.autre


@given(st.text(max_size=40))
def test_words_joined_are_the_text(text):
    assert "".join(words(text)) == text


@settings(max_examples=1000)
@given(ecriture=ecritures)
def test_any_interleaving_of_saves_keeps_every_word_or_sets_it_aside(ecriture):
    state = {"texte": BASE, "version": 0, "ecrans": {}}
    aside = set()

    def save(_, message):
        received = receive(state["texte"], state["version"], state["ecrans"], **message)
        if received:
            fusion, state["ecrans"] = received
            state["texte"] = fusion.valeur
            state["version"] += 1
            if fusion.conflits:
                aside.update(words(fusion.autre))
        return state["texte"], state["version"]

    final, pages, added, removed = play(save, *ecriture)
    assert {page.texte for page in pages} == {final}
    assert added - removed - set(words(final)) <= aside
