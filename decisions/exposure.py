"""How much is lent to whom: the lines in use by the score band of whoever has them, in one statement."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from decisions.line_states import IN_USE
from decisions.policies import compiled, get_latest_policy

_BY_BAND: Final = """
SELECT width_bucket(newest.score, %s::int[]), count(DISTINCT l.applicant_id), count(*),
    round(sum(l.total_cny)), round(sum(l.drawn_cny)), round(sum(l.on_hold_cny + l.reduced_cny))
FROM decisions_line l
CROSS JOIN LATERAL (
    SELECT d.score FROM decisions_decision d
    WHERE d.applicant_id = l.applicant_id AND d.product = l.product ORDER BY d.id DESC LIMIT 1
) newest
WHERE l.state = ANY(%s)
GROUP BY 1
"""


@dataclass(frozen=True)
class Exposure:
    """The lines of one score band, in whole yuan."""

    band: str
    people: int = 0
    lines: int = 0
    granted_cny: int = 0
    drawn_cny: int = 0
    held_cny: int = 0


def sum_exposure(*, now: datetime) -> list[Exposure]:
    """What each band of the policy in force has been granted and has drawn, the lowest band first."""
    bands = compiled(get_latest_policy(now=now)).bands
    with connection.cursor() as cursor:
        cursor.execute(_BY_BAND, [[band.low for band in bands[1:]], sorted(IN_USE)])
        found = {place: tuple(map(int, numbers)) for place, *numbers in cursor.fetchall()}
    return [Exposure(band.code, *found.get(place, ())) for place, band in enumerate(bands)]
