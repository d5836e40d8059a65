"""The table of words: complete for every reader of every statut, closed values, nothing left between braces."""

import pytest

from laureats.publication.paroles import MOMENTS as RESULTATS
from projects.enums import CONNUS, Statut
from projects.fil.maintenant import TERMINES
from projects.fil.paroles import AUTOUR, VALEURS, Parole, Pour, dire, register, table

ALL = {name: f"<{name}>" for name in VALEURS}
# What the writing of a draft is told as.
ECRITURE = {
    "ecriture_debut",
    "ecriture",
    "ecriture_complete",
    "ecriture_complete_libre",
    "visa_demande",
    "visa_rendu",
}
SECRETS = {statut.value for statut in CONNUS}


def test_every_moment_has_words_for_every_reader_who_may_know_it():
    told = {statut.value for statut in Statut} - SECRETS - {Statut.CO_ELABORATION.value} | ECRITURE
    told |= {"silence", "silence_passe", *RESULTATS}
    for moment in told:
        assert {reader for reader in Pour if (moment, reader) in table} == set(Pour), moment


def test_what_is_secret_is_said_to_the_ept_alone():
    for moment in SECRETS:
        assert {reader for reader in Pour if (moment, reader) in table} == {Pour.EPT}, moment


@pytest.mark.parametrize("moment,reader", list(table))
def test_each_sentence_is_whole(moment, reader):
    dite = dire(moment, reader, ALL)
    for text in (dite.titre, dite.phrase, dite.suite):
        assert "{" not in text and "}" not in text
        assert text == text.strip()
    assert dite.paragraphes == tuple(text for text in (dite.phrase, dite.suite) if text)
    assert dite.titre or moment.startswith("silence")
    assert dite.phrase.endswith((".", "!"))


def test_a_value_that_does_not_exist_and_a_second_entry_are_refused():
    before = dict(table)
    with pytest.raises(ValueError, match="unknown values"):
        register(Parole("inconnu", AUTOUR, "Un titre", "{mot_de_passe}"))
    with pytest.raises(ValueError, match="said twice"):
        register(Parole("caduc", {Pour.EPT}, "Un titre", "Une phrase."))
    assert table == before


def test_a_value_is_put_in_its_place_and_read_no_further():
    """A name typed by somebody is never read as a sentence: nothing in it is opened."""
    dite = dire("retire", Pour.EPT, ALL | {"structure": "{mot_de_passe} {0.__class__} <b>"})
    assert dite.phrase.startswith("{mot_de_passe} {0.__class__} <b> l’a retiré")


def test_what_ended_is_taken_up_again_and_nothing_else():
    assert {Statut.CADUC, Statut.SANS_SUITE, Statut.ABANDONNE, Statut.IRRECEVABLE, Statut.RETIRE} == TERMINES
