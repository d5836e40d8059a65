"""The lists of laureates, opened again: spreadsheets, open data, the command and the buttons."""

import csv
import json
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from frictionless import Resource, Schema, formats
from frictionless.dialect import Dialect
from odfdo import Document

from label.exports import FORMATS
from laureats.exports import for_export, laureat_table, scdl_export
from laureats.models import Laureat
from laureats.scdl import SCHEMA_PATH
from tests.factories.label import EditionFactory, UserFactory
from tests.factories.laureats import PUBLIE_LE, LaureatFactory, PorteuseFactory, propose, vote

pytestmark = pytest.mark.django_db

TITRE = '=Les « Rêves » d’Élodie "& co"; suite'


@pytest.fixture
def edition():
    return EditionFactory(published_at=PUBLIE_LE)


@pytest.fixture
def trois(edition):
    """A structure known by its RNA only, a grant shared in two, a paid one with a convention."""
    rna = LaureatFactory(edition=edition, nom="Les Semeurs", titre=TITRE, ordre=1, montant=4_000)
    partage = LaureatFactory(
        edition=edition,
        nom="Radio Quartier",
        titre="La radio des halls",
        ordre=2,
        montant=12_001,
        beneficiaires=[
            {"nom": "Radio Quartier", "siret": "38047555800058", "part": Decimal("0.6")},
            {"nom": "Ateliers, sœurs", "siret": "81223113200026", "rna": "W380475558", "part": Decimal("0.4")},
        ],
    )
    convention = LaureatFactory(
        edition=edition, nom="Cyclo", titre="À vélo", ordre=3, montant=25_000, convention_signee_le=date(2027, 11, 20)
    )
    return rna, partage, convention


def rows_of(content):
    return list(csv.DictReader(StringIO(content.decode("utf-8"))))


def schema_errors(path):
    resource = Resource(
        path=path.name,
        basepath=str(path.parent),
        encoding="utf-8",
        schema=Schema.from_descriptor(json.loads(SCHEMA_PATH.read_text())),
        dialect=Dialect(controls=[formats.CsvControl(delimiter=",")]),
    )
    return resource.validate().flatten(["rowNumber", "fieldName", "type"])


def test_the_open_data_passes_the_schema(edition, trois, tmp_path):
    path = tmp_path / "subventions.csv"

    call_command("export_laureats", "--edition", "2027", "--format", "scdl", "--output", str(path), stdout=StringIO())

    assert schema_errors(path) == []
    rows = rows_of(path.read_bytes())
    shown = [
        "nomBeneficiaire",
        "idBeneficiaire",
        "montant",
        "pourcentageSubvention",
        "dateConvention",
        "conditionsVersement",
    ]
    assert [[row[name] for name in shown] for row in rows] == [
        ["Les Semeurs", "", "4000", "1", "2027-10-12", "unique"],
        ["Radio Quartier", "38047555800058", "12001", "0.60", "2027-10-12", "échelonné"],
        ["Ateliers, sœurs", "81223113200026", "12001", "0.40", "2027-10-12", "échelonné"],
        ["Cyclo", "", "25000", "1", "2027-11-20", "échelonné"],
    ]
    assert rows[0]["rnaBeneficiaire"] == trois[0].beneficiaires.get().rna
    assert rows[0]["objet"] == f"Label Actions Innovantes : {TITRE}"
    assert rows[0]["datesPeriodeVersement"] == "2027-12-11"
    assert rows[1]["datesPeriodeVersement"] == "2027-12-11/2028-12-10"
    assert not path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_natural_person_never_goes_out_and_the_command_says_so(edition, trois, tmp_path):
    LaureatFactory(edition=edition, ordre=9, titre="Seule", nom="Mme X", beneficiaires=[{"nom": "Mme X"}])
    path = tmp_path / "s.csv"
    command = ["export_laureats", "--edition", "2027", "--format", "scdl", "--output", str(path)]
    listed = StringIO()

    with pytest.raises(CommandError, match="1 lauréats ne peuvent pas être publiés"):
        call_command(*command, stderr=listed, stdout=StringIO())

    assert listed.getvalue() == "Mme X\u00a0: Il faut le numéro SIRET ou le numéro RNA du bénéficiaire.\n"
    assert not path.exists()
    call_command(*command, "--ignorer-invalides", stderr=StringIO(), stdout=StringIO())
    assert "Mme X" not in path.read_text()
    assert len(rows_of(path.read_bytes())) == 4
    assert schema_errors(path) == []


def test_two_grants_the_file_cannot_tell_apart_are_named(edition):
    for ordre in (1, 2):
        LaureatFactory(edition=edition, ordre=ordre, titre="Même titre", montant=4_000)

    content, problemes = scdl_export(for_export(Laureat.objects.all()))

    assert [messages for _, messages in problemes] == [
        ["Une autre subvention a le même objet et le même montant\u00a0: précisez l’objet."]
    ]
    assert len(rows_of(content)) == 1


