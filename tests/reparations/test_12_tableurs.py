"""Every spreadsheet the site gives, asked through its address and opened by LibreOffice, compared value by value."""

import csv
import zipfile
from collections import Counter
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import cycle
from math import isclose
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.apps import apps

from label.enums import SorteQuestion
from label.exports import FORMATS, named_exports
from label.models import Edition
from laureats.models import Laureat
from projects.enums import Statut
from projects.models import Dossier, Structure
from projects.question.actions import write_reponse
from tests.tableur import Cell, LibreOffice
from tests.walk import Person, Target, people_at_hand, readers, statuses_of_refusals, targets
from tests.world import World

PARIS = ZoneInfo("Europe/Paris")
# What people type, and what a spreadsheet would gladly take for something else.
TEXTES = (
    '=HYPERLINK("http://exemple.fr")',
    "+33 6 12 34 56 78",
    "-20 ans : et après ?",
    "@mairie",
    "00123",
    "007",
    "1,5",
    "12/03/2027",
    "3-4",
    "1e5",
    "12:30",
    "VRAI",
    "mai 2027",
    "94400",
    "25 %",
    "12 €",
    "«\u00a0Fête\u00a0» à 20\u00a0h\u00a030\u202f!",
    "👩‍👩‍👧‍👦 familles, été",
    "deux  espaces   et trois",
    'un ; deux "trois"',
    "தமிழ் பள்ளி",
    "_x0041_ <b>gras</b> & co",
    "'apostrophe",
    "(12)",
    ".5",
)
LONG = "Un très long récit, avec «\u00a0guillemets\u00a0» ; et accents.\n" * 499 + "Fin."
# The lists and grids known to be exported: the walk finds these at least.
KNOWN = {
    "label:export_download",
    "contrats:affectation_list",
    "contrats:contrat_list",
    "contrats:quartier_list",
    "projects:dossier_list",
    "projects:portefeuille_list",
    "instruction:instruction_list",
    "projects:budget_export",
    "juries:classement",
    "juries:export_download",
    "laureats:laureat_list",
    "laureats:laureat_scdl",
    "laureats:versement_list",
    "laureats:export",
}
# The widest view first: each export is opened for the first of these whom its address lets in; a list, whose rows and
# words depend on who reads it, for the last one too.
READERS = ("pilote", "préside", "chef", "responsable", "instruct", "anonyme")
FORMULES = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory):
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))


@pytest.fixture
def world(db):
    """The world, where every title and name is a trap for spreadsheets."""
    world = World()
    responsable = world.personnes["responsable"]
    fields = {"edition": world.ouverte, "contrat": world.contrat, "created_by": responsable}
    for texte in TEXTES:
        Dossier.objects.create(structure=world.structure, statut=Statut.CO_ELABORATION, titre=texte, **fields)
    for model, champ, textes in ((Laureat, "titre", TEXTES), (Structure, "nom", TEXTES[4:])):
        for row, texte in zip(model.objects.order_by("pk"), cycle(textes)):
            model.objects.filter(pk=row.pk).update(**{champ: texte})
    for sorte, valeur in (
        (SorteQuestion.TEXTE_LONG, LONG),
        (SorteQuestion.TEXTE_COURT, "0612345678"),
        (SorteQuestion.NOMBRE, 2019),
        (SorteQuestion.DATE, "2027-03-12"),
    ):
        write_reponse(world.brouillon, world.questions[sorte], valeur, responsable, world.now)
    return world


def downloads(world):
    """{(address, label, reader): {kind: bytes}} of every address that answers a spreadsheet to its reader."""
    asked = [target for target in targets(world) if target.address.name != "label:export_download"]
    named = next(target.address for target in targets(world) if target.address.name == "label:export_download")
    asked += [
        Target(named, f"{export.key} {annee}", {"annee": annee, "key": export.key})
        for export in named_exports()
        for annee in annees(world)
    ]
    persons, found, pages = {name: Person(world.personnes[name]) for name in READERS}, {}, set()
    for target in asked:
        if "GET" not in target.address.methods or target.address.name in pages:
            continue
        let_in = readers("GET", target, READERS)
        for name in dict.fromkeys((*let_in[:1], *([] if target.kwargs else let_in[-1:]))):
            given = {}
            for wanted in (*FORMATS, "scdl"):
                response = persons[name].get(target.url, {"format": wanted, "ignorer": "oui"})
                content = b"".join(response) if response.streaming else response.content
                if kind := kind_of(response, content):
                    given[kind] = content
                elif response.status_code == 200 and wanted == "xlsx":
                    pages.add(target.address.name)
                    break
            if given:
                found[target.address.name, target.label, name] = given
    return found


def annees(world):
    """The years whose named exports are opened: being written, judged, published."""
    return [edition.annee for edition in (world.ouverte, world.jugee, world.publiee)]


