"""Tables to take along, as CSV and XLSX; no cell of either is ever read as a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Final, TypeAlias

import xlsxwriter
from django.http import HttpResponse

Cell: TypeAlias = str | int | float | None
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHEET_NAME: Final = 31


def csv_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """A CSV file in UTF-8 with a mark that spreadsheets look for; texts like formulas get an apostrophe."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in (heads, *rows):
        writer.writerow([safe(cell) for cell in row])
    return _file(f"{name}.csv", "text/csv; charset=utf-8", ("\ufeff" + out.getvalue()).encode())


def xlsx_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """An Excel file in which texts are texts and numbers are numbers."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet(name[:_SHEET_NAME])
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for place, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(place, column, cell)
                elif cell is not None:
                    sheet.write_string(place, column, cell)
    return _file(f"{name}.xlsx", _XLSX, out.getvalue())


def safe(cell: Cell) -> str | int | float:
    """The cell as a spreadsheet may have it: a text that begins like a formula begins with an apostrophe."""
    if cell is None:
        return ""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_STARTS) else cell


def _file(name: str, media_type: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content, content_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
