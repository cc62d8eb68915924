"""A million full decisions of the book on one core, against the look-ups of the scores alone and optbinning.

The million is drawn from the public table's 30,000 people: rows with replacement, a third of all scorecard
inputs from other rows, amounts moved by up to a fifth. The floor reads one byte
a characteristic, column by column.
"""

import contextlib
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml

from assessment import Policy, read_policy
from assessment.book import Book, Coding, code_book, decide
from bench._pairs import compare, show
from creditportal.embedded.places import CHECKOUT

PEOPLE: Final = 1_000_000
BLOCK: Final = 16_384
MIXED: Final = 1 / 3
PRODUCT: Final = "consumer_loan"
MOST_MB: Final = 300
PEAK: Final = "--peak"


def main() -> int:
    """Measure and print time against both sides, and the memory beyond the input; 0 when every goal holds."""
    if PEAK in sys.argv[1:]:
        print(_peak(sys.argv[-1]))
        return 0
    policy, book = _policy(), _make_book()
    ours = _timed(lambda: decide(book, policy, market="normal"))
    floor = _timed(_take_and_add(policy, book))
    first = compare(name="book", ours=ours, other=floor, unit="s", goal=3.0)
    second = compare(name="book_optbinning", ours=ours, other=_timed(_peer()), unit="s", goal=1 / 15)
    missed = show(first, about="one million; the uint8 look-ups of the scores alone")
    missed += show(second, about="one million; optbinning's scores alone")
    return int(bool(missed + _show_memory(book)))


def _timed(run: Callable[[], object]) -> Callable[[], float]:
    """Processor time of one run, which no other process can lengthen."""

    def measure() -> float:
        started = time.process_time()
        run()
        return time.process_time() - started

    return measure


def _policy() -> Policy:
    return read_policy((CHECKOUT / "catalogue" / "policy.yaml").read_text())


def _facts() -> tuple[dict[str, list[Any]], list[Any]]:
    """Facts by name and wishes of the people in the public table."""
    # Read when Django is set up: the table's reader belongs to an app.
    importlib.import_module("django").setup()
    table = importlib.import_module("decisions.book_table")
    entries = yaml.safe_load((CHECKOUT / "catalogue" / "characteristics.yaml").read_text())
    people, wishes = [], []
    for line in table.read_table(table.find_table()):
        known = {fact.characteristic: fact.value for fact in table.facts_of(line)}
        missing = {name: entry.get("missing", "unknown") for name, entry in entries.items()}
        people.append({**missing, **known})
        wishes.append(table.wish_of(line))
    return {name: [one[name] for one in people] for name in people[0]}, wishes


def _make_book() -> Book:
    columns, wishes = _facts()
    coding = Coding.for_policies(_policy(), PRODUCT)
    small = code_book(
        coding,
        {**columns, "on_time_instalments": [0] * len(wishes)},
        amounts=[wish.amount_cny for wish in wishes],
        purposes=[wish.purpose for wish in wishes],
        terms=[wish.term_months for wish in wishes],
    )
    random = np.random.default_rng(7)
    rows = random.integers(0, len(small), PEOPLE)
    codes = {name: column[rows] for name, column in small.columns().items()}
    for name, column in small.columns().items():
        if coding.coders[name].one is not None:
            other = np.flatnonzero(random.random(PEOPLE) < MIXED)
            codes[name][other] = column[random.integers(0, len(small), len(other))]
    money = {name: _moved(fen[rows], random) for name, fen in small.money.items()}
    requested = np.maximum(_moved(small.requested[rows], random) // 10_000 * 10_000, 100_000)
    return Book.from_columns(coding, codes, money=money, requested=requested)


def _moved(fen: npt.NDArray[np.int64], random: np.random.Generator) -> npt.NDArray[np.int64]:
    moved = (fen * random.uniform(0.8, 1.2, len(fen))).astype(np.int64)
    return np.where(fen > 0, moved, fen)


def _take_and_add(policy: Policy, book: Book) -> Callable[[], npt.NDArray[np.int16]]:
    """The scores alone: one look-up and one addition a characteristic, in blocks that fit the cache."""
    card = policy.scorecards["personal"]
    codes = book.columns()
    matrix = np.stack([codes[one.name] for one in card.characteristics])
    tables = [
        np.array([one.points[one.encode(cell)] for cell in book.coding.coders[one.name].cells], np.int16)
        for one in card.characteristics
    ]

    def score() -> npt.NDArray[np.int16]:
        found = np.full(len(book), card.base, np.int16)
        spare = np.empty(BLOCK, np.int16)
        for start in range(0, len(book), BLOCK):
            part = found[start : start + BLOCK]
            for column, table in zip(matrix, tables, strict=True):
                part += np.take(table, column[start : start + BLOCK], out=spare[: len(part)], mode="clip")
        return found

    assert np.array_equal(score(), decide(book, policy, market="normal").score)
    return score


def _peer() -> Callable[[], object]:
    """A card of optbinning over as many numeric characteristics, scoring a table of a million rows."""
    peer = importlib.import_module("bench.one_decision")
    pandas = importlib.import_module("pandas")
    with contextlib.redirect_stdout(sys.stderr):
        card, row = peer._peer(len(_policy().scorecards["personal"].characteristics))  # noqa: SLF001  its fitted card
    table = pandas.DataFrame(
        np.random.default_rng(7).normal(size=(PEOPLE, row.shape[1])), columns=row.columns
    )
    return lambda: card.score(table)


def _peak(path: str) -> float:
    """MB that deciding takes at its highest, result and all, beyond the input that was just read."""
    policy = _policy()
    with np.load(path) as stored:
        columns = {name: stored[name] for name in stored.files}
    codes, requested = columns.pop("codes"), columns.pop("requested")
    book = Book.from_matrix(Coding.for_policies(policy, PRODUCT), codes, money=columns, requested=requested)
    decide(book.take(slice(0, 1)), policy, market="normal")
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    decide(book, policy, market="normal")
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def _show_memory(book: Book) -> int:
    """Print the memory per million rows as a process of its own measures it."""
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/book.npz"
        columns: dict[str, Any] = {"codes": book.codes, "requested": book.requested, **book.money}
        np.savez(path, **columns)
        megabytes = float(_run_alone(path))
    holds = megabytes <= MOST_MB
    if "--json" in sys.argv[1:]:
        line = {"name": "book_memory", "ours": megabytes, "other": None, "unit": "MB a million rows"}
        print(json.dumps(line | {"ratio": megabytes / MOST_MB, "goal": 1.0, "holds": holds, "runs": 1}))
    else:
        verdict = "holds" if holds else "MISSED"
        print(f"book_memory: {megabytes:.0f} MB a million rows, goal at most {MOST_MB}: {verdict}")
    return 0 if holds else 1


def _run_alone(path: str) -> str:
    command = [sys.executable, "-m", "bench.book", PEAK, path]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main())
