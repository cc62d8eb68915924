"""What the database's guards refuse row by row, looked at over all appeals at once.

Nothing should ever be found; it shows so after a restore, or that rows written in bulk are like all others.
"""

from typing import Final

from django.db import connection, transaction

from appeals.states import ENDED, TRANSITIONS, Status

_MOVES: Final = sorted(
    f"{start}:{event}:{to}:{party}"
    for (start, event), (to, parties) in TRANSITIONS.items()
    for party in parties
)
_DECIDED: Final = [Status.DECIDED.value, Status.REMEDY.value, Status.CLOSED.value]
_HISTORY: Final = """
    SELECT count(*) FILTER (WHERE NOT is_known),
        count(*) FILTER (WHERE sequence <> place OR from_status <> stood)
    FROM (
        SELECT concat(from_status, ':', event, ':', to_status, ':', party) = ANY(%(moves)s) AS is_known,
            sequence, from_status, row_number() OVER way AS place,
            coalesce(lag(to_status) OVER way, 'DRAFT') AS stood
        FROM appeals_appealevent WINDOW way AS (PARTITION BY appeal_id ORDER BY sequence)
    ) AS told
"""
_STATUS: Final = """
    SELECT count(*) FROM appeals_appeal a LEFT JOIN (
        SELECT DISTINCT ON (appeal_id) appeal_id, to_status FROM appeals_appealevent
        ORDER BY appeal_id, sequence DESC
    ) AS told ON told.appeal_id = a.id
    WHERE a.status <> coalesce(told.to_status, 'DRAFT')
"""
_GROUNDS: Final = """
    SELECT count(*) FROM appeals_appeal a WHERE a.submitted_at IS NOT NULL
    AND (a.due_at IS NULL OR a.id NOT IN (SELECT appeal_id FROM appeals_ground))
"""
_OUTCOME: Final = """
    SELECT count(*) FROM appeals_appeal a
    LEFT JOIN appeals_ruling r ON r.appeal_id = a.id AND r.state = 'FINAL'
    LEFT JOIN decisions_decision d ON d.id = a.new_decision_id
    WHERE a.outcome IS DISTINCT FROM coalesce(r.outcome, '')
        OR (a.new_decision_id IS NOT NULL AND d.supersedes_id IS DISTINCT FROM a.decision_id)
        OR (a.outcome <> '' AND a.status <> ALL(%(decided)s))
"""
_OPEN_TWICE: Final = """
    SELECT count(*) FROM (
        SELECT decision_id FROM appeals_appeal WHERE status <> ALL(%(ended)s)
        GROUP BY decision_id HAVING count(*) > 1
    ) AS twice
"""
# Everybody who acts on an appeal, against whoever ruled, signed or found anything in the same matter before.
_INDEPENDENT: Final = """
    WITH RECURSIVE acts (appeal, person) AS (
        SELECT id, claimed_by_id FROM appeals_appeal WHERE claimed_by_id IS NOT NULL
        UNION SELECT appeal_id, proposed_by_id FROM appeals_ruling
        UNION SELECT appeal_id, countersigned_by_id FROM appeals_ruling WHERE countersigned_by_id IS NOT NULL
        UNION SELECT appeal_id, ruled_by_id FROM appeals_acceptance
    ), taken (appeal, person) AS (
        SELECT appeal_id, proposed_by_id FROM appeals_ruling
        UNION SELECT appeal_id, countersigned_by_id FROM appeals_ruling WHERE countersigned_by_id IS NOT NULL
        UNION SELECT appeal_id, found_by_id FROM appeals_finding
        UNION SELECT appeal_id, ruled_by_id FROM appeals_acceptance
    ), matter (appeal, decision, supersedes, decided_by) AS (
        SELECT a.id, d.id, d.supersedes_id, d.decided_by
        FROM appeals_appeal a JOIN decisions_decision d ON d.id = a.decision_id
        UNION ALL
        SELECT m.appeal, d.id, d.supersedes_id, d.decided_by
        FROM matter m JOIN decisions_decision d ON d.id = m.supersedes
    ), conflicted AS (
        SELECT x.appeal, x.person FROM acts x JOIN matter m USING (appeal)
        WHERE m.decided_by = 'user:' || x.person
        UNION
        SELECT x.appeal, x.person FROM acts x JOIN appeals_appeal a ON a.id = x.appeal
        JOIN applicants_applicant p ON p.id = a.applicant_id AND p.user_id = x.person
        UNION
        SELECT x.appeal, x.person FROM acts x JOIN matter m USING (appeal)
        JOIN decisions_linechange c ON c.decision_id = m.decision
            AND (c.signed_by_id = x.person OR c.changed_by = 'user:' || x.person)
        UNION
        SELECT x.appeal, x.person FROM taken t JOIN appeals_appeal other ON other.id = t.appeal
        JOIN matter m ON m.decision = other.decision_id AND m.appeal <> t.appeal
        JOIN acts x ON x.appeal = m.appeal AND x.person = t.person
    )
    SELECT count(*) FROM conflicted
"""
_SIGNATURES: Final = """
    SELECT count(*) FROM appeals_ruling r
    JOIN appeals_appeal a ON a.id = r.appeal_id
    JOIN decisions_decision d ON d.id = a.decision_id
    JOIN accounts_user u ON u.id = r.proposed_by_id
    JOIN appeals_rerun n ON n.id = r.rerun_id
    LEFT JOIN decisions_policyversion p ON p.version = n.today ->> 'policy_version'
    WHERE r.state = 'FINAL' AND r.countersigned_by_id IS NULL AND (
        jsonb_array_length(r.countersign_reasons) > 0 OR r.is_bulk
        OR (r.outcome = 'UNCHANGED' AND (d.kind <> 'APPLICATION' OR a.is_vulnerable))
        OR a.sample_draw < 100 * coalesce((p.document -> 'delegation' ->> 'random_sample_pct')::int, 0)
        OR (r.outcome <> 'UNCHANGED' AND r.limit_cny > coalesce((p.document -> 'delegation' ->>
            CASE WHEN u.role = 'SUPERVISOR' THEN 'supervisor_max' ELSE 'caseworker_max' END)::numeric, 0))
        OR (r.outcome <> 'UNCHANGED' AND CASE r.basis WHEN 'TODAY' THEN n.today
            WHEN 'CORRECTED' THEN n.corrected END ->> 'outcome' IN ('decline', 'refer')))
"""
_CHECKS: Final = (
    (("no_such_move", "gap_in_history"), _HISTORY),
    (("status_without_event",), _STATUS),
    (("no_ground_or_date",), _GROUNDS),
    (("outcome_without_ruling",), _OUTCOME),
    (("open_twice",), _OPEN_TWICE),
    (("not_independent",), _INDEPENDENT),
    (("one_signature_too_few",), _SIGNATURES),
)


def find_contradictions() -> dict[str, int]:
    """How many rows contradict each rule, those without any left out; all rows at once, set by set."""
    given = {"moves": _MOVES, "decided": _DECIDED, "ended": sorted(status.value for status in ENDED)}
    found: dict[str, int] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for names, sql in _CHECKS:
            cursor.execute(sql, given)
            found |= dict(zip(names, cursor.fetchone(), strict=True))
    return {name: count for name, count in found.items() if count}
