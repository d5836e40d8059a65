"""Workbooks as each program writes them: the same value is read as the same, and nothing makes the reader fall."""
# ruff: noqa: E501

import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from random import Random

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from label.classeurs import CelluleIllisible, read_sheets
from projects.budget.plan import PLAN
from projects.budget.releve import read_workbook

CASES = Path(__file__).parent.parent / "cases"
MO = 2 * 1024 * 1024


def upload(content, name="budget.xlsx"):
    return SimpleUploadedFile(name, content)


def rows_of(content, name="budget.xlsx"):
    """The rows of the first sheet, unreadable cells by their reason."""
    (sheet, *_) = read_sheets(upload(content, name), MO)
    return [[cell.raison if isinstance(cell, CelluleIllisible) else cell for cell in cells] for _, cells in sheet.rangs]


# What a person typed, once in each program.
TAPE = [["60", 60, 1234.5, "1 234,50 €", True, date(2027, 3, 5), "50 %", "Été « deux »"], [None, "b", None, 0.1 + 0.2]]
LU = [["60", 60, 1234.5, "1 234,50 €", True, datetime(2027, 3, 5), "50 %", "Été « deux »"], [None, "b", None, 0.3]]


def book_of(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["G1"].value, book.active["G1"].number_format = 0.5, "0%"
    book.active["A6"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    return book


def saved(book):
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_what_openpyxl_writes_is_read():
    assert rows_of(saved(book_of(TAPE))) == LU


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """{extension: bytes} of the same workbook as LibreOffice saves it."""
    folder = tmp_path_factory.mktemp("libreoffice")
    (folder / "budget.xlsx").write_bytes(saved(book_of([*TAPE, ["=2*600", '=IF(1=1,"","x")', "=1/0", "=NOTHING()"]])))
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program, "LibreOffice is missing: scripts/programme installs it"
    for target in ("ods", "xlsx:Calc MS Excel 2007 XML", "csv:Text - txt - csv (StarCalc):59,34,76,1,,1036,false,true"):
        command = [program, f"-env:UserInstallation=file://{folder}/profil", "--headless", "--norestore"]
        command += ["--convert-to", target, "--outdir", str(folder / "faits"), str(folder / "budget.xlsx")]
        subprocess.run(command, check=True, timeout=180, capture_output=True)
    return {path.suffix[1:]: path.read_bytes() for path in (folder / "faits").iterdir()}


def test_what_libreoffice_writes_is_read_the_same(converted):
    for extension in ("xlsx", "ods"):
        rows = rows_of(converted[extension], f"budget.{extension}")
        assert rows[:2] == LU, extension
        assert rows[2][:2] == [1200, None], extension
        assert [
            reason.startswith(f"La cellule {place}3 contient une erreur du tableur (")
            for place, reason in zip("CD", rows[2][2:], strict=True)
        ] == [True, True]
    assert rows_of(converted["csv"], "budget.csv")[1] == [None, "b", None, "0.3"]


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}<sheetData>{}</sheetData></worksheet>'
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
    "</Types>",
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Feuille 1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Bois</t></si>'
    '<si><r><t>Vil</t></r><r><rPr><b/></rPr><t xml:space="preserve">le d’Ivry</t></r></si><si><t>a_x000D_b_x005F_x0041_</t></si></sst>',
}


def zipped(parts):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return output.getvalue()


def xlsx(cells, before=""):
    return zipped(PARTS | {"xl/worksheets/sheet1.xml": SHEET.format(before, cells)})


