"""The first half of a run: coded inputs brought up to date, everybody assessed into a partition."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from django.db import connection

from core.copying import Rows, write_rows
from decisions.book_codes import Decided, Encoder, decide_records, granted, read_entries
from decisions.book_entries import refresh_entries
from decisions.book_layout import LINE_IN_USE, Layout
from decisions.book_products import PLACES
from decisions.dry_run_counting import FAVOURABLE, OUTCOMES
from decisions.models import Run, RunCause, RunChunk, RunResult
from decisions.policies import compiled
from decisions.run_effects import Effect

REASONS: Final = 5
NONE: Final = 255
BETTER, WORSE = 1, 2
_WAITING: Final = (1, 2)


def prepare_chunk(*, run: Run, chunk: RunChunk, now: datetime) -> Effect:
    """Bring the coded inputs of a range up to date."""
    return Effect(refresh_entries(product=chunk.product, first=chunk.first_key, last=chunk.last_key, now=now))


def evaluate_chunk(*, run: Run, chunk: RunChunk, now: datetime) -> Effect:
    """Assess a range and append what came out."""
    layout = layout_of(run, chunk.product)
    records = read_entries(product=chunk.product, layout=layout, first=chunk.first_key, last=chunk.last_key)
    if not len(records):
        return Effect(0)
    columns = assess_records(run, chunk.product, records)
    write_results(RunResult._meta.db_table, run, chunk.product, records, columns)
    return Effect(len(records), _count(run, columns))


def write_results(
    table: str, run: Run, product: str, records: Rows, columns: Mapping[str, npt.NDArray[Any]]
) -> None:
    """Append the results of these records, with the records themselves."""
    kind = f"V{records.dtype.itemsize}"
    values: dict[str, Any] = {
        **columns, "run_id": np.int64(run.pk), "product": np.int16(PLACES[product]),
        "applicant_id": records["applicant"], "standing_id": records["standing_id"],
        "codes": np.ascontiguousarray(records).view(kind),
    }  # fmt: skip
    write_rows(table, [*_FIXED, ("codes", kind)], values, len(records))


def _count(run: Run, columns: Mapping[str, npt.NDArray[Any]]) -> dict[str, Any]:
    """What the chunk came to: outcomes, and what would change, by direction and by cause."""
    change, names = columns["change"], run.setting["causes"]
    causes = np.bincount(columns["cause"][change > 0], minlength=len(names))
    outcomes = np.bincount(columns["outcome"], minlength=len(OUTCOMES))
    return {
        "causes": {names[at]: int(count) for at, count in enumerate(causes) if count},
        "outcomes": {OUTCOMES[at]: int(count) for at, count in enumerate(outcomes) if count},
        "better": int((change == BETTER).sum()),
        "worse": int((change == WORSE).sum()),
    }


_FIXED: Final = (
    ("run_id", ">i8"), ("product", ">i2"), ("applicant_id", ">i8"), ("standing_id", ">i8"),
    ("outcome", ">i2"), ("score", ">i2"), ("limit_cny", ">i4"), ("rate_milli", ">i4"),
    ("reasons", f"V{REASONS}"), ("change", ">i2"), ("cause", ">i2"),
)  # fmt: skip


def assess_records(run: Run, product: str, records: Rows) -> dict[str, npt.NDArray[Any]]:
    """The columns of the results of these records."""
    count = len(records)
    columns: dict[str, npt.NDArray[Any]] = {
        "outcome": np.zeros(count, np.int16), "score": np.zeros(count, np.int16),
        "limit_cny": np.zeros(count, np.int32), "rate_milli": np.zeros(count, np.int32),
    }  # fmt: skip
    reasons = np.full((count, REASONS), NONE, np.uint8)
    decided = decide_records(
        encoder=_encoder(run.policy_id, run.policy_hash, run.pk, product), policy=compiled(run.policy),
        market=run.market, contexts=run.setting["contexts"][product], records=records,
    )  # fmt: skip
    for part in decided:
        columns["outcome"][part.rows] = part.result.outcome
        columns["score"][part.rows] = part.result.score
        columns["limit_cny"][part.rows], columns["rate_milli"][part.rows] = granted(part.result)
        found = _reasons(run, part)
        reasons[part.rows, : found.shape[1]] = found
    change, cause = compare(run, records, columns, reasons[:, 0])
    packed = np.ascontiguousarray(reasons).view(f"V{REASONS}").reshape(count)
    return {**columns, "reasons": packed, "change": change, "cause": cause}


def _reasons(run: Run, part: Decided) -> npt.NDArray[np.uint8]:
    """Reasons as places in the run's own legend."""
    places = {code: at for at, code in enumerate(run.setting["causes"])}
    legend = np.full(256, NONE, np.uint8)
    for at, code in enumerate(part.result.reason_codes):
        if code:
            legend[at] = places[code]
    return legend[part.result.reasons]


