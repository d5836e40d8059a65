"""The table of words: complete for every reader of every statut, closed values, nothing left between braces."""

import pytest
from django.utils import timezone

from laureats.publication.paroles import MOMENTS as RESULTATS
from projects.enums import CONNUS, Statut
from projects.fil.gestes import TERMINES
from projects.fil.paroles import AUTOUR, VALEURS, Parole, Pour, dire, register, table
from projects.fil.situation import situations
from projects.pages.dossier import fresh
from tests.factories.label import UserFactory
from tests.factories.projects import DossierFactory

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
    told |= {"silence", "silence_suspendu", "silence_passe", *RESULTATS}
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
    assert all(text == text.strip() and text.endswith((".", "!", ">")) for text in dite.paragraphes)
    assert "\n".join(dite.paragraphes[1:]) == dite.suite
    assert dite.titre
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
    dite = dire("visa_demande", Pour.PORTEUR, ALL | {"chef": "{mot_de_passe} {0.__class__} <b>"})
    assert dite.titre == "{mot_de_passe} {0.__class__} <b> relit votre dossier"


def test_what_ended_is_taken_up_again_and_nothing_else():
    assert {Statut.CADUC, Statut.SANS_SUITE, Statut.ABANDONNE, Statut.IRRECEVABLE, Statut.RETIRE} == TERMINES


@pytest.mark.django_db
def test_this_floor_gives_what_its_sentences_hold():
    """A name of `VALEURS` that nobody gives would be an error on the page: said here with the values really given."""
    porteur = UserFactory()
    dossier = DossierFactory(depose=True, porteur=porteur)
    ((_, situation),) = situations([fresh(dossier)], porteur, timezone.now()).items()
    given = set(situation.valeurs)
    du_silence = {"rejet", "suspendu"}
    for (moment, reader), parole in table.items():
        if not moment.startswith(("audition_", "resultat_")):
            assert parole.valeurs <= given | (du_silence if moment.startswith("silence") else set()), (moment, reader)
    assert given | du_silence <= VALEURS.keys()