@pytest.mark.parametrize(
    ("cells", "before", "rows"),
    [
        # Excel: shared strings, rich text, whole numbers; the dimensions are wrong, as some programs write them.
        (
            '<row r="1"><c r="A1"><v>60</v></c><c r="B1" t="s"><v>0</v></c><c r="C1"><v>1200</v></c></row>'
            '<row r="2"><c r="A2"><v>74.0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2"><v>1.2E3</v></c></row>',
            '<dimension ref="A1"/>',
            [[60, "Bois", 1200], [74, "Ville d’Ivry", 1200]],
        ),
        # Google: numbers with their decimals, texts in place, no reference of cells, a thousand rows of format.
        (
            '<row><c><v>60.0</v></c><c t="inlineStr"><is><t>Bois</t></is></c><c><v>1200.0000000000002</v></c></row>'
            + "<row><c s='0'/><c s='0'/></row>" * 1000,
            "",
            [[60, "Bois", 1200]],
        ),
        ('<row r="1"><c r="A1" t="s"><v>2</v></c></row>', "", [["a\nb_x0041_"]]),
        ('<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c></row>', "", [[True, False]]),
        ('<row r="1"><c r="A1" t="d"><v>2027-03-05</v></c></row>', "", [[date(2027, 3, 5)]]),
        (
            '<row r="1" hidden="1"><c r="C1"><v>3</v></c></row>',
            '<cols><col min="3" max="3" hidden="1"/></cols>',
            [[None, None, 3]],
        ),
        # Results of formulas: a number, a text, an empty text.
        (
            '<row r="1"><c r="A1"><f>2*600</f><v>1200</v></c><c r="B1" t="str"><f>"a"</f><v>a</v></c><c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><v>1</v></c></row>',
            "",
            [[1200, "a", None, 1]],
        ),
        (
            '<row r="7"><c r="B7" t="e"><v>#REF!</v></c></row>',
            "",
            [[None, "La cellule B7 contient une erreur du tableur (#REF!)."]],
        ),
        (
            '<row r="2"><c r="D2"><f>2*600</f><v></v></c></row><row r="3"><c r="D3"><f>SUM(A1:A1)</f></c></row>',
            "",
            [
                [
                    None,
                    None,
                    None,
                    f"La cellule D{n} contient une formule ({f}) dont le résultat n’est pas dans le fichier\u00a0: ouvrez ce classeur dans votre tableur, enregistrez-le, puis importez-le de nouveau.",
                ]
                for n, f in ((2, "=2*600"), (3, "=SUM(A1:A1)"))
            ],
        ),
    ],
)
def test_what_excel_and_google_write_is_read(cells, before, rows):
    assert rows_of(xlsx(cells, before)) == rows


def strict(parts):
    """The same parts as Excel saves them in «Strict Open XML»: other namespaces, dates written as texts."""
    spaces = {
        "schemas.openxmlformats.org/spreadsheetml/2006/": "purl.oclc.org/ooxml/spreadsheetml/",
        "schemas.openxmlformats.org/officeDocument/2006/": "purl.oclc.org/ooxml/officeDocument/",
    }
    for ordinary, other in spaces.items():
        parts = {name: content.replace(ordinary, other) for name, content in parts.items()}
    workbook = parts["xl/workbook.xml"].replace("<workbook ", '<workbook conformance="strict" ')
    return parts | {"xl/workbook.xml": workbook}


def test_a_strict_workbook_is_read_as_an_ordinary_one():
    cells = (
        '<row r="1"><c r="A1"><v>60</v></c><c r="B1" t="s"><v>1</v></c><c r="C1"><f>2*600</f><v>1200</v></c>'
        '<c r="D1" t="d"><v>2027-03-05T00:00:00</v></c><c r="E1" t="inlineStr"><is>'
        "<t>http://purl.oclc.org/ooxml/spreadsheetml/main</t></is></c></row>"
    )
    content = zipped(strict(PARTS | {"xl/worksheets/sheet1.xml": SHEET.format("", cells)}))
    assert b"purl" in zipfile.ZipFile(io.BytesIO(content)).read("xl/workbook.xml")
    assert rows_of(content) == [
        [60, "Ville d’Ivry", 1200, datetime(2027, 3, 5), "http://purl.oclc.org/ooxml/spreadsheetml/main"]
    ]
    short_row = cells[: cells.index('<c r="D1"')] + "</row>"
    content = zipped(strict(PARTS | {"xl/worksheets/sheet1.xml": SHEET.format("", short_row)}))
    assert short(read_workbook(upload(content), PLAN)) == [("60", "Ville d’Ivry", 1200)]


