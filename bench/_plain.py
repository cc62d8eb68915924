"""The bare work of a run in one piece: nothing is leased, split or marked as done."""

from decisions.book_codes import read_entries
from decisions.book_products import CONSUMER
from decisions.models import Run
from decisions.run_evaluating import assess_records, layout_of, write_results


def evaluate_plainly(*, run: Run, table: str, people: int) -> None:
    """Read all entries, decide them and write the results into a table; raises when somebody is missing."""
    records = read_entries(product=CONSUMER, layout=layout_of(run, CONSUMER), first=0, last=2**62)
    if len(records) != people:
        raise ValueError(f"{len(records)} entries instead of {people}")
    write_results(table, run, CONSUMER, records, assess_records(run, CONSUMER, records))
