"""What the database itself refuses about an appeal: illegal moves, self-review, contradictions."""

from typing import Final

import pgtrigger

from appeals.states import TRANSITIONS

# The decision, what it superseded, and everybody who decided, signed, ruled or found anything about them.
# Keys are handed on as arrays and looked up first: the matter has few cases, a colleague has thousands.
_CONFLICTED: Final = """
    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (
        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = {decision}
        UNION ALL
        SELECT d.id, d.supersedes_id, d.decided_by
        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id
    ), earlier AS (
        SELECT a.id FROM appeals_appeal a
        WHERE a.decision_id = ANY(ARRAY(SELECT id FROM matter)) AND a.id <> {appeal}
    ), ruled AS MATERIALIZED (
        SELECT r.proposed_by_id, r.countersigned_by_id FROM appeals_ruling r
        WHERE r.appeal_id = ANY(ARRAY(SELECT id FROM earlier))
    ), found AS MATERIALIZED (
        SELECT f.found_by_id FROM appeals_finding f
        WHERE f.appeal_id = ANY(ARRAY(SELECT id FROM earlier))
    ), own AS (
        SELECT p.id, p.phone_index, p.bank_card_index FROM applicants_applicant p WHERE p.user_id = {person}
    )
    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || {person})
        OR EXISTS (SELECT 1 FROM decisions_linechange c WHERE c.decision_id = {one_of_them}
                   AND (c.signed_by_id = {person} OR c.changed_by = 'user:' || {person}))
        OR EXISTS (SELECT 1 FROM decisions_referralproposal o WHERE o.decision_id = {one_of_them}
                   AND (o.proposed_by_id = {person} OR o.signed_by_id = {person}))
        OR EXISTS (SELECT 1 FROM decisions_measure m WHERE m.decision_id = {one_of_them}
                   AND (m.signed_by_id = {person} OR m.decided_by_id = {person}))
        OR EXISTS (SELECT 1 FROM own WHERE own.id = {applicant})
        OR EXISTS (SELECT 1 FROM own JOIN applicants_applicant a ON a.id = {applicant}
                   WHERE own.bank_card_index = a.bank_card_index OR own.phone_index = a.phone_index)
        OR EXISTS (SELECT 1 FROM own JOIN applicants_relatedperson x
                   ON (x.firm_id = {applicant} AND x.person_id = own.id)
                   OR (x.firm_id = own.id AND x.person_id = {applicant}))
        OR EXISTS (SELECT 1 FROM appeals_relation r
                   WHERE r.user_id = {person} AND r.applicant_id = {applicant} AND r.ended_at IS NULL)
        OR EXISTS (SELECT 1 FROM appeals_recusal r WHERE r.appeal_id = {appeal} AND r.user_id = {person})
        OR EXISTS (SELECT 1 FROM appeals_appealevent v WHERE v.party = 'helper'
                   AND v.actor = 'user:' || {person}
                   AND v.appeal_id = ANY(ARRAY(SELECT id FROM earlier UNION ALL SELECT {appeal})))
        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = {person}
                   AND s.appeal_id = ANY(ARRAY(SELECT id FROM earlier)))
        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = {person}
                   AND s.appeal_id = {appeal} AND s.result = 'REFUSED')
        OR EXISTS (SELECT 1 FROM ruled
                   WHERE proposed_by_id = {person} OR countersigned_by_id = {person})
        OR EXISTS (SELECT 1 FROM found WHERE found_by_id = {person})
    INTO conflicted;
    IF conflicted THEN
        RAISE EXCEPTION 'not independent: user % may not act on appeal %', {person}, {appeal}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';
    END IF;
"""
_ONE_OF_THEM: Final = "ANY(ARRAY(SELECT id FROM matter))"
_NO_CONFLICT: Final = [("conflicted", "boolean")]


def _refuse_conflict(*, person: str, appeal: str, decision: str, applicant: str) -> str:
    return _CONFLICTED.format(
        person=person, appeal=appeal, decision=decision, applicant=applicant, one_of_them=_ONE_OF_THEM
    )