def test_a_workbook_whose_sheets_are_not_found_is_not_said_empty():
    unknown = {name: content.replace("spreadsheetml/2006/main", "autre") for name, content in PARTS.items()}
    for content in (zipped(unknown), zipped(PARTS)):
        with pytest.raises(ValidationError, match="n’a pas pu être lu"):
            read_workbook(upload(content), PLAN)
    with pytest.raises(ValidationError, match="Ce classeur est vide"):
        read_workbook(upload(saved(openpyxl.Workbook())), PLAN)


def test_rich_text_is_read_whole():
    book = openpyxl.Workbook()
    book.active["A1"] = CellRichText("Vil", TextBlock(InlineFont(b=True), "le"))
    assert rows_of(saved(book)) == [["Ville"]]


LIGNES = [["60", "Bois; vis", "1 234,50 €"], ["74", "Ville «\u00a0d’Ivry\u00a0»", "900"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("head", ["", "sep"])
def test_a_csv_is_read_as_it_was_written(encoding, sign, end, head):
    lines = [sign.join(f'"{cell}"' for cell in row) for row in LIGNES]
    text = end.join([*([f"sep={sign}"] if head else []), *lines, ""])
    assert rows_of(text.encode(encoding), "budget.csv") == [
        [cell.replace("\u00a0", "\u00a0") for cell in row] for row in LIGNES
    ]


ACCENTS = [
    [["60", "Achats spécialisés", "1 234,50 €"]],
    [["60", "Matériel", "900"], ["74", "Le Kremlin-Bicêtre, à côté de l’Haÿ", "900"]],
    [["60", "DÉPÔT ET ÉQUIPEMENT", "900"], ["62", "Été « façade » – déjà payé", "12"]],
    [["60", "FENÊTRE ET FRANÇAIS", "Montant (€)"]],
    [["60", "Création d’œuvres, où l’on crée", "12"]],
]


@pytest.mark.parametrize("rows", ACCENTS)
@pytest.mark.parametrize(("encoding", "end"), [("mac_roman", "\r"), ("cp1252", "\r\n"), ("cp850", "\r\n")])
def test_a_csv_of_excel_is_read_with_its_accents(encoding, end, rows):
    text = end.join([*(";".join(f'"{cell}"' for cell in row) for row in rows), ""])
    if encoding == "cp850":
        # What this code page has no sign for, Excel writes otherwise.
        text = text.translate(str.maketrans({"€": "E", "’": "'", "–": "-", "œ": "oe"}))
        rows = [
            [cell.translate(str.maketrans({"€": "E", "’": "'", "–": "-", "œ": "oe"})) for cell in row] for row in rows
        ]
    assert rows_of(text.encode(encoding), "budget.csv") == rows


@pytest.mark.parametrize("sign", ["€", "’", "°", "é", "à", "ç", "œ"])
@pytest.mark.parametrize("encoding", ["mac_roman", "cp1252"])
def test_one_accent_alone_is_enough(encoding, sign):
    cell = {"€": "900 €", "’": "L’eau", "°": "Lot n°12", "à": "12 à 14", "œ": "Chœur"}.get(sign, f"Re{sign}u")
    assert rows_of(f"60;{cell}".encode(encoding), "budget.csv") == [["60", cell]]


@pytest.mark.parametrize("content", ["60;\x8aahin", "60;\xb4\xb4 \xac", "60;\x90cole"])
def test_accents_that_cannot_be_told_are_refused_with_what_to_do(content):
    with pytest.raises(ValidationError) as refus:
        rows_of(content.encode("latin-1"), "budget.csv")
    assert refus.value.messages == [
        "Les accents de ce fichier CSV n’ont pas pu être lus avec certitude\u00a0: dans votre tableur, enregistrez-le au "
        "format «\u00a0CSV UTF-8\u00a0», ou en XLSX."
    ]


def ods(rows):
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": "<manifest/>",
            "content.xml": f'<office:document-content {spaces} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>'
            f'<table:table table:name="Budget">{rows}</table:table></office:spreadsheet></office:body></office:document-content>',
        }
    )


