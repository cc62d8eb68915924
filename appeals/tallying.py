"""Counting what happened to appeals, event by event, into summaries that the boards read.

Days count as the law counts them: what was withdrawn and taken up again took no time meanwhile.
Where what was appealed had been taken back before the ruling, only findings that change the result overturn.

The database notes each event that counts in the transaction that writes it. Folding takes such notes away
and adds to the summaries in one transaction, so that each event is counted once, whatever crashes.
"""

from typing import Final

from django.db import connection, transaction

from appeals.clocks import calendar_of, target_on
from appeals.models import Appeal, AppealEvent
from core.calendars import legal_day
from core.catalogues import get_catalogue

BATCH: Final = 2_000
_TAKE: Final = """
DELETE FROM appeals_uncounted WHERE event_id IN (
    SELECT event_id FROM appeals_uncounted ORDER BY event_id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING event_id
"""
_EVENTS: Final = """
WITH happened AS (
    SELECT e.id, e.event, e.event IN ('decide', 'agree') AS is_ruled, a.id AS appeal,
        a.decision_id AS decision,
        date_trunc('month', e.at AT TIME ZONE 'Asia/Shanghai')::date AS month, a.language,
        a.outcome NOT IN ('', 'UNCHANGED') AND NOT EXISTS (
            SELECT FROM appeals_ruling m JOIN appeals_rerun k ON k.id = m.rerun_id
            WHERE m.appeal_id = a.id AND m.state = 'FINAL' AND m.basis = 'NONE' AND (
                k.corrected -> 'outcome', k.corrected -> 'score', k.corrected -> 'limit'
            ) IS NOT DISTINCT FROM (k.original -> 'outcome', k.original -> 'score', k.original -> 'limit')
        ) AS is_overturned, a.decided_at <= a.due_at AS is_in_time,
        e.id = ANY(%(in_target)s) AS is_in_target,
        greatest(0, least(999, floor(extract(epoch FROM a.decided_at - a.submitted_at - coalesce((
            SELECT sum(s.until - s.since) FROM appeals_pause s WHERE s.appeal_id = a.id
            AND s.clock = 'statutory' AND s.until IS NOT NULL), '0')) / 86400)))::int AS days,
        CASE WHEN a.opened_for <> '' THEN 'staff' WHEN coalesce(l.client_id, '') <> '' THEN 'partner'
            ELSE 'portal' END AS channel, p.kind, p.jurisdiction, d.policy_id
    FROM appeals_appealevent e
    JOIN appeals_appeal a ON a.id = e.appeal_id
    JOIN applicants_applicant p ON p.id = a.applicant_id
    JOIN decisions_decision d ON d.id = a.decision_id
    LEFT JOIN decisions_application l ON l.id = d.application_id
    WHERE e.id = ANY(%(events)s)
), reads AS (SELECT * FROM unnest(%(codes)s::text[], %(inputs)s::text[]) AS r (code, input)),
"""
_VALUES: Final = """
counted AS (
    SELECT id, 'ALL' AS dimension, '' AS value, NULL::boolean AS is_changed FROM happened
    UNION ALL SELECT id, 'LANGUAGE', language, NULL::boolean FROM happened
    UNION ALL SELECT id, 'CHANNEL', channel, NULL::boolean FROM happened
    UNION ALL SELECT id, 'GROUP', 'kind:' || kind, NULL::boolean FROM happened
    UNION ALL SELECT id, 'GROUP', 'place:' || jurisdiction, NULL::boolean FROM happened
    UNION ALL SELECT h.id, 'GROUP', 'age:' || CASE WHEN age < 25 THEN '18-24' WHEN age < 35 THEN '25-34'
        WHEN age < 45 THEN '35-44' WHEN age < 55 THEN '45-54' WHEN age < 65 THEN '55-64' ELSE '65+' END,
        NULL::boolean
        FROM happened h JOIN decisions_decision d ON d.id = h.decision,
        LATERAL (SELECT nullif(d.facts #>> '{age,value}', '')::numeric AS age) AS old WHERE age IS NOT NULL
    UNION ALL SELECT h.id, 'POLICY', v.version, NULL::boolean
        FROM happened h JOIN decisions_policyversion v ON v.id = h.policy_id
    UNION ALL SELECT h.id, 'REASON', g.code, NULL::boolean
        FROM happened h JOIN appeals_ground g ON g.appeal_id = h.appeal
    UNION ALL SELECT DISTINCT h.id, 'SOURCE', d.facts -> r.input ->> 'source', NULL::boolean
        FROM happened h JOIN appeals_ground g ON g.appeal_id = h.appeal JOIN reads r ON r.code = g.code
        JOIN decisions_decision d ON d.id = h.decision WHERE d.facts -> r.input ->> 'source' IS NOT NULL
    UNION ALL SELECT DISTINCT h.id, 'RULE', rule ->> 'id', NULL::boolean
        FROM happened h JOIN decisions_decision d ON d.id = h.decision,
        LATERAL jsonb_array_elements(d.result -> 'rules') AS rule WHERE rule ->> 'status' = 'failed'
    UNION ALL SELECT h.id, 'REVIEWER', r.proposed_by_id::text, NULL::boolean
        FROM happened h JOIN appeals_ruling r ON r.appeal_id = h.appeal AND r.state = 'FINAL' WHERE h.is_ruled
    UNION ALL SELECT id, 'DAYS', lpad(days::text, 3, '0'), NULL::boolean FROM happened WHERE is_ruled
    UNION ALL SELECT h.id, 'INPUT', f.characteristic,
        f.value IS DISTINCT FROM d.facts -> f.characteristic -> 'value'
        FROM happened h JOIN appeals_finding f ON f.appeal_id = h.appeal AND f.is_current
        JOIN decisions_decision d ON d.id = h.decision WHERE h.is_ruled
)
"""
_ADD: Final = """
INSERT INTO appeals_tally AS old
    (month, dimension, value, sent, decided, overturned, in_time, in_target, withdrawn, not_accepted)
SELECT month, dimension, left(value, 80), count(*) FILTER (WHERE event = 'submit'),
    count(*) FILTER (WHERE is_ruled),
    count(*) FILTER (WHERE is_ruled AND coalesce(is_changed, is_overturned)),
    count(*) FILTER (WHERE is_ruled AND is_in_time), count(*) FILTER (WHERE is_ruled AND is_in_target),
    count(*) FILTER (WHERE event = 'withdraw'),
    count(*) FILTER (WHERE event = 'not_accept')
FROM counted JOIN happened USING (id) GROUP BY 1, 2, 3 ORDER BY 2, 1, 3
ON CONFLICT (dimension, month, value) DO UPDATE SET
    sent = old.sent + excluded.sent, decided = old.decided + excluded.decided,
    overturned = old.overturned + excluded.overturned, in_time = old.in_time + excluded.in_time,
    in_target = old.in_target + excluded.in_target,
    withdrawn = old.withdrawn + excluded.withdrawn, not_accepted = old.not_accepted + excluded.not_accepted
"""


