"""The XLSX writer: typed cells, frozen header, filter; text never becomes a formula."""

from datetime import date
from io import BytesIO

import xlsxwriter

from label.exports.tables import NUMERIC, Table, clean_text, is_number, sheet_moment, sheet_name

# Codes are stored in their English form: a French spreadsheet shows `# ##0 €` and `jj/mm/aaaa`.
_XLSX_FORMATS = {
    "text": "@",
    "int": "#,##0",
    "plain": "0",
    "euros": "#,##0\u00a0[$€-40C]",
    "decimal": "0.00",
    "degrees": "0.000000",
    "percent": "0.0\u00a0%",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
    "bool": "@",
}
XLSX_CELL_MAX = 32767


def to_xlsx(table: Table) -> bytes:
    """The table as a workbook: typed cells, frozen bold header, filter, widths; no formula."""
    output = BytesIO()
    workbook = xlsxwriter.Workbook(
        output,
        {
            "in_memory": True,
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "dd/mm/yyyy",
        },
    )
    workbook.set_properties({"title": clean_text(table.title)})
    sheet = workbook.add_worksheet(sheet_name(table.title))
    header = workbook.add_format({"bold": True, "valign": "top", "text_wrap": True, "bottom": 1, "bg_color": "#EDE9E0"})
    formats = {kind: workbook.add_format({"num_format": code, "valign": "top"}) for kind, code in _XLSX_FORMATS.items()}
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.characters)
        sheet.write_string(0, index, clean_text(column.heading), header)
    getters, rows = table.records()
    cells = [
        (index, getter, column.kind, formats[column.kind])
        for index, (getter, column) in enumerate(zip(getters, table.columns, strict=False))
    ]
    line = 0
    for line, row in enumerate(rows, start=1):
        for index, getter, kind, cell_format in cells:
            value = getter(row)
            if value is None or value == "":
                continue
            if kind == "bool":
                sheet.write_string(line, index, "oui" if value else "non", cell_format)
            elif kind in NUMERIC and is_number(value):
                sheet.write_number(line, index, value, cell_format)
            elif kind in ("date", "datetime") and isinstance(value, date):
                sheet.write_datetime(line, index, sheet_moment(value, kind), cell_format)
            else:
                sheet.write_string(line, index, clean_text(value)[:XLSX_CELL_MAX], formats["text"])
    if table.columns:
        sheet.autofilter(0, 0, line, len(table.columns) - 1)
        sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    workbook.close()
    return output.getvalue()