def test_what_an_ods_repeats_hides_merges_or_never_computed_is_read():
    cell, row = "table:table-cell", "table:table-row"
    content = ods(
        f'<{row} table:visibility="collapse"><{cell} table:number-columns-repeated="2"/><{cell} office:value-type="float" office:value="60"><text:p>60</text:p></{cell}><{cell} table:number-columns-repeated="16381"/></{row}>'
        f'<{row} table:number-rows-repeated="2"><{cell} table:number-columns-repeated="2" office:value-type="currency" office:value="12.50"><text:p>12,50 €</text:p></{cell}></{row}>'
        f'<{row}><{cell} table:number-columns-spanned="2" office:value-type="string"><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></{cell}><table:covered-table-cell/><{cell} office:value-type="percentage" office:value="0.5"/></{row}>'
        f'<{row}><{cell} table:formula="of:=2*600"/><{cell} table:formula="of:=&quot;&quot;" office:value-type="string"/><{cell} calcext:value-type="error" office:value-type="string"><text:p>Err:502</text:p></{cell}></{row}>'
        f'<{row} table:number-rows-repeated="1048000"><{cell} table:number-columns-repeated="16384"/></{row}>'
    )
    rows = rows_of(content, "budget.ods")
    assert rows[:4] == [[None, None, 60], [12.5, 12.5], [12.5, 12.5], ["a  b\nc", None, "50 %"]]
    assert rows[4][0].startswith("La cellule A5 contient une formule (=2*600)")
    assert rows[4][1:] == [None, "La cellule C5 contient une erreur du tableur (Err:502)."]


