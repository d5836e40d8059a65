"""The ODS writer: the sheet is written as XML text, odfdo makes the package around it."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from odfdo import Document
from xlsxwriter.utility import xl_col_to_name

from label.exports.csv_file import CSV_CELLS
from label.exports.tables import NUMERIC, Column, Table, clean_text, is_number, sheet_moment, sheet_name

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
# Every part of the package says the same version: LibreOffice refuses a package whose parts disagree. The template
# of odfdo follows the last OpenDocument, which spreadsheets of a few years ago do not know.
_VERSION = "1.3"
_VERSIONED = re.compile(r'((?:office|manifest):version=")[^"]*"')
_ODS_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_ODF}{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("style", "style"),
        ("text", "text"),
        ("table", "table"),
        ("number", "datastyle"),
        ("fo", "xsl-fo-compatible"),
        ("config", "config"),
    )
)
# The name LibreOffice itself gives to the filter of a sheet: under another one it is lost on the way to XLSX.
_FILTER = "__Anonymous_Sheet_DB__0"
_DAY = (
    '<number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/>'
    '<number:text>/</number:text><number:year number:style="long"/>'
)
_WHOLE = '<number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>'


def _number(kind: str, places: int) -> str:
    return (
        f'<number:number-style style:name="N-{kind}"><number:number number:decimal-places="{places}"'
        f' number:min-decimal-places="{places}" number:min-integer-digits="1"/></number:number-style>'
    )


_ODS_DATA_STYLES = {
    "int": f'<number:number-style style:name="N-int">{_WHOLE}</number:number-style>',
    "euros": f'<number:currency-style style:name="N-euros">{_WHOLE}<number:text>\u00a0</number:text>'
    '<number:currency-symbol number:language="fr" number:country="FR">€</number:currency-symbol>'
    "</number:currency-style>",
    "plain": _number("plain", 0),
    "decimal": _number("decimal", 2),
    "degrees": _number("degrees", 6),
    "percent": '<number:percentage-style style:name="N-percent"><number:number number:decimal-places="1"'
    ' number:min-integer-digits="1"/><number:text>\u00a0%</number:text></number:percentage-style>',
    "date": f'<number:date-style style:name="N-date">{_DAY}</number:date-style>',
    "datetime": f'<number:date-style style:name="N-datetime">{_DAY}<number:text> </number:text>'
    '<number:hours number:style="long"/><number:text>:</number:text><number:minutes number:style="long"/>'
    "</number:date-style>",
}


def _setting(name: str, kind: str, value: Any) -> str:
    return f'<config:config-item config:name="{name}" config:type="{kind}">{value}</config:config-item>'


def _ods_settings(name: str) -> str:
    """What keeps the first line of the sheet `name` (escaped) in sight, written as LibreOffice writes it."""
    frozen = "".join(
        _setting(item, kind, value)
        for item, kind, value in (
            ("CursorPositionX", "int", 0),
            ("CursorPositionY", "int", 1),
            ("HorizontalSplitMode", "short", 0),
            ("VerticalSplitMode", "short", 2),
            ("HorizontalSplitPosition", "int", 0),
            ("VerticalSplitPosition", "int", 1),
            ("ActiveSplitRange", "short", 2),
            ("PositionLeft", "int", 0),
            ("PositionRight", "int", 0),
            ("PositionTop", "int", 0),
            ("PositionBottom", "int", 1),
        )
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<office:document-settings {_ODS_NAMESPACES} office:version="{_VERSION}">'
        f'<office:settings><config:config-item-set config:name="ooo:view-settings">'
        f"{_setting('VisibleAreaTop', 'int', 0)}{_setting('VisibleAreaLeft', 'int', 0)}"
        f'<config:config-item-map-indexed config:name="Views"><config:config-item-map-entry>'
        f'{_setting("ViewId", "string", "view1")}<config:config-item-map-named config:name="Tables">'
        f'<config:config-item-map-entry config:name="{name}">{frozen}</config:config-item-map-entry>'
        f"</config:config-item-map-named>{_setting('ActiveTable', 'string', name)}</config:config-item-map-entry>"
        f"</config:config-item-map-indexed></config:config-item-set></office:settings></office:document-settings>"
    )


# Runs of spaces collapse in OpenDocument unless they are counted.
_SPACES = re.compile("^ +| {2,}")


def _ods_text(value: Any, style: str) -> str:
    lines = escape(clean_text(value).replace("\t", " ")).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    lines = [_SPACES.sub(lambda run: f'<text:s text:c="{len(run[0])}"/>', line) for line in lines]
    paragraphs = "".join([f"<text:p>{line}</text:p>" for line in lines])
    return f'<table:table-cell office:value-type="string" table:style-name="{style}">{paragraphs}</table:table-cell>'


def _ods_cell(value: Any, kind: str) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if kind == "bool":
        return _ods_text("oui" if value else "non", "ce-text")
    if kind in NUMERIC and is_number(value):
        value_type = {"euros": 'currency" office:currency="EUR', "percent": "percentage"}.get(kind, "float")
        plain = f"{value:f}" if isinstance(value, Decimal) else str(+value)
        shown = CSV_CELLS[kind](value)
        return (
            f'<table:table-cell office:value-type="{value_type}" office:value="{plain}"'
            f' table:style-name="ce-{kind}"><text:p>{shown}</text:p></table:table-cell>'
        )
    if kind in ("date", "datetime") and isinstance(value, date):
        moment = sheet_moment(value, kind)
        shown = CSV_CELLS[kind](value)
        iso = moment.isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{iso}"'
            f' table:style-name="ce-{kind}"><text:p>{shown}</text:p></table:table-cell>'
        )
    return _ods_text(value, "ce-text")


def _ods_styles(columns: Iterable[Column]) -> str:
    parts = list(_ODS_DATA_STYLES.values())
    parts += [
        f'<style:style style:name="ce-{kind}" style:family="table-cell" style:data-style-name="N-{kind}"/>'
        for kind in _ODS_DATA_STYLES
    ]
    parts.append(
        '<style:style style:name="ce-text" style:family="table-cell"/>'
        '<style:style style:name="ce-head" style:family="table-cell"><style:table-cell-properties'
        ' fo:background-color="#ede9e0" fo:wrap-option="wrap"/><style:text-properties fo:font-weight="bold"/>'
        "</style:style>"
    )
    parts += [
        f'<style:style style:name="co{index}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{column.characters * 0.2:.2f}cm"/></style:style>'
        for index, column in enumerate(columns)
    ]
    return "".join(parts)


def to_ods(table: Table) -> bytes:
    """The table as an OpenDocument sheet: the same typed cells, frozen header, filter; no formula."""
    name = escape(sheet_name(table.title), {'"': "&quot;"})
    getters, rows = table.records()
    cells = [(getter, column.kind) for getter, column in zip(getters, table.columns, strict=False)]
    lines = [
        f"<table:table-row>{''.join([_ods_cell(get(row), kind) for get, kind in cells])}</table:table-row>"
        for row in rows
    ]
    columns = "".join(f'<table:table-column table:style-name="co{i}"/>' for i in range(len(table.columns)))
    heading = "".join([_ods_text(column.heading, "ce-head") for column in table.columns])
    last = f"{xl_col_to_name(max(len(table.columns) - 1, 0))}{len(lines) + 1}"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_NAMESPACES} office:version="{_VERSION}">'
        f"<office:automatic-styles>{_ods_styles(table.columns)}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{columns}<table:table-header-rows>'
        f"<table:table-row>{heading}</table:table-row></table:table-header-rows>{''.join(lines)}</table:table>"
        f'<table:database-ranges><table:database-range table:name="{_FILTER}" table:display-filter-buttons="true"'
        f" table:target-range-address=\"'{name}'.A1:'{name}'.{last}\"/></table:database-ranges>"
        f"</office:spreadsheet></office:body></office:document-content>"
    )
    document = Document("spreadsheet")
    container: Any = document.container
    document.meta.title = clean_text(table.title)
    container.set_part("content.xml", content.encode())
    container.set_part("meta.xml", document.meta.serialize())
    container.set_part("settings.xml", _ods_settings(name).encode())
    for part in ("META-INF/manifest.xml", "meta.xml", "styles.xml"):
        held = container.get_part(part).decode()
        container.set_part(part, _VERSIONED.sub(rf'\g<1>{_VERSION}"', held).encode())
    output = BytesIO()
    container.save(output)
    return output.getvalue()