def test_the_xlsx_is_typed_with_a_frozen_header_and_no_formula(edition, trois, tmp_path):
    path = tmp_path / "laureats.xlsx"

    call_command("export_laureats", "--edition", "2027", "--format", "xlsx", "--output", str(path), stdout=StringIO())

    sheet = openpyxl.load_workbook(path).active
    heading = {cell.value: cell.column for cell in sheet[1]}
    assert list(heading) == [
        "Édition",
        "Numéro",
        "Structure",
        "SIRET",
        "RNA",
        "Projet",
        "Contrat de ville",
        "Quartiers",
        "Commune",
        "Montant demandé (€)",
        "Montant voté (€)",
        "Délibération",
        "Date du vote",
        "Notifié le",
        "Convention obligatoire",
        "Convention signée le",
        "Versements",
        "Déjà payé (€)",
        "Objet de la subvention",
        "Source",
    ]
    assert sheet.freeze_panes == "A2"
    title = sheet.cell(2, heading["Projet"])
    assert (title.value, title.data_type) == (TITRE, "s")
    assert [sheet.cell(row, heading["Montant voté (€)"]).value for row in (2, 3, 4)] == [4_000, 12_001, 25_000]
    assert sheet.cell(4, heading["Convention signée le"]).value == datetime(2027, 11, 20)
    assert sheet.cell(3, heading["SIRET"]).value == "38047555800058 ; 81223113200026"
    assert sheet.max_row == 4


def test_csv_and_ods_say_the_same(edition, trois, tmp_path):
    table = laureat_table(for_export(Laureat.objects.in_edition(edition)))

    text = FORMATS["csv"][0](table).decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text), delimiter=";"))
    sheet = Document(BytesIO(FORMATS["ods"][0](table))).body.get_table(0)

    assert [line[5] for line in lines[1:]] == ["'" + TITRE, "La radio des halls", "À vélo"]
    assert [line[10] for line in lines[1:]] == ["4000", "12001", "25000"]
    assert sheet.get_value((5, 1)) == TITRE
    assert sheet.get_value((10, 1)) == 4_000
    assert sheet.get_cell((5, 1)).get_attribute("table:formula") is None


@pytest.mark.parametrize("format", ["xlsx", "csv", "ods", "scdl"])
def test_the_command_refuses_an_edition_without_results(format, tmp_path):
    EditionFactory(annee=2031)
    path = tmp_path / "vide"

    for annee, message in (("2031", "ne sont pas publiés"), ("1999", "Il n’y a pas d’édition 1999")):
        with pytest.raises(CommandError, match=message):
            call_command("export_laureats", "--edition", annee, "--format", format, "--output", str(path))
    assert not path.exists()


def test_the_buttons_give_the_same_lists(client, edition, trois):
    client.force_login(UserFactory(instructeur=True))
    url = reverse("laureats:export", args=[2027])

    xlsx = client.get(url, {"format": "xlsx"}).content
    scdl = client.get(url, {"format": "scdl"})

    assert openpyxl.load_workbook(BytesIO(xlsx)).active.max_row == 4
    assert len(rows_of(scdl.content)) == 4
    assert 'filename="subventions-label-2027.csv"' in scdl.headers["Content-Disposition"]
    assert client.get(url, {"format": "exe"}).status_code == 404


def test_the_screen_lists_what_the_schema_refuses_before_the_file(client, edition, trois):
    LaureatFactory(edition=edition, ordre=9, titre="Seule", beneficiaires=[{"nom": "Mme X"}])
    client.force_login(UserFactory(instructeur=True))
    url = reverse("laureats:export", args=[2027])

    page = client.get(url, {"format": "scdl"}).content.decode()

    assert "Il faut le numéro SIRET ou le numéro RNA du bénéficiaire." in page
    assert len(rows_of(client.get(url, {"format": "scdl", "ignorer": "oui"}).content)) == 4


def test_open_data_are_public_once_published(client, edition, trois):
    response = client.get(reverse("laureats:laureat_scdl", args=[2027]))

    assert len(rows_of(response.content)) == 4
    EditionFactory(annee=2031)
    assert client.get(reverse("laureats:laureat_scdl", args=[2031])).status_code == 404


def test_the_list_is_a_draft_until_published(client):
    edition = EditionFactory()
    propose(edition, structure=PorteuseFactory(nom="Secrète"))
    vote(edition, by=UserFactory(pilote=True))
    client.force_login(UserFactory(instructeur=True))

    assert "Pas encore de lauréats" in client.get(reverse("laureats:export", args=[2027])).content.decode()
    client.logout()
    assert "Secrète" not in client.get(reverse("laureats:laureat_list")).content.decode()


def test_the_export_costs_the_same_for_one_and_for_thirty(edition, django_assert_num_queries):
    for wanted in (1, 30):
        while Laureat.objects.count() < wanted:
            LaureatFactory(edition=edition)
        with django_assert_num_queries(4):
            FORMATS["xlsx"][0](laureat_table(for_export(Laureat.objects.in_edition(edition))))
        with django_assert_num_queries(4):
            scdl_export(for_export(Laureat.objects.in_edition(edition)))
