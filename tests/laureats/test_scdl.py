"""The open-data file: what goes out passes the Table Schema, and each wrong thing is named."""

import csv
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from frictionless import Checklist, Dialect, Resource, Schema, checks, formats
from hypothesis import given
from hypothesis import strategies as st

from laureats.scdl import (
    COLONNES,
    ECHELONNE,
    EN_NATURE,
    NUMERAIRE,
    OBJET_MAX,
    SCHEMA_PATH,
    UNIQUE,
    VERSION,
    LigneScdl,
    LignesInvalides,
    composer_objet,
    conditions,
    erreurs,
    erreurs_fichier,
    inerte,
    valider_objet,
    write_scdl,
)

EPT = "Établissement public territorial Grand-Orly Seine Bièvre"
LIGNE = LigneScdl(
    nom_attribuant=EPT,
    id_attribuant="23350001600040",
    date_convention=date(2027, 11, 15),
    reference_decision="2027-10-118",
    nom_beneficiaire="Association Les Tables du Plateau",
    id_beneficiaire="81223113200026",
    rna_beneficiaire="W912345678",
    objet=composer_objet("Label Actions Innovantes 2027", "La cuisine qui voyage"),
    montant=12000,
    dates_versement=(date(2027, 12, 1),),
)


def schema_report(content, tmp_path):
    """What frictionless says of the file: [(row, column, kind of error)]."""
    path = tmp_path / "subventions.csv"
    path.write_bytes(content)
    resource = Resource(
        path=path.name,
        basepath=str(tmp_path),
        encoding="utf-8",
        schema=Schema.from_descriptor(json.loads(SCHEMA_PATH.read_text())),
        dialect=Dialect(controls=[formats.CsvControl(delimiter=",", line_terminator="\n")]),
    )
    checklist = Checklist(
        checks=[
            checks.row_constraint(formula="idBeneficiaire or rnaBeneficiaire"),
            checks.duplicate_row(),
        ]
    )
    report = resource.validate(checklist)
    return [tuple(error) for error in report.flatten(["rowNumber", "fieldName", "type"])]


def test_the_columns_are_those_of_the_schema():
    schema = json.loads(SCHEMA_PATH.read_text())

    assert schema["version"] == VERSION == "2.1.1"
    assert [colonne["name"] for colonne in schema["fields"]] == [colonne for colonne, _ in COLONNES]
    assert len(COLONNES) == 16


def test_a_whole_file_passes_the_table_schema(tmp_path):
    partage = replace(
        LIGNE,
        objet=composer_objet("Label Actions Innovantes 2027", '=CMD("x"),\nun « titre » d’été'),
        montant=Decimal("9000.50"),
        conditions_versement=ECHELONNE,
        dates_versement=(date(2027, 12, 1), date(2028, 6, 30)),
        notification_ue=True,
    )
    lignes = [
        LIGNE,
        replace(LIGNE, nom_beneficiaire="Sans SIRET, mais au RNA", id_beneficiaire="", objet="Label 2027\u00a0: œuvre"),
        replace(partage, nom_beneficiaire='Les "Guillemets"', pourcentage=Decimal("0.6")),
        replace(
            partage,
            nom_beneficiaire="Ondes de Seine\net de Bièvre",
            id_beneficiaire="38033590100027",
            rna_beneficiaire="",
            pourcentage=Decimal("0.4"),
        ),
        replace(LIGNE, objet="Prêt d’une salle", nature=f"{NUMERAIRE};{EN_NATURE}"),
    ]

    content = write_scdl(lignes)

    assert schema_report(content, tmp_path) == []
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    lues = list(csv.DictReader(StringIO(content.decode("utf-8"), newline="")))
    assert lues[3] == {
        "nomAttribuant": EPT,
        "idAttribuant": "23350001600040",
        "dateConvention": "2027-11-15",
        "referenceDecision": "2027-10-118",
        "nomBeneficiaire": "Ondes de Seine\net de Bièvre",
        "idBeneficiaire": "38033590100027",
        "rnaBeneficiaire": "",
        "objet": 'Label Actions Innovantes 2027\u00a0: =CMD("x"), un « titre » d’été',
        "montant": "9000.50",
        "nature": "aide en numéraire",
        "conditionsVersement": "échelonné",
        "datesPeriodeVersement": "2027-12-01/2028-06-30",
        "idRAE": "",
        "notificationUE": "oui",
        "pourcentageSubvention": "0.40",
        "dispositifAide": "",
    }
    assert (lues[0]["montant"], lues[0]["notificationUE"], lues[0]["pourcentageSubvention"]) == ("12000", "non", "1")
    assert not any(cellule.startswith(tuple("=+-@\t\r")) for ligne in lues for cellule in ligne.values())


