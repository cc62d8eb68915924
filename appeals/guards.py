"""What the database itself refuses about an appeal: illegal moves, self-review, contradictions."""

from typing import Final

import pgtrigger

from appeals.states import TRANSITIONS

# The decision, what it superseded, and everybody who decided, signed, ruled or found anything about them.
_CONFLICTED: Final = """
    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (
        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = {decision}
        UNION ALL
        SELECT d.id, d.supersedes_id, d.decided_by
        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id
    ), earlier AS (
        SELECT a.id FROM appeals_appeal a JOIN matter m ON a.decision_id = m.id WHERE a.id <> {appeal}
    )
    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || {person})
        OR EXISTS (SELECT 1 FROM decisions_linechange c JOIN matter m ON c.decision_id = m.id
                   WHERE c.signed_by_id = {person} OR c.changed_by = 'user:' || {person})
        OR EXISTS (SELECT 1 FROM decisions_referralproposal o JOIN matter m ON o.decision_id = m.id
                   WHERE o.proposed_by_id = {person} OR o.signed_by_id = {person})
        OR EXISTS (SELECT 1 FROM applicants_applicant p WHERE p.id = {applicant} AND p.user_id = {person})
        OR EXISTS (SELECT 1 FROM appeals_ruling r JOIN earlier e ON r.appeal_id = e.id
                   WHERE r.proposed_by_id = {person} OR r.countersigned_by_id = {person})
        OR EXISTS (SELECT 1 FROM appeals_finding f JOIN earlier e ON f.appeal_id = e.id
                   WHERE f.found_by_id = {person})
    INTO conflicted;
    IF conflicted THEN
        RAISE EXCEPTION 'not independent: user % may not act on appeal %', {person}, {appeal}
            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';
    END IF;
"""
_NO_CONFLICT: Final = [("conflicted", "boolean")]


def _refuse_conflict(*, person: str, appeal: str, decision: str, applicant: str) -> str:
    return _CONFLICTED.format(person=person, appeal=appeal, decision=decision, applicant=applicant)


def _refuse_signer(column: str) -> pgtrigger.Trigger:
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
            SELECT decision_id, applicant_id FROM appeals_appeal WHERE id = NEW.appeal_id
            INTO the_decision, the_applicant;
            {conflict}
            RETURN NEW;
        """,  # noqa: S608 - the column is one of our own two
    )


APPEAL_GUARDS: Final = [
    pgtrigger.FSM(
        name="status_moves",
        field="status",
        transitions=sorted({(start.value, to.value) for (start, _e), (to, _p) in TRANSITIONS.items()}),
    ),
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    pgtrigger.Trigger(
        name="independent_claim",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("NEW.claimed_by_id IS NOT NULL"),
        declare=_NO_CONFLICT,
        func=_refuse_conflict(
            person="NEW.claimed_by_id", appeal="NEW.id",
            decision="NEW.decision_id", applicant="NEW.applicant_id",
        ) + "RETURN NEW;",
    ),
    pgtrigger.Trigger(
        name="outcome_agrees",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
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
            RETURN NEW;
        """,
    ),
]  # fmt: skip

RULING_GUARDS: Final = [
    pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
    _refuse_signer("proposed_by_id"),
    _refuse_signer("countersigned_by_id"),
    pgtrigger.Protect(
        name="final_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state = 'FINAL'"),
    ),
]
