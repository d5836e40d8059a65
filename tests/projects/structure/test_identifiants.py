"""SIRET and RNA as people type them."""

import pytest
from django.core.exceptions import ValidationError

from projects.structure.identifiants import (
    format_siret,
    lieu_normalise,
    noms_proches,
    normaliser_rna,
    normaliser_siret,
    valider_rna,
    valider_siret,
)


@pytest.mark.parametrize(
    "value",
    [
        "23350001600040",
        "38047555800058",
        "52499120500013",
        "21060004500392",
        "38033590100027",
        "81223113200026",
        "812 231 132 00026",
        "812\u00a0231\u202f132\t00026",
        "812.231.132-00026",
        "35600000000048",  # La Poste, head office: Luhn
        "35600000000105",  # La Poste, elsewhere: the sum of digits is a multiple of 5
    ],
)
def test_a_right_siret_passes(value):
    valider_siret(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("67895644300011", "siret_cle"),
        ("21860194600000", "siret_cle"),
        ("81223113200027", "siret_cle"),
        ("35600000000106", "siret_cle"),
        ("8122311320002", "siret_longueur"),
        ("812231132000260", "siret_longueur"),
        ("8122311320002A", "siret_chiffres"),
        ("٨١٢٢٣١١٣٢٠٠٠٢٦", "siret_chiffres"),
        ("", "siret_chiffres"),
    ],
)
def test_a_wrong_siret_says_what_is_wrong(value, code):
    with pytest.raises(ValidationError) as refused:
        valider_siret(value)

    assert refused.value.code == code


def test_messages_are_french_sentences():
    with pytest.raises(ValidationError) as refused:
        valider_siret("8122311320002")
    assert refused.value.messages == ["Un numéro SIRET compte 14 chiffres\u202f; celui-ci en a 13."]
    with pytest.raises(ValidationError) as refused:
        valider_siret("67895644300011")
    assert refused.value.messages == ["Ce numéro SIRET n’existe pas\u00a0: vérifiez les chiffres saisis."]
    with pytest.raises(ValidationError) as refused:
        valider_rna("X")
    assert refused.value.messages == ["Un numéro RNA s’écrit W suivi de neuf caractères, par exemple W941234567."]


@pytest.mark.parametrize("value", ["W380475558", "W941234567", "w 941 234 567", "W2A1234567", "W9C1234567"])
def test_a_right_rna_passes(value):
    valider_rna(value)


@pytest.mark.parametrize(
    "value", ["", "380475558", "W38047555", "W3804755580", "X380475558", "W38A475558", "WA80475558"]
)
def test_a_wrong_rna_is_refused(value):
    with pytest.raises(ValidationError):
        valider_rna(value)


def test_numbers_are_stored_and_shown_one_way():
    assert normaliser_siret(" 812 231\u00a0132 00026 ") == "81223113200026"
    assert normaliser_siret(None) == ""
    assert normaliser_rna(" w941 234 567") == "W941234567"
    assert format_siret("81223113200026") == "812\u00a0231\u00a0132\u00a000026"
    assert format_siret("incomplet") == "incomplet"


@pytest.mark.parametrize(
    ("nom", "autre", "sigle", "close"),
    [
        ("Les Voisines", "ASSOCIATION LES VOISINES", "", True),
        ("Voisines", "Les Voisine", "", True),
        ("Jardins et récits de l’Île", "Jardins, récits de l'ile", "", True),
        ("Maison des jeunes du Moulin", "Maison des jeunes et de la culture du Moulin", "", True),
        ("MJC", "Maison des jeunes et de la culture", "M.J.C.", True),
        ("Régie de quartier", "Régie du port", "", False),
        ("Les Voisines", "Les Jardins", "", False),
        ("Abri", "Abra", "", False),
        ("", "Les Voisines", "", False),
    ],
)
def test_close_names_are_told_from_others(nom, autre, sigle, close):
    assert noms_proches(nom, autre, sigle) is close


def test_towns_are_compared_without_their_post_office():
    assert lieu_normalise("VITRY SUR SEINE Cedex 2") == lieu_normalise("Vitry-sur-Seine")
    assert lieu_normalise("94400 St-Maur") == lieu_normalise("Saint-Maur")