def _is_known(column: str) -> str:
    """Who was independent when it was done: what is learnt later does not freeze the row."""
    return f"""
        IF NEW.{column} IS NOT DISTINCT FROM OLD.{column} THEN
            RETURN NEW;
        END IF;
    """


def _refuse_actor(column: str) -> pgtrigger.Trigger:
    conflict = _refuse_conflict(
        person=f"NEW.{column}", appeal="NEW.appeal_id", decision="the_decision", applicant="the_applicant"
    )
    return pgtrigger.Trigger(
        name=f"independent_{column.removesuffix('_by_id')}",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition(f"NEW.{column} IS NOT NULL"),
        declare=[*_NO_CONFLICT, ("the_decision", "bigint"), ("the_applicant", "bigint")],
        func=f"""
            {_is_known(column)}
            SELECT decision_id, applicant_id FROM appeals_appeal WHERE id = NEW.appeal_id
            INTO the_decision, the_applicant;
            {conflict}
            RETURN NEW;
        """,  # noqa: S608 - the column is one of our own
    )


COUNTED_EVENTS: Final = ("agree", "decide", "not_accept", "submit", "withdraw")
"""What the summaries of the boards count."""

# One text with a comma on both sides of each move: an array would be taken apart for each event.
_MOVES: Final = "".join(
    sorted(
        f",{start}:{event}:{to}:{party},"
        for (start, event), (to, parties) in TRANSITIONS.items()
        for party in parties
    )
)

EVENT_GUARDS: Final = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    pgtrigger.Trigger(
        # In the table of moves, and waiting to be counted by the summaries.
        name="as_in_the_table",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func=f"""
            IF strpos('{_MOVES}', CONCAT(
                ',', NEW.from_status, ':', NEW.event, ':', NEW.to_status, ':', NEW.party, ','
            )) = 0 THEN
                RAISE EXCEPTION 'no such move: % from % to % by %',
                    NEW.event, NEW.from_status, NEW.to_status, NEW.party
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_move_in_table';
            END IF;
            IF NEW.event IN ({", ".join(repr(event) for event in COUNTED_EVENTS)}) THEN
                INSERT INTO appeals_uncounted (event_id) VALUES (NEW.id);
            END IF;
            RETURN NEW;
        """,  # noqa: S608 - a constant of ours
    ),
]

# What must hold of every row, whatever it was before: the constraint's name, and when the row breaks it.
_WHOLE: Final = {
    "submitted_has_date": "NEW.submitted_at IS NULL AND NEW.status NOT IN ('DRAFT', 'CLOSED')",
    "claim_complete": "(NEW.claimed_at IS NULL) <> (NEW.claimed_by_id IS NULL)",
    "review_has_claim": "NEW.status = 'IN_REVIEW' AND NEW.claimed_by_id IS NULL",
    "outcome_has_date": "(NEW.decided_at IS NULL) <> (NEW.outcome = '')",
    "decided_has_outcome": "NEW.status IN ('DECIDED', 'REMEDY') AND NEW.outcome = ''",
    "outcome_fits_decision": "(NEW.new_decision_id IS NULL) <> (NEW.outcome IN ('', 'UNCHANGED'))",
    "begins_undecided": "TG_OP = 'INSERT' AND NEW.outcome <> ''",
    "closed_after_letter": "NEW.status = 'CLOSED' AND NEW.outcome <> '' AND NEW.letter_left_at IS NULL",
}
_BREAKS: Final = " ".join(f"WHEN {when} THEN 'appeals_{name}'" for name, when in _WHOLE.items())