def kind_of(response, content):
    """ "xlsx", "ods", "csv" or "scdl" (commas, no mark at its head); "" for any other answer."""
    if response.status_code != 200:
        return ""
    content_type = response.headers["Content-Type"].partition(";")[0]
    if content_type == "text/csv":
        return "csv" if content.startswith(b"\xef\xbb\xbf") else "scdl"
    return next((name for name, (_, known, _) in FORMATS.items() if known == content_type), "")


@pytest.fixture
def opened(world, libreoffice, settings, monkeypatch):
    """(files, sheets): both {(address, label, reader, kind): …}, as given by the site and as LibreOffice reads them."""
    people_at_hand(settings, monkeypatch)
    statuses_of_refusals(monkeypatch)
    # The pages that are not asked for a file need not be written.
    monkeypatch.setattr("django.template.backends.django.Template.render", lambda *args: "")
    files = {(*where, kind): content for where, given in downloads(world).items() for kind, content in given.items()}
    return files, libreoffice.open({where: (where[-1], content) for where, content in files.items()})


def test_12_every_export_says_the_same_in_libreoffice(opened, world):
    files, sheets = opened

    assert {where[0] for where in files} >= KNOWN
    assert [where for where, sheet in sheets.items() if sheet is None] == []
    assert Counter(where[-1] for where in files) == Counter(where[-1] for where in sheets)
    problems = []
    for where in sorted({where[:-1] for where in files}):
        of_kind = {kind: sheets[*where, kind] for kind in (*FORMATS, "scdl") if (*where, kind) in sheets}
        if "ods" in of_kind:
            problems += differences(where, of_kind["xlsx"].rows, of_kind["ods"].rows)
            problems += differences(where, in_csv(of_kind["xlsx"].rows), in_csv(of_kind["csv"].rows, is_csv=True))
        for kind, sheet in of_kind.items():
            problems += [f"{where} {kind}: {found}" for found in codes_in(sheet.rows)]
        if "scdl" in of_kind:
            problems += differences(where, records_of(files[*where, "scdl"]), shown_values(of_kind["scdl"].rows))
    assert problems == []
    assert_whole(sheets)
    assert_as_people_say_them(sheets, world)
    assert_held_by_tables(sheets, world)
    assert_in_sight(files, sheets)


def assert_whole(sheets):
    """What was typed came out of it, unchanged."""
    titles = {cell.value for where, sheet in sheets.items() if where[-1] == "ods" for row in sheet.rows for cell in row}
    assert set(TEXTES) <= titles
    assert {LONG, "0612345678", 2019.0, datetime(2027, 3, 12)} <= titles


def assert_held_by_tables(sheets, world):
    """The named exports are their tables, cell by cell."""
    compared, problems = Counter(), []
    for export in named_exports():
        for edition in Edition.objects.filter(annee__in=annees(world)):
            where = "label:export_download", f"{export.key} {edition.annee}", "pilote"
            wanted = expected(export.build(edition, world.personnes["pilote"]))
            for kind in ("xlsx", "ods"):
                problems += differences((*where, kind), wanted, sheets[*where, kind].rows)
            compared[export.key] += len(wanted) - 1
    assert problems == []
    assert {key for key, count in compared.items() if count} == {export.key for export in named_exports()}


def assert_in_sight(files, sheets):
    """The header stays in sight, with the buttons of its filter."""
    for where, content in files.items():
        sheet, kind = sheets[where], where[-1]
        last = f"{openpyxl.utils.get_column_letter(len(sheet.rows[0]))}{len(sheet.rows)}"
        if kind in ("xlsx", "ods"):
            assert (where, sheet.filtered) == (where, f"A1:{last}") or len(sheet.rows) == 1
        if kind == "xlsx":
            assert openpyxl.load_workbook(BytesIO(content)).active.freeze_panes == "A2"
        if kind == "ods":
            with zipfile.ZipFile(BytesIO(content)) as package:
                held = package.read("settings.xml").decode()
            for item, value in (("VerticalSplitMode", 2), ("VerticalSplitPosition", 1), ("PositionBottom", 1)):
                assert f'<config:config-item config:name="{item}" config:type=' in held
                assert held.partition(f'config:name="{item}"')[2].partition(">")[2].startswith(f"{value}<")


def assert_as_people_say_them(sheets, world):
    """Years, codes, amounts."""
    publiee = world.publiee.annee
    notes = sheets["label:export_download", f"notes {world.jugee.annee}", "pilote", "ods"]
    laureats = sheets["label:export_download", f"laureats {publiee}", "pilote", "ods"]
    reponses = sheets["label:export_download", f"dossiers {world.ouverte.annee}", "pilote", "ods"]

    heading = [cell.shown for cell in notes.rows[0]].index("Collège")
    assert {row[heading].shown for row in notes.rows[1:]} == {"Élus"}
    assert [row[0] for row in laureats.rows] == [
        Cell("string", "Édition", "Édition"),
        Cell("float", float(publiee), str(publiee)),
    ]
    assert "2019" in {cell.shown for row in reponses.rows for cell in row}
    amount = [cell.shown for cell in laureats.rows[0]].index("Montant voté (€)")
    assert same(laureats.rows[1][amount], Cell("currency", 8000.0, "8 000 €"))