def test_the_schema_check_of_these_tests_is_not_blind(tmp_path):
    content = write_scdl([LIGNE]).decode()
    faux = content.replace("2027-11-15", "15/11/2027").replace(",12000,", ',"12000,5",').replace("non", "false")
    faux = faux.replace("81223113200026", "").replace("W912345678", "").replace("aide en numéraire", "argent")

    assert {(colonne, genre) for _, colonne, genre in schema_report(faux.encode(), tmp_path)} == {
        ("dateConvention", "type-error"),
        ("montant", "type-error"),
        ("notificationUE", "type-error"),
        ("nature", "constraint-error"),
        (None, "row-constraint"),
    }


def test_a_right_row_has_no_error():
    assert erreurs(LIGNE) == []
    assert erreurs_fichier([LIGNE]) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nom_attribuant": ""}, "Le nom de l’EPT manque."),
        ({"id_attribuant": ""}, "Le numéro SIRET de l’EPT manque."),
        ({"id_attribuant": "67895644300011"}, "Le numéro SIRET de l’EPT n’est pas valable (14 chiffres, sans espace)."),
        ({"date_convention": None}, "La date de la convention manque."),
        ({"date_convention": "2027-11-15"}, "La date de la convention n’est pas une date."),
        ({"nom_beneficiaire": ""}, "Le nom du bénéficiaire manque."),
        ({"nom_beneficiaire": "@home"}, "«\u00a0nomBeneficiaire\u00a0» ne peut pas commencer par =, +, - ou @."),
        (
            {"id_beneficiaire": "21860194600000"},
            "Le numéro SIRET du bénéficiaire n’est pas valable (14 chiffres, sans espace).",
        ),
        (
            {"id_beneficiaire": "812 231 132 00026"},
            "Le numéro SIRET du bénéficiaire n’est pas valable (14 chiffres, sans espace).",
        ),
        (
            {"id_beneficiaire": "", "rna_beneficiaire": ""},
            "Il faut le numéro SIRET ou le numéro RNA du bénéficiaire.",
        ),
        (
            {"rna_beneficiaire": "W2A1234567"},
            "Le numéro RNA s’écrit W suivi de neuf chiffres\u202f; laissez-le vide si le SIRET est connu.",
        ),
        ({"objet": ""}, "L’objet de la subvention manque."),
        ({"objet": "=1+1"}, "«\u00a0objet\u00a0» ne peut pas commencer par =, +, - ou @."),
        ({"objet": "x" * 257}, "L’objet a 256 caractères au plus."),
        ({"montant": None}, "Le montant de la subvention manque."),
        ({"montant": 0}, "Le montant est un nombre d’euros supérieur à zéro."),
        ({"montant": -5}, "Le montant est un nombre d’euros supérieur à zéro."),
        ({"montant": Decimal("NaN")}, "Le montant est un nombre d’euros supérieur à zéro."),
        ({"montant": "12000"}, "Le montant est un nombre d’euros supérieur à zéro."),
        ({"montant": Decimal("1.005")}, "Le montant a deux décimales au plus."),
        ({"nature": ""}, "La nature de l’aide manque."),
        (
            {"nature": "argent"},
            "La nature est «\u00a0aide en numéraire\u00a0», «\u00a0aide en nature\u00a0», ou les deux.",
        ),
        ({"conditions_versement": ""}, "Les conditions de versement manquent."),
        ({"conditions_versement": "x" * 257}, "Les conditions de versement ont 256 caractères au plus."),
        (
            {"conditions_versement": "-50 %"},
            "«\u00a0conditionsVersement\u00a0» ne peut pas commencer par =, +, - ou @.",
        ),
        ({"dates_versement": ()}, "La date ou la période de versement manque."),
        (
            {"dates_versement": (date(2028, 1, 1), date(2027, 1, 1))},
            "La période de versement finit avant de commencer.",
        ),
        (
            {"dates_versement": (date(2027, 1, 1),) * 3},
            "Le versement a une date, ou une date de début et une date de fin.",
        ),
        ({"id_rae": "123456"}, "Le numéro RAE a 5 caractères au plus."),
        ({"notification_ue": "non"}, "La notification à l’Union européenne est oui ou non."),
        ({"pourcentage": Decimal("0.001")}, "La part du bénéficiaire est comprise entre 0,01 et 1."),
        ({"pourcentage": Decimal("1.1")}, "La part du bénéficiaire est comprise entre 0,01 et 1."),
        ({"reference_decision": "+33"}, "«\u00a0referenceDecision\u00a0» ne peut pas commencer par =, +, - ou @."),
    ],
)
def test_each_wrong_thing_is_named_and_nothing_is_written(change, message):
    ligne = replace(LIGNE, **change)

    assert erreurs(ligne) == [message]
    with pytest.raises(LignesInvalides) as refus:
        write_scdl([LIGNE, replace(ligne, reference_decision=ligne.reference_decision or "autre")])
    assert (2, message) in refus.value.erreurs


