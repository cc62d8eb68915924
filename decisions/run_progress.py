"""How far a run has come."""

from dataclasses import dataclass

from django.db.models import Count, Sum

from decisions.models import Run


@dataclass(frozen=True)
class Bar:
    """The chunks of the present phase, how many of them are done, and the people in those."""

    chunks: int
    done: int
    people: int

    @property
    def percent(self) -> int:
        """The share that is done, in whole percent; all of it when there is nothing to do."""
        return 100 * self.done // self.chunks if self.chunks else 100


def progress_of(run: Run) -> Bar:
    """How far the present phase is."""
    found = run.chunks.filter(phase=run.state).aggregate(
        chunks=Count("id"), done=Count("done_at"), people=Sum("people")
    )
    return Bar(found["chunks"], found["done"], found["people"] or 0)