MALFORMES = {
    "vide": (b"", "vide"),
    "page web": (b"<!DOCTYPE html><table><tr><td>60</td></tr></table>", "page web"),
    "page web d’Excel": (b'\xef\xbb\xbf<html xmlns:x="urn:schemas-microsoft-com:office:excel">', "page web"),
    "ancien format ou mot de passe": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "mot de passe"),
    "image": (b"\x89PNG\r\n\x1a\n" + bytes(50), "Choisissez un classeur"),
    "octets": (Random(1).randbytes(5000), "Choisissez un classeur|n’a pas pu être lu"),
    "coupé": (saved(book_of(TAPE))[:3000], "format|n’a pas pu être lu|abîmé"),
    "coupé à la fin": (saved(book_of(TAPE))[:-30], "format|n’a pas pu être lu|abîmé"),
    "sans feuille": (zipped(PARTS), "n’a pas pu être lu|est vide"),
    "sans classeur": (zipped({"[Content_Types].xml": PARTS["[Content_Types].xml"]}), "format|n’a pas pu être lu"),
    "feuille abîmée": (
        zipped(PARTS | {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}),
        "n’a pas pu être lu",
    ),
    "texte absent": (xlsx('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'), "n’a pas pu être lu"),
    "place impossible": (xlsx('<row r="a"><c r="ZZZZZ1"><v>1</v></c></row>'), "n’a pas pu être lu"),
    "bombe": (zipped(PARTS | {"xl/worksheets/sheet1.xml": "0" * 50_000_000}), "bien plus que son poids|trop grand"),
    "trop de rangs": (xlsx("<row><c><v>1</v></c></row>" * 6000), "trop grand"),
    "trop de cases": (xlsx("<row>" + "<c s='0'/>" * 600_000 + "<c><v>1</v></c></row>"), "trop grand"),
    "entités": (
        zipped(
            PARTS
            | {
                "xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
            }
        ),
        "n’a pas pu être lu|vide",
    ),
    "ods abîmé": (
        zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a"}),
        "n’a pas pu être lu",
    ),
    "ods à mot de passe": (
        zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": "x",
                "META-INF/manifest.xml": "<manifest:encryption-data/>",
            }
        ),
        "mot de passe",
    ),
    "ods qui gonfle": (
        ods(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/></table:table-row>'
        ),
        "trop grand",
    ),
    "ods au nombre faux": (
        ods('<table:table-row><table:table-cell office:value-type="float" office:value="douze"/></table:table-row>'),
        "n’a pas pu être lu",
    ),
}
CASE = '<table:table-cell office:value-type="float" office:value="1" {}/>'
for again in ("0", "-1", "-900000", "9" * 20, "9" * 5000, "deux"):
    said = "trop grand" if again == "9" * 20 else "n’a pas pu être lu"
    columns, one = CASE.format(f'table:number-columns-repeated="{again}"'), CASE.format("")
    MALFORMES |= {
        f"ods, {again[:9]} colonnes sur {len(again)} signes": (
            ods(f"<table:table-row>{columns}{CASE.format('table:number-columns-repeated="400000"')}</table:table-row>"),
            said,
        ),
        f"ods, {again[:9]} rangs sur {len(again)} signes": (
            ods(f'<table:table-row table:number-rows-repeated="{again}">{one}</table:table-row>'),
            said,
        ),
    }
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
UN = PARTS | {"xl/worksheets/sheet1.xml": SHEET.format("", '<row r="1"><c r="A1"><v>1</v></c></row>')}
NOMMES = "</sheets><definedNames>" + '<definedName name="a">1</definedName>' * 60_000 + "</definedNames>"
NOMME = PARTS["xl/workbook.xml"].replace("</sheets>", NOMMES)
# Few bytes that would take minutes, and cells that would be left out.
MALFORMES |= {
    "300 000 formats": (
        zipped(UN | {"xl/styles.xml": f"<styleSheet {MAIN}><cellXfs>{'<xf/>' * 300_000}</cellXfs></styleSheet>"}),
        "trop grand",
    ),
    "10 000 fois la même feuille": (
        zipped(
            UN
            | {
                "xl/workbook.xml": PARTS["xl/workbook.xml"].replace(
                    "</sheets>", '<sheet name="a" sheetId="2" r:id="rId1"/>' * 10_000 + "</sheets>"
                )
            }
        ),
        "trop grand",
    ),
    "60 000 noms": (zipped(UN | {"xl/workbook.xml": NOMME}), "trop grand"),
    "60 000 noms dans un classeur d’un autre nom": (
        zipped(
            UN
            | {
                "xl/document2.xml": NOMME,
                "xl/_rels/document2.xml.rels": PARTS["xl/_rels/workbook.xml.rels"],
                "[Content_Types].xml": PARTS["[Content_Types].xml"].replace("/xl/workbook.xml", "/xl/document2.xml"),
            }
        ),
        "trop grand",
    ),
    "400 000 rangs vides": (xlsx("<row/>" * 400_000 + "<row><c><v>1</v></c></row>"), "trop grand"),
    "ods de 3 millions de balises": (ods("<a/>" * 3_000_000), "trop grand"),
    "csv de 1,9 million de lignes": (b"\n" * 1_900_000, "trop grand"),
    "csv de 1,9 million de cases": (b";" * 1_900_000, "trop grand"),
    "csv d’un million de guillemets": (b'"' * 1_000_000, "n’a pas pu être lu"),
    "csv d’une case sans fin": (b'60;"' + b"x" * 200_000 + b'";12\n', "n’a pas pu être lu"),
    "colonne ZZZ": (xlsx('<row r="1"><c r="ZZZ1"><v>1</v></c></row>'), "n’a pas pu être lu"),
    "colonne après la dernière": (
        xlsx('<row r="1"><c r="XFD1"><v>1</v></c><c><v>1</v></c></row>'),
        "n’a pas pu être lu",
    ),
    "cases en désordre": (
        xlsx('<row r="1"><c r="C1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        "n’a pas pu être lu",
    ),
    "rangs en désordre": (
        xlsx('<row r="5"><c r="A5"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>'),
        "n’a pas pu être lu",
    ),
    "rang deux fois": (xlsx('<row r="1"><c r="A1"><v>1</v></c></row>' * 2), "n’a pas pu être lu"),
}


@pytest.mark.parametrize("kind", MALFORMES)
def test_what_is_no_workbook_is_said_in_a_sentence(kind):
    content, said = MALFORMES[kind]
    with pytest.raises(ValidationError, match=said):
        read_workbook(upload(content, "budget.ods" if kind.startswith("ods") else "budget.xlsx"), PLAN)


# --- The budget ---------------------------------------------------------------------------------


def short(lecture):
    return [(one["compte"], one["libelle"], one["montant"]) for one in lecture.lignes]


def test_a_formula_never_computed_is_not_zero():
    lecture = read_workbook(upload((CASES / "formule-non-calculee.xlsx").read_bytes()), PLAN)
    assert lecture.lignes == []
    assert [(refus.numero, refus.raison[:49]) for refus in lecture.refus] == [
        (2, "La cellule D2 contient une formule (=2*600) dont "),
        (3, "La cellule D3 contient une formule (=SUM(A1:A1)) "),
    ]
    assert lecture.ignores_dits == ["Ligne 1\u00a0: les titres des colonnes et ce qui est au-dessus."]


def test_every_line_is_read_refused_or_said_to_bring_nothing():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Budget"
    for row in (
        ["Notre budget"],
        ["Compte", "Intitulé", "Précision ou financeur", "Montant (€)", "Obtenu", "Repère"],
        [60.0, "Achats", "Bois", 1200.0],
        ["61", "Services extérieurs", None, None],
        ["62 – Autres services", None, "Affiches", "300"],
        [],
        ["74", "Subventions", "Ville", 900, True],
        ["74", "Subventions", "CAF", 50, False],
        ["74", "Subventions", "Région", date(2027, 1, 2)],
        ["74", "Subventions", "Département", 0.5],
        [None, None, "Sans compte", 12],
        ["63", "Impôts", None, None],
        ["64", "Personnel", None, None],
    ):
        sheet.append(row)
    sheet["D10"].number_format = "0%"
    book.create_sheet("Notes").append(["à ne pas lire"])
    lecture = read_workbook(upload(saved(book)), PLAN, 1000)
    assert short(lecture) == [("60", "Bois", 1200), ("62", "Affiches", 300), ("74", "Ville", 900), ("74", "CAF", 50)]
    assert [one["is_obtenu"] for one in lecture.lignes] == [False, False, True, False]
    assert [refus.numero for refus in lecture.refus] == [9, 10, 11]
    assert lecture.ignores_dits == [
        "Lignes 1 à 2\u00a0: les titres des colonnes et ce qui est au-dessus.",
        "Lignes 4, 12 à 13\u00a0: comptes laissés vides.",
    ]
    assert lecture.remarques == ["Seule la feuille «\u00a0Budget\u00a0» est lue, et non «\u00a0Notes\u00a0»."]


@pytest.mark.parametrize(
    "account", ["60", 60, 60.0, "60 - Achats", "60 – Achats", "60. Achats", "Compte 60", "Achats", " 60\u00a0"]
)
def test_an_account_is_read_however_it_is_written(account):
    book = openpyxl.Workbook()
    book.active.append([account, "Bois", 12])
    assert short(read_workbook(upload(saved(book)), PLAN)) == [("60", "Bois", 12)]


def test_the_same_budget_is_read_from_an_ods_and_a_csv():
    content = "Compte;Précision;Montant\n60;Bois;1 200 €\n74;Ville;900\n".encode("cp1252")
    assert short(read_workbook(upload(content, "budget.csv"), PLAN)) == [("60", "Bois", 1200), ("74", "Ville", 900)]
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{word}</text:p></table:table-cell>'
        for word in ("60", "Bois")
    )
    row = f'<table:table-row>{cells}<table:table-cell office:value-type="float" office:value="1200"/></table:table-row>'
    assert short(read_workbook(upload(ods(row), "budget.ods"), PLAN)) == [("60", "Bois", 1200)]


def test_the_last_column_and_a_full_workbook_are_read():
    assert rows_of(xlsx('<row r="1"><c r="XFD1"><v>1</v></c></row>')) == [[None] * 16_383 + [1]]
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for numero in range(5_000):
        sheet.append([numero, *["a"] * 11])
    assert len(rows_of(saved(book))) == 5_000
