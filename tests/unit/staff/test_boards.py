"""The boards on the desk: numbers from the summaries, small groups hidden, files that run nothing."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from appeals.gauging import measure
from appeals.models import Feed, FeedMark, Gauge
from creditportal.staff.board_charts import draw_bars, draw_line
from creditportal.staff.board_view import BOARDS
from creditportal.staff.exporting import csv_file, safe, xlsx_file
from tests.factories.boards import full_boards, tally
from tests.factories.decisions import NOW
from tests.unit.staff.conftest import SitDown, text_of

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12
FORMULA = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture
def filled(catalogues: None) -> None:
    """Summaries of three months, and what is open measured."""
    full_boards()
    measure(now=NOW)


@pytest.mark.parametrize("board", BOARDS)
def test_each_board_takes_few_queries(filled: None, pia: User, sit_down: SitDown, board: str) -> None:
    client = sit_down(pia)
    client.get(f"/staff/boards/{board}/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/staff/boards/{board}/")
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"][:90] for query in queries]


@pytest.mark.parametrize("board", BOARDS)
def test_no_board_looks_at_the_appeals_themselves(
    filled: None, pia: User, sit_down: SitDown, board: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        sit_down(pia).get(f"/staff/boards/{board}/")
    assert not [query for query in queries if 'FROM "appeals_appeal"' in query["sql"]]


@pytest.mark.parametrize("board", BOARDS)
def test_an_empty_board_says_so(catalogues: None, pia: User, sit_down: SitDown, board: str) -> None:
    page = text_of(sit_down(pia).get(f"/staff/boards/{board}/"))
    assert "There are not enough decided appeals" in page or "Nothing has been measured yet." in page


def test_every_plot_has_its_words_and_its_table(filled: None, aud: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(aud).get("/staff/boards/overturns/"))
    assert page.count('role="img"') == page.count("The same as a table") == 6
    for words in ("U02", "50.0 %", "A share is shown from ten cases on."):
        assert words in page


def test_rules_sources_and_places_have_names(filled: None, aud: User, sit_down: SitDown) -> None:
    tally("SOURCE", "", decided=12)
    page = text_of(sit_down(aud).get("/staff/boards/overturns/"))
    assert "not stated" in page
    assert "R07 Share of income that goes to repayments" in page
    assert "Mainland China" in text_of(sit_down(aud).get("/staff/boards/fairness/"))


def test_groups_of_fewer_than_ten_are_hidden(filled: None, aud: User, sit_down: SitDown) -> None:
    page = text_of(sit_down(aud).get("/staff/boards/fairness/"))
    assert "25-34" in page
    assert "Hidden groups: 2." in page
    assert "65+" not in page
    assert "35-44" not in page


def test_no_small_group_can_be_reckoned_from_two_periods(filled: None, aud: User, sit_down: SitDown) -> None:
    for month, decided in ((date(2025, 6, 1), 4), (date(2026, 2, 1), 30), (date(2026, 11, 1), 1)):
        tally("GROUP", "age:35-44", month=month, decided=decided)
    client = sit_down(aud)
    tables = {
        client.get(f"/staff/boards/fairness/age.csv?months={months}").content.split(b"\n", 1)[1]
        for months in (3, 6, 12, 24)
    }
    [table] = tables
    assert b"35-44,70," in table
    page = text_of(client.get("/staff/boards/fairness/?months=24"))
    assert "Always the last 12 whole months" in page
    assert 'href="?months=3"' not in page


def lend(**people: int) -> None:
    """What was measured of each band: so many people with a line of 10,000, half of it borrowed."""
    for band, number in people.items():
        sums = {
            "people": number,
            "lines": number,
            "granted_cny": 10_000 * number,
            "drawn_cny": 5_000 * number,
        }
        for name, value in {**sums, "held_cny": 0}.items():
            Gauge.objects.create(board="EXPOSURE", name=f"{band}:{name}", value=value, measured_at=NOW)


def test_what_is_lent_stands_by_band_without_small_groups(
    catalogues: None, aud: User, sit_down: SitDown
) -> None:
    lend(B1=0, B2=4, B3=12, B4=40, B5=300_000)
    client = sit_down(aud)
    page = text_of(client.get("/staff/boards/exposure/"))
    assert "Very good 650\u2013699" in page
    assert "3,000,000,000" in page
    # Four people alone could be reckoned from the whole, so the next smallest group is hidden with them.
    assert "Hidden groups: 2." in page
    assert "Fair 550" not in page
    assert "Good 600" not in page
    assert "Last data" not in page
    rows = client.get("/staff/boards/exposure/granted.csv").content.decode()
    assert ("400000" in rows, "120000" in rows, "40000," in rows) == (True, False, False)
    heads = [
        client.get(f"/staff/boards/exposure/{part}.csv").content.decode("utf-8-sig").splitlines()[0]
        for part in ("granted", "borrowed")
    ]
    assert heads == [
        'Score band,People,Lines,"Granted, yuan","Held back, yuan"',
        'Score band,People,Lines,"Borrowed, yuan"',
    ]


def test_a_source_that_brings_nothing_is_named(catalogues: None, aud: User, sit_down: SitDown) -> None:
    Feed.objects.create(source="bank_flows", last_at=NOW - timedelta(days=9))
    Feed.objects.create(source="credit_report", last_at=NOW - timedelta(days=2))
    measure(now=NOW)
    page = text_of(sit_down(aud).get("/staff/boards/quality/"))
    part = page.split('id="sources-title"')[1].split("</section>")[0]
    assert "9 \u00b7 brings nothing" in part
    assert "2 \u00b7" not in part
    assert part.index("bank statements") < part.index("credit report")
    assert "sources that bring nothing" in page
    FeedMark.objects.create(pk=1, upto=1_000_000)
    counting = text_of(sit_down(aud).get("/staff/boards/quality/")).split('id="sources-title"')[1]
    assert "is being counted" in counting.split("</section>")[0]


def test_an_unknown_board_or_part_is_not_found(filled: None, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    for path in ("nothing/", "volumes/nothing.csv", "volumes/sent.exe", "nothing/sent.csv"):
        assert client.get(f"/staff/boards/{path}").status_code == 404


def test_a_part_can_be_taken_along(filled: None, aud: User, sit_down: SitDown) -> None:
    client = sit_down(aud)
    csv = client.get("/staff/boards/volumes/sent.csv").content.decode("utf-8-sig").splitlines()
    assert csv[1] == "2026-09,40,40,20,3,1"
    book = load_workbook(BytesIO(client.get("/staff/boards/volumes/sent.xlsx").content))
    assert [cell.value for cell in book.worksheets[0][2]] == ["2026-09", 40, 40, 20, 3, 1]


@pytest.mark.parametrize("text", [FORMULA, "+1+1", "-2", "@SUM(A1)", "\tx", "\uff1d1"])
def test_no_text_is_a_formula_in_csv(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert "'" in csv_file("x", ["a"], [[text]]).content.decode("utf-8-sig").splitlines()[1]


def test_no_text_is_a_formula_in_excel() -> None:
    book = load_workbook(BytesIO(xlsx_file("x", [FORMULA], [[FORMULA, 3]]).content))
    cells = [*book.worksheets[0][1], *book.worksheets[0][2]]
    assert [(cell.data_type, cell.value) for cell in cells if cell.value] == [
        ("s", FORMULA), ("s", FORMULA), ("n", 3),
    ]  # fmt: skip


def test_bars_and_lines_keep_their_measure() -> None:
    assert [bar.width for bar in draw_bars([("a", 50.0, ""), ("b", None, ""), ("c", 100.0, "")])] == [
        "50.00%", "0.00%", "100.00%",
    ]  # fmt: skip
    line = draw_line([("a", 10, "10"), ("b", 5, "5")])
    assert line is not None
    assert [point.y for point in line.points] == [24, 74]
    assert draw_line([("a", 1, "1")]) is None


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("U04 A payment is overdue now", ("U04 A payment is overdue now",)),
        (
            "U01 You are borrowing from many lenders at once",
            ("U01 You are borrowing from many", "lenders at once"),
        ),
        ("\u8fd8" * 25, ("\u8fd8" * 19, "\u8fd8" * 6)),
        ("", ("",)),
    ],
)
def test_words_beside_a_number_take_as_many_lines_as_a_phone_needs(
    label: str, lines: tuple[str, ...]
) -> None:
    first, second = draw_bars([(label, 1, "1"), ("next", 2, "2")])
    assert first.lines == lines
    assert first.bar_y > first.words[-1][0]
    assert second.y == first.end