APPEAL_GUARDS: Final = [
    # Check constraints in one function, which is kept where they are parsed anew for each statement.
    # Its name comes last, so that what the others say of a row is said first.
    pgtrigger.Trigger(
        name="whole",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("broken", "text")],
        func=f"""
            broken := CASE {_BREAKS} END;
            IF broken IS NOT NULL THEN
                RAISE EXCEPTION 'appeal % cannot stand so: %', NEW.id, broken
                    USING ERRCODE = 'check_violation', CONSTRAINT = broken;
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.FSM(
        name="status_moves",
        field="status",
        transitions=sorted({(start.value, to.value) for (start, _e), (to, _p) in TRANSITIONS.items()}),
    ),
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(
        name="matter_is_final", fields=["reference", "applicant", "tier", "parent", "opened_at"]
    ),
    # Every date of the law is counted from it.
    pgtrigger.Protect(
        name="sent_once",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS DISTINCT FROM OLD.submitted_at"
        ),
    ),
    pgtrigger.Trigger(
        name="independent_claim",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.claimed_by_id IS NOT NULL"),
        declare=_NO_CONFLICT,
        func=_is_known("claimed_by_id") + _refuse_conflict(
            person="NEW.claimed_by_id", appeal="NEW.id",
            decision="NEW.decision_id", applicant="NEW.applicant_id",
        ) + "RETURN NEW;",
    ),
    pgtrigger.Trigger(
        name="outcome_agrees",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.outcome <> ''"),
        func="""
            IF NOT EXISTS (SELECT 1 FROM appeals_ruling r WHERE r.appeal_id = NEW.id
                           AND r.state = 'FINAL' AND r.outcome = NEW.outcome) THEN
                RAISE EXCEPTION 'appeal % has no final ruling %', NEW.id, NEW.outcome
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';
            END IF;
            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM decisions_decision d
                WHERE d.id = NEW.new_decision_id AND d.supersedes_id = NEW.decision_id) THEN
                RAISE EXCEPTION 'decision % does not supersede the appealed one', NEW.new_decision_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';
            END IF;
            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM decisions_decision d WHERE d.id = NEW.new_decision_id AND (
                    (NEW.outcome IN ('CORRECTED', 'NEW_OFFER') AND d.kind = 'APPLICATION')
                    OR (NEW.outcome IN ('RESTORED', 'RESTORED_IN_PART') AND d.kind <> 'APPLICATION'
                        AND d.outcome = 'approve'))) THEN
                RAISE EXCEPTION 'decision % does not say what the appeal says', NEW.new_decision_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';
            END IF;
            RETURN NEW;
        """,
    ),
    pgtrigger.Protect(
        name="outcome_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome"
            " OR NEW.new_decision_id IS DISTINCT FROM OLD.new_decision_id"
            " OR NEW.decided_at IS DISTINCT FROM OLD.decided_at)"
        ),
    ),
    pgtrigger.Trigger(
        name="status_has_event",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        level=pgtrigger.Row,
        condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
        declare=[("stands", "text"), ("told", "text")],
        func="""
            SELECT a.status, (SELECT e.to_status FROM appeals_appealevent e WHERE e.appeal_id = a.id
                              ORDER BY e.sequence DESC LIMIT 1)
            FROM appeals_appeal a WHERE a.id = NEW.id INTO stands, told;
            IF stands IS DISTINCT FROM told THEN
                RAISE EXCEPTION 'appeal % stands at % but its last event says %', NEW.id, stands, told
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';
            END IF;
            RETURN NULL;
        """,
    ),
    pgtrigger.Trigger(
        name="begins_with_event",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        level=pgtrigger.Row,
        # Where it goes from there is looked at by the one above.
        func="""
            IF NEW.status <> 'DRAFT' AND NOT EXISTS (
                SELECT 1 FROM appeals_appealevent e WHERE e.appeal_id = NEW.id AND e.to_status = NEW.status
            ) THEN
                RAISE EXCEPTION 'appeal % begins at % and no event says so', NEW.id, NEW.status
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';
            END IF;
            RETURN NULL;
        """,
    ),
    pgtrigger.Trigger(
        name="remedy_is_confirmed",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.status = 'REMEDY' AND NEW.status = 'CLOSED'"),
        func="""
            IF NOT EXISTS (SELECT 1 FROM appeals_remedy r
                           WHERE r.appeal_id = NEW.id AND r.confirmed_at IS NOT NULL) THEN
                RAISE EXCEPTION 'nobody confirmed the remedy of appeal %', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_remedy_confirmed_first';
            END IF;
            RETURN NEW;
        """,
    ),
]  # fmt: skip

ACCEPTANCE_GUARDS: Final = [
    pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
    _refuse_actor("ruled_by_id"),
]

# What needs two signatures whoever writes the row: the reasons found, and those that can be seen from here.
_TWO_SIGNATURES: Final = """
    SELECT d.kind, a.is_vulnerable, a.sample_draw, u.role, p.document -> 'delegation',
           CASE NEW.basis WHEN 'TODAY' THEN r.today WHEN 'CORRECTED' THEN r.corrected END ->> 'outcome'
    FROM appeals_appeal a
    JOIN decisions_decision d ON d.id = a.decision_id
    JOIN accounts_user u ON u.id = NEW.proposed_by_id
    JOIN appeals_rerun r ON r.id = NEW.rerun_id
    LEFT JOIN decisions_policyversion p ON p.version = r.today ->> 'policy_version'
    WHERE a.id = NEW.appeal_id
    INTO the_kind, vulnerable, draw, the_role, delegation, recomputed;
    IF jsonb_array_length(NEW.countersign_reasons) > 0
       OR NEW.is_bulk
       OR (NEW.outcome = 'UNCHANGED' AND (the_kind <> 'APPLICATION' OR vulnerable))
       OR draw < 100 * COALESCE((delegation ->> 'random_sample_pct')::int, 0)
       OR (NEW.outcome <> 'UNCHANGED' AND NEW.limit_cny > COALESCE((delegation ->>
           CASE WHEN the_role = 'SUPERVISOR' THEN 'supervisor_max' ELSE 'caseworker_max' END)::numeric, 0))
       OR (NEW.outcome <> 'UNCHANGED' AND recomputed IN ('decline', 'refer'))
    THEN
        RAISE EXCEPTION 'the ruling on appeal % needs a second signature', NEW.appeal_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_two_signatures';
    END IF;
    RETURN NEW;