def fold_events(*, batch: int = BATCH) -> int:
    """Count one batch of events that are not counted yet; return how many there were."""
    reads = _read_inputs()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TAKE, [batch])
        events = [key for (key,) in cursor.fetchall()]
        if events:
            given = {"events": events, "in_target": _list_in_target(events), **reads}
            cursor.execute(_EVENTS + _VALUES + _ADD, given)
    return len(events)


def fold_all(*, most_batches: int = 10) -> int:
    """Count what waits, batch by batch; return how many events there were."""
    total = 0
    for _turn in range(most_batches):
        done = fold_events()
        total += done
        if done < BATCH:
            break
    return total


def _list_in_target(events: list[int]) -> list[int]:
    """Those of these events that decided an appeal by the day we had set ourselves, in days of work."""
    ruled = AppealEvent.objects.filter(pk__in=events, event__in=["decide", "agree"]).select_related("appeal")
    ruled = ruled.defer("note", "appeal__statement", "appeal__late_reason")
    return [one.pk for one in ruled.prefetch_related("appeal__pauses") if _is_in_target(one.appeal)]


def _is_in_target(appeal: Appeal) -> bool:
    target = target_on(appeal)
    if target is None or appeal.decided_at is None:
        return False
    return legal_day(appeal.decided_at, calendar_of(appeal).zone) <= target


def _read_inputs() -> dict[str, list[str]]:
    """Which inputs each reason reads, as two lists of the same length."""
    pairs = [(entry["code"], name) for entry in get_catalogue("reasons").document for name in entry["inputs"]]
    return {"codes": [code for code, _name in pairs], "inputs": [name for _code, name in pairs]}
