"""Lists taken away as sheets: every file is opened again and compared whole."""

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odfdo import Document

from label import exports
from label.exports import FORMATS, Column, Table, export_response, iter_csv, to_csv, to_ods, to_xlsx

COLUMNS = (
    Column("numero", "Numéro"),
    Column("titre", "Titre", lambda row: row["titre"]),
    Column("montant", "Montant demandé", kind="euros"),
    Column("depose_le", "Déposé le", kind="datetime"),
    Column("vote", "Date du vote", kind="date"),
    Column("moyenne", "Moyenne", kind="decimal"),
    Column("part", "Part", kind="percent"),
    Column("solde", "Solde", kind="int"),
    Column("retenu", "Retenu", kind="bool"),
)
ROW = {
    "numero": "LAI-2027-014",
    "titre": '=HYPERLINK("http://exemple.fr"); l’été',
    "montant": 12000,
    "depose_le": datetime(2027, 6, 1, 21, 59, tzinfo=UTC),
    "vote": date(2027, 10, 5),
    "moyenne": Decimal("14.25"),
    "part": Decimal("0.255"),
    "solde": -40,
    "retenu": True,
}
EMPTY = dict.fromkeys(ROW) | {"retenu": False}
HEADINGS = [column.heading for column in COLUMNS]


def table(*rows):
    return Table("Dossiers / édition 2027", COLUMNS, rows)