def differences(where, wanted, found):
    """The cells that differ, said with their place; at most three for one sheet."""
    if len(wanted) != len(found):
        return [f"{where}: {len(wanted)} lines, {len(found)} found"]
    return [
        f"{where} line {line} column {column}: {a!r} / {b!r}"
        for line, (row, other) in enumerate(zip(wanted, found, strict=True))
        for column in range(max(len(row), len(other)))
        if not same(a := _at(row, column), b := _at(other, column))
    ][:3]


def _at(row, column):
    return row[column] if column < len(row) else Cell()


def same(one, other):
    if isinstance(one.value, float) and isinstance(other.value, float):
        spaced = [" ".join(cell.shown.split()) for cell in (one, other)]
        return one.kind == other.kind and spaced[0] == spaced[1] and isclose(one.value, other.value, rel_tol=1e-12)
    if isinstance(one.value, datetime) and isinstance(other.value, datetime):
        # A workbook counts days: a second is its last sure digit.
        return one.kind == other.kind and abs((one.value - other.value).total_seconds()) < 1
    return one == other


def in_csv(rows, *, is_csv=False):
    """The cells as a CSV carries them: no currency, minutes, an apostrophe before what a formula begins with."""

    def cell(held):
        if isinstance(held.value, float):
            return Cell("number", held.value)
        if isinstance(held.value, datetime):
            return Cell("date", held.value.replace(second=0, microsecond=0))
        if held.kind == "string" and not is_csv and held.value.startswith(FORMULES):
            return Cell("string", "'" + held.value)
        return Cell(held.kind, held.value)

    return [[cell(held) for held in row] for row in rows]


def codes_in(rows):
    """What the machine writes and nobody says: the code of a choice, None, True, False."""
    found = {cell.shown for row in rows[1:] for cell in row if cell.kind == "string"}
    return sorted(found & CODES)


def _codes():
    """The stored values of every choice of the models, less those that read as their own label."""
    choices = [
        choice
        for model in apps.get_models()
        if not model._meta.app_label.startswith(("account", "auth", "mfa", "sessions", "contenttypes", "admin"))
        for field in model._meta.fields
        for choice in field.flatchoices
    ]
    labels = {str(label) for _, label in choices}
    return {str(value) for value, _ in choices} - labels | {"None", "True", "False", "[]", "{}"}


CODES = _codes()


def records_of(content):
    """The open data as the csv module reads them, numbers and dates where a spreadsheet sees some."""

    def cell(text):
        if not text:
            return Cell()
        for read in (float, lambda text: datetime.combine(date.fromisoformat(text), datetime.min.time())):
            try:
                return Cell("value", read(text))
            except ValueError:
                pass
        return Cell("value", text)

    return [[cell(text) for text in line] for line in csv.reader(StringIO(content.decode("utf-8")))]


def shown_values(rows):
    return [[Cell("value", held.value) if held.kind else Cell() for held in row] for row in rows]


KINDS = {"euros": "currency", "percent": "percentage"}


def expected(table):
    """The cells LibreOffice must read, from the columns and the rows themselves."""
    getters, rows = table.records()
    read = [(getter, column.kind) for getter, column in zip(getters, table.columns, strict=False)]
    lines = [[cell_of(get(row), kind) for get, kind in read] for row in rows]
    return [[Cell("string", column.heading, column.heading) for column in table.columns], *map(trimmed, lines)]


def trimmed(cells):
    while cells and not cells[-1].kind:
        cells.pop()
    return cells


def cell_of(value, kind):
    if value is None or value == "":
        return Cell()
    if kind == "bool":
        text = "oui" if value else "non"
        return Cell("string", text, text)
    if isinstance(value, datetime):
        moment = value.astimezone(PARIS).replace(tzinfo=None)
        value = moment if kind == "datetime" else datetime.combine(moment.date(), datetime.min.time())
        return Cell("date", value)
    if isinstance(value, date):
        return Cell("date", datetime.combine(value, datetime.min.time()))
    if kind == "text":
        text = str(value)
        return Cell("string", text, text)
    return Cell(KINDS.get(kind, "float"), float(value), shown(value, kind))


def shown(value, kind):
    """A number as it reads in French."""
    places = {"decimal": 2, "degrees": 6}.get(kind, 0)
    text = f"{value:,.{places}f}" if kind in ("int", "euros") else f"{value:.{places}f}"
    return text.replace(",", " ").replace(".", ",") + (" €" if kind == "euros" else "")