def compare(
    run: Run, records: Rows, columns: dict[str, npt.NDArray[Any]], first: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    """What changes against what stands, and through what; the first reason of the worse side is the cause."""
    standing, outcome = records["standing"].astype(np.int64), columns["outcome"].astype(np.int64)
    is_line = records["line"] == LINE_IN_USE
    both = (standing >= FAVOURABLE) & (outcome >= FAVOURABLE)
    by_outcome = np.where(both & is_line, 0, np.sign(outcome - standing))
    by_limit = np.where(both, np.sign(columns["limit_cny"] - records["standing_cny"]), 0)
    has_rate = both & ~is_line & (records["standing_rate"] >= 0)
    by_rate = np.where(has_rate, np.sign(records["standing_rate"] - columns["rate_milli"]), 0)
    step = np.where(by_outcome != 0, by_outcome, np.where(by_limit != 0, by_limit, by_rate))
    # What waits for a person or for an event is left to them; a line is not raised unasked, only corrected.
    step[np.isin(standing, _WAITING)] = 0
    if run.cause != RunCause.CORRECTION:
        step[is_line & (step > 0)] = 0
    names = run.setting["causes"]
    limit, rate = names.index("LIMIT"), names.index("RATE")
    older = _places(names, records["standing_cause"])
    by_reason = np.where(step < 0, np.where(first == NONE, limit, first), older)
    cause = np.where(by_outcome != 0, by_reason, np.where(by_limit != 0, limit, rate))
    cause = np.where(both & (step < 0) & (first != NONE) & (by_limit < 0), first, cause)
    change = np.where(step == 0, 0, np.where(step > 0, BETTER, WORSE)).astype(np.int16)
    return change, np.where(change == 0, -1, cause).astype(np.int16)


def _places(names: list[str], codes: Rows) -> npt.NDArray[np.int64]:
    """Places of codes in the legend; what is not there counts as a question of the amount."""
    known = {name.encode(): at for at, name in enumerate(names)}
    distinct, inverse = np.unique(codes, return_inverse=True)
    other = names.index("LIMIT")
    return np.array([known.get(bytes(code), other) for code in distinct], np.int64)[inverse]


def layout_of(run: Run, product: str) -> Layout:
    """The layout of a product's records that the run froze."""
    return _layout(run.pk, product)


@lru_cache(maxsize=16)
def _layout(run_id: int, product: str) -> Layout:
    setting = Run.objects.values_list("setting", flat=True).get(pk=run_id)
    return Layout.from_json(setting["layouts"][product])


@lru_cache(maxsize=16)
def _encoder(policy_id: int, policy_hash: str, run_id: int, product: str) -> Encoder:
    run = Run.objects.select_related("policy").get(pk=run_id)
    return Encoder(product, layout_of(run, product), (compiled(run.policy),))


def open_partition(run: Run) -> None:
    """Make the run's own partition of the results; nobody can stand in it twice for one product.

    Its indexes are there from the start: workers build them side by side while they fill it, where building
    them afterwards would be one worker's.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT decisions_open_run_partition(%s)", [run.pk])
