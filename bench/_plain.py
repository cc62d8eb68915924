"""The bare work of a run in one piece: nothing is leased, split or marked as done."""

from typing import Any

import numpy as np

from core.copying import write_rows
from decisions.book_codes import read_entries, records_of
from decisions.models import Run
from decisions.run_evaluating import assess_records, layout_of, result_columns


def evaluate_plainly(*, run: Run, table: str, people: int) -> None:
    """Read all entries, decide them and write the results into a table; raises when somebody is missing."""
    layout = layout_of(run)
    entries = read_entries(layout=layout, first=0, last=2**62)
    if len(entries) != people:
        raise ValueError(f"{len(entries)} entries instead of {people}")
    columns = assess_records(run, records_of(entries, layout))
    values: dict[str, Any] = {**columns, "run_id": np.int64(run.pk)}
    values |= {name: entries[name] for name in ("applicant_id", "standing_id", "codes")}
    write_rows(table, result_columns(layout), values, people)