def test_identical_rows_and_wrong_shares_are_named():
    moitie = replace(LIGNE, pourcentage=Decimal("0.5"))
    autre = replace(moitie, nom_beneficiaire="Autre", pourcentage=Decimal("0.4"))

    assert erreurs_fichier([LIGNE, LIGNE]) == [
        (2, "Cette ligne répète la ligne 1."),
        (1, "Les parts des bénéficiaires d’une même subvention font 1 au total."),
    ]
    assert erreurs_fichier([moitie, autre]) == [
        (1, "Les parts des bénéficiaires d’une même subvention font 1 au total.")
    ]
    assert erreurs_fichier([moitie, replace(autre, pourcentage=Decimal("0.5"))]) == []


def test_an_empty_list_is_a_header():
    assert write_scdl([]) == (",".join(colonne for colonne, _ in COLONNES) + "\n").encode()


@pytest.mark.parametrize("objet", ["=SOMME(A1)", "+33", "-1", "@ici", "\tx", "\rx"])
def test_the_object_typed_by_staff_never_begins_like_a_formula(objet):
    with pytest.raises(ValidationError) as refus:
        valider_objet(objet)

    assert refus.value.messages == [
        "L’objet ne peut pas commencer par =, +, - ou @\u00a0: un tableur y verrait une formule."
    ]


@pytest.mark.parametrize(
    "objet", ["Jardin;=PI()", "Jardin , @SOMME(1)", "a\t-1", "a|+1", 'a;"=PI()"', "a\n=1", "a,;=1"]
)
def test_nor_does_it_hold_one_where_a_spreadsheet_may_cut(objet):
    with pytest.raises(ValidationError) as refus:
        valider_objet(objet)
    assert refus.value.messages == [
        "L’objet ne peut pas avoir =, +, - ou @ juste après une virgule ou un point-virgule\u00a0: un tableur y "
        "verrait une formule."
    ]
    assert [message for message in erreurs(replace(LIGNE, nom_beneficiaire=objet)) if "nomBeneficiaire" in message]
    assert inerte(objet).startswith(("Jardin – ", "a – "))
    valider_objet(inerte(objet))


def test_an_ordinary_or_empty_object_passes():
    valider_objet("À vélo, en bus ; jusqu’à 10 - 12 ans (+ les parents)")
    valider_objet("Aide au projet = réussi")
    valider_objet("")


def test_a_long_title_is_cut_between_two_words():
    objet = composer_objet("Label Actions Innovantes 2027", "mot, " * 80)

    assert len(objet) <= OBJET_MAX
    assert objet.endswith("mot…")
    assert composer_objet("Label", "x" * 300) == "Label\u00a0: " + "x" * 247 + "…"


@given(st.text())
def test_any_title_makes_a_safe_object(titre):
    objet = composer_objet("Label Actions Innovantes 2027", titre)

    assert objet.startswith("Label Actions Innovantes 2027")
    assert len(objet) <= OBJET_MAX
    assert "\n" not in objet
    valider_objet(objet)


def test_conditions_follow_the_schedule():
    un, deux, trois = date(2027, 12, 1), date(2028, 3, 1), date(2028, 9, 1)

    assert conditions([un]) == (UNIQUE, (un,))
    assert conditions([trois, un, deux]) == (ECHELONNE, (un, trois))
    assert conditions([]) == (UNIQUE, ())
