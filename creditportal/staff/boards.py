"""The boards: volumes and clocks, what was overturned, fairness, data quality; and the same to take along."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.roles import Permission
from appeals.overturns import FEWEST, months_back
from core import clock
from core.identity import today_in_china
from creditportal.staff.access import StaffRequest
from creditportal.staff.board_part import Part
from creditportal.staff.board_view import BOARDS, EXPOSURE, FAIRNESS, FAIRNESS_MONTHS, build_board
from creditportal.staff.desk import show, staff_page
from creditportal.staff.exporting import Cell, csv_file, xlsx_file

_SEE: Final = Permission.SEE_RUNS
_MONTHS: Final = (3, 6, 12, 24)
_USUAL: Final = 12
_FILES: Final = {"csv": csv_file, "xlsx": xlsx_file}


@staff_page(_SEE)
def show_first_board(request: StaffRequest) -> HttpResponse:
    """Lead to the first board."""
    return redirect("admin:board", board="volumes")


@staff_page(_SEE)
def show_board(request: StaffRequest, board: str) -> HttpResponse:
    """One board: plots, each with its table."""
    months = _months(request)
    context = {
        "title": _("Boards"),
        "board": board,
        "board_name": BOARDS.get(board),
        "boards": BOARDS.items(),
        "months": months,
        "choices": () if board in (FAIRNESS, EXPOSURE) else _MONTHS,
        "whole_months": FAIRNESS_MONTHS if board == FAIRNESS else None,
        "parts": _parts(request, board, months),
        "fewest": FEWEST,
    }
    return show(request, "staff/board.html", context)


@staff_page(_SEE)
def export_part(request: StaffRequest, board: str, part: str, form: str) -> HttpResponse:
    """The table of one part as a file."""
    found = next((one for one in _parts(request, board, _months(request)) if one.key == part), None)
    if found is None or form not in _FILES:
        raise Http404
    rows: list[list[Cell]] = [list(row) for row in found.rows]
    return _FILES[form](f"{board}-{part}", [str(head) for head in found.heads], rows)


def _parts(request: StaffRequest, board: str, months: int) -> list[Part]:
    if board not in BOARDS:
        raise Http404
    today = today_in_china(clock.now())
    since = months_back(today, months - 1)
    return build_board(board, since=since, today=today, language=get_language() or "zh-hans")


def _months(request: StaffRequest) -> int:
    text = request.GET.get("months", "")
    return int(text) if text in map(str, _MONTHS) else _USUAL