def test_csv_is_french_and_typed():
    text = to_csv(table(ROW, EMPTY)).decode("utf-8")

    assert text == (
        "\ufeffNuméro;Titre;Montant demandé;Déposé le;Date du vote;Moyenne;Part;Solde;Retenu\r\n"
        '"LAI-2027-014";"\'=HYPERLINK(""http://exemple.fr""); l’été";'
        "12000;01/06/2027 23:59;05/10/2027;14,25;25,5 %;-40;oui\r\n"
        ";;;;;;;;non\r\n"
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\x00="])
def test_csv_text_never_begins_like_a_formula(start):
    body = to_csv(Table("t", [Column("a", "A")], [{"a": f"{start}1+1"}])).decode("utf-8-sig").split("\r\n", 1)[1]

    assert body.lstrip('"').startswith("'")


@given(st.text())
def test_any_text_gives_one_csv_record_without_a_formula(text):
    content = to_csv(Table("t", [Column("a", "A"), Column("b", "B")], [{"a": text, "b": "fin"}]))
    records = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert len(records) == 2
    assert records[1][1] == "fin"
    assert not records[1][0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_xlsx_cells_are_typed_and_text_is_never_a_formula():
    book = openpyxl.load_workbook(BytesIO(to_xlsx(table(ROW, EMPTY))))
    sheet = book.active

    assert sheet.title == "Dossiers   édition 2027"
    assert [[cell.value for cell in line] for line in sheet.iter_rows()] == [
        HEADINGS,
        [
            "LAI-2027-014",
            '=HYPERLINK("http://exemple.fr"); l’été',
            12000,
            datetime(2027, 6, 1, 23, 59),
            datetime(2027, 10, 5),
            14.25,
            0.255,
            -40,
            "oui",
        ],
        [None] * 8 + ["non"],
    ]
    assert [cell.data_type for cell in sheet[2]] == ["s", "s", "n", "d", "d", "n", "n", "n", "s"]
    assert sheet["C2"].number_format == "#,##0\u00a0[$€-40C]"
    assert sheet["D2"].number_format == "dd/mm/yyyy hh:mm"
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:I3")


def test_ods_cells_are_typed_and_text_is_never_a_formula():
    content = to_ods(table(ROW, EMPTY))
    sheet = Document(BytesIO(content)).body.get_table(0)

    assert sheet.get_values() == [
        HEADINGS,
        [
            "LAI-2027-014",
            '=HYPERLINK("http://exemple.fr"); l’été',
            12000,
            datetime(2027, 6, 1, 23, 59),
            date(2027, 10, 5),
            Decimal("14.25"),
            Decimal("0.255"),
            -40,
            "oui",
        ],
        [None] * 8 + ["non"],
    ]
    assert [cell.type for cell in sheet.get_row(1).get_cells()] == [
        "string",
        "string",
        "currency",
        "date",
        "date",
        "float",
        "percentage",
        "float",
        "string",
    ]
    assert all(cell.formula is None for cell in sheet.get_row(1).get_cells())


@given(st.text())
def test_any_text_opens_again_in_both_sheets(text):
    sheet = Table("t", [Column("a", "A"), Column("b", "B")], [{"a": text, "b": "fin"}])

    assert openpyxl.load_workbook(BytesIO(to_xlsx(sheet))).active["B2"].value == "fin"
    assert Document(BytesIO(to_ods(sheet))).body.get_table(0).get_row(1).get_cell(1).value == "fin"


def test_ods_keeps_runs_of_spaces_and_lines():
    sheet = Table("t", [Column("a", "A")], [{"a": "  deux   espaces\net une ligne <b>"}])

    cell = Document(BytesIO(to_ods(sheet))).body.get_table(0).get_row(1).get_cell(0)

    assert [str(paragraph).rstrip("\n") for paragraph in cell.get_paragraphs()] == [
        "  deux   espaces",
        "et une ligne <b>",
    ]


@dataclass
class Structure:
    nom: str


@dataclass
class Dossier:
    titre: str
    structure: Structure | None


def test_a_path_follows_relations_and_an_absent_one_is_empty():
    columns = [Column("titre", "Titre"), Column("structure", "Structure", "structure.nom")]
    rows = [Dossier("Un", Structure("Les Amis")), Dossier("Deux", None)]

    assert to_csv(Table("t", columns, rows)).decode("utf-8-sig") == "Titre;Structure\r\nUn;Les Amis\r\nDeux;\r\n"


def test_a_wrong_path_is_not_hidden():
    with pytest.raises(AttributeError):
        to_csv(Table("t", [Column("a", "A", "structure.absent")], [Dossier("Un", Structure("Les Amis"))]))


@pytest.mark.parametrize("writer", [to_csv, to_xlsx, to_ods])
def test_an_empty_list_keeps_its_headings(writer):
    content = writer(table())

    if writer is to_csv:
        assert content.decode("utf-8-sig") == ";".join(HEADINGS) + "\r\n"
    elif writer is to_xlsx:
        assert [cell.value for cell in openpyxl.load_workbook(BytesIO(content)).active[1]] == HEADINGS
    else:
        assert Document(BytesIO(content)).body.get_table(0).get_values() == [HEADINGS]


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown column kind"):
        Column("a", "A", kind="money")


def test_rows_are_read_once_and_by_chunks():
    seen = []

    def rows():
        for number in range(1200):
            seen.append(number)
            yield {"a": number}

    chunks = iter_csv(Table("t", [Column("a", "A", kind="int")], rows()))
    next(chunks)
    next(chunks)

    assert len(seen) < 1200
    assert b"".join(chunks).endswith(b"1199\r\n")


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_response_is_a_named_download_that_is_not_kept(name):
    response = export_response(table(ROW), name, "Lauréats 2027 « été »")

    assert response.headers["Content-Type"] == FORMATS[name][1]
    assert response.headers["Content-Disposition"] == (
        f"attachment; filename*=utf-8''Laur%C3%A9ats%202027%20%C2%AB%20%C3%A9t%C3%A9%20%C2%BB.{name}"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    body = response.getvalue()
    assert body.startswith(b"\xef\xbb\xbf" if name == "csv" else b"PK")


def test_a_file_name_cannot_break_the_header():
    header = export_response(table(), "csv", 'a"\r\nX-Mal: 1/..\\').headers["Content-Disposition"]

    assert header == "attachment; filename*=utf-8''a%22%0D%0AX-Mal%3A%201/..%5C.csv"


class Reader:
    def __init__(self, *permissions):
        self.permissions = permissions

    def has_perm(self, permission):
        return permission in self.permissions


def test_named_exports_are_offered_to_those_who_may(monkeypatch):
    monkeypatch.setattr(exports, "_named", {})
    monkeypatch.setattr(exports, "autodiscover_modules", lambda name: None)

    @exports.register("notes", "Notes du jury", "juries.export_notes", ligne="dossier")
    def notes(edition, user):
        return table(ROW)

    @exports.register("contacts", "Contacts", "projects.export_contacts", ligne="dossier")
    def contacts(edition, user):
        return table()

    assert [export.key for export in exports.named_exports()] == ["contacts", "notes"]
    assert [export.key for export in exports.named_exports(Reader("juries.export_notes"))] == ["notes"]
    assert exports.get_export("notes").build(None, None) == table(ROW)
    with pytest.raises(KeyError):
        exports.get_export("absent")
    with pytest.raises(ValueError, match="registered twice"):
        exports.register("notes", "Encore", "x", ligne="dossier")(contacts)