"""

RULING_GUARDS: Final = [
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    _refuse_actor("proposed_by_id"),
    _refuse_actor("countersigned_by_id"),
    pgtrigger.Protect(
        name="final_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state = 'FINAL'"),
    ),
    pgtrigger.Trigger(
        name="two_signatures",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.state = 'FINAL' AND NEW.countersigned_by_id IS NULL"),
        declare=[
            ("the_kind", "text"),
            ("vulnerable", "boolean"),
            ("draw", "int"),
            ("the_role", "text"),
            ("delegation", "jsonb"),
            ("recomputed", "text"),
        ],
        func=_TWO_SIGNATURES,
    ),
]

EXTENSION_GUARDS: Final = [
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.Protect(
        name="settled_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state <> 'PROPOSED'"),
    ),
    _refuse_actor("settled_by_id"),
]

QUALITY_GUARDS: Final = [
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.Protect(
        name="verdict_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.verdict <> ''"),
    ),
    pgtrigger.ReadOnly(name="draw_is_final", fields=["appeal", "week", "seed", "drawn_at"]),
    pgtrigger.Trigger(
        name="read_by_another",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.checked_by_id IS NOT NULL"),
        func="""
            IF EXISTS (SELECT 1 FROM appeals_ruling WHERE appeal_id = NEW.appeal_id
                       AND NEW.checked_by_id IN (proposed_by_id, countersigned_by_id))
               OR EXISTS (SELECT 1 FROM appeals_finding WHERE appeal_id = NEW.appeal_id
                          AND found_by_id = NEW.checked_by_id) THEN
                RAISE EXCEPTION 'user % took part in appeal %', NEW.checked_by_id, NEW.appeal_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_read_by_another';
            END IF;
            RETURN NEW;
        """,
    ),
]
