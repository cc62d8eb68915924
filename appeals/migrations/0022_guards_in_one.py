"""A new event is checked and counted by one function, and fewer conditions are parsed for each appeal."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('appeals', '0021_cheaper_guards'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='outcome_agrees',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='whole',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='begins_with_event',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appealevent',
            name='as_in_the_table',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appealevent',
            name='to_be_counted',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='whole', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE broken text;', func="\n            broken := CASE WHEN NEW.submitted_at IS NULL AND NEW.status NOT IN ('DRAFT', 'CLOSED') THEN 'appeals_submitted_has_date' WHEN (NEW.claimed_at IS NULL) <> (NEW.claimed_by_id IS NULL) THEN 'appeals_claim_complete' WHEN NEW.status = 'IN_REVIEW' AND NEW.claimed_by_id IS NULL THEN 'appeals_review_has_claim' WHEN (NEW.decided_at IS NULL) <> (NEW.outcome = '') THEN 'appeals_outcome_has_date' WHEN NEW.status IN ('DECIDED', 'REMEDY') AND NEW.outcome = '' THEN 'appeals_decided_has_outcome' WHEN (NEW.new_decision_id IS NULL) <> (NEW.outcome IN ('', 'UNCHANGED')) THEN 'appeals_outcome_fits_decision' WHEN TG_OP = 'INSERT' AND NEW.outcome <> '' THEN 'appeals_begins_undecided' WHEN NEW.status = 'CLOSED' AND NEW.outcome <> '' AND NEW.letter_left_at IS NULL THEN 'appeals_closed_after_letter' END;\n            IF broken IS NOT NULL THEN\n                RAISE EXCEPTION 'appeal % cannot stand so: %', NEW.id, broken\n                    USING ERRCODE = 'check_violation', CONSTRAINT = broken;\n            END IF;\n            RETURN NEW;\n        ", hash='f74af1c12d96738efc8eb873d62567ef3b9206e7', operation='INSERT OR UPDATE', pgid='pgtrigger_whole_10b88', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='outcome_agrees', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.outcome <> '')", func="\n            IF NOT EXISTS (SELECT 1 FROM appeals_ruling r WHERE r.appeal_id = NEW.id\n                           AND r.state = 'FINAL' AND r.outcome = NEW.outcome) THEN\n                RAISE EXCEPTION 'appeal % has no final ruling %', NEW.id, NEW.outcome\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM decisions_decision d\n                WHERE d.id = NEW.new_decision_id AND d.supersedes_id = NEW.decision_id) THEN\n                RAISE EXCEPTION 'decision % does not supersede the appealed one', NEW.new_decision_id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM decisions_decision d WHERE d.id = NEW.new_decision_id AND (\n                    (NEW.outcome IN ('CORRECTED', 'NEW_OFFER') AND d.kind = 'APPLICATION')\n                    OR (NEW.outcome IN ('RESTORED', 'RESTORED_IN_PART') AND d.kind <> 'APPLICATION'\n                        AND d.outcome = 'approve'))) THEN\n                RAISE EXCEPTION 'decision % does not say what the appeal says', NEW.new_decision_id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            RETURN NEW;\n        ", hash='11d772a3e691dcec3e2e878e83701338432083b5', operation='UPDATE', pgid='pgtrigger_outcome_agrees_174c8', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='begins_with_event', sql=pgtrigger.compiler.UpsertTriggerSql(constraint='CONSTRAINT', func="\n            IF NEW.status <> 'DRAFT' AND NOT EXISTS (\n                SELECT 1 FROM appeals_appealevent e WHERE e.appeal_id = NEW.id AND e.to_status = NEW.status\n            ) THEN\n                RAISE EXCEPTION 'appeal % begins at % and no event says so', NEW.id, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';\n            END IF;\n            RETURN NULL;\n        ", hash='03aa5a6df6664969db6bebb4cd464d73c13a65e2', operation='INSERT', pgid='pgtrigger_begins_with_event_dfb99', table='appeals_appeal', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealevent',
            trigger=pgtrigger.compiler.Trigger(name='as_in_the_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF strpos(',DECIDED:close:CLOSED:site,,DECIDED:remedy_needed:REMEDY:site,,DRAFT:expire:CLOSED:site,,DRAFT:submit:SUBMITTED:applicant,,DRAFT:submit:SUBMITTED:helper,,DRAFT:submit:SUBMITTED:lender,,DRAFT:withdraw:CLOSED:applicant,,DRAFT:withdraw:CLOSED:lender,,INFO_REQUESTED:answered:IN_REVIEW:applicant,,INFO_REQUESTED:answered:IN_REVIEW:lender,,INFO_REQUESTED:answered:IN_REVIEW:site,,INFO_REQUESTED:answered_in_screening:SCREENING:applicant,,INFO_REQUESTED:answered_in_screening:SCREENING:lender,,INFO_REQUESTED:answered_in_screening:SCREENING:site,,INFO_REQUESTED:hand_over:INFO_REQUESTED:supervisor,,INFO_REQUESTED:withdraw:WITHDRAWN:applicant,,INFO_REQUESTED:withdraw:WITHDRAWN:lender,,IN_REVIEW:ask_applicant:INFO_REQUESTED:reviewer,,IN_REVIEW:ask_third_party:WAITING_THIRD_PARTY:reviewer,,IN_REVIEW:decide:DECIDED:reviewer,,IN_REVIEW:hand_over:IN_REVIEW:supervisor,,IN_REVIEW:lapse:QUEUED:site,,IN_REVIEW:propose:PROPOSED:reviewer,,IN_REVIEW:release:QUEUED:reviewer,,IN_REVIEW:release:QUEUED:supervisor,,IN_REVIEW:withdraw:WITHDRAWN:applicant,,IN_REVIEW:withdraw:WITHDRAWN:lender,,NOT_ACCEPTED:review_acceptance:SCREENING:applicant,,NOT_ACCEPTED:review_acceptance:SCREENING:lender,,PROPOSED:agree:DECIDED:countersigner,,PROPOSED:lapse:QUEUED:site,,PROPOSED:return:IN_REVIEW:countersigner,,PROPOSED:withdraw:WITHDRAWN:applicant,,PROPOSED:withdraw:WITHDRAWN:lender,,QUEUED:assign:IN_REVIEW:supervisor,,QUEUED:claim:IN_REVIEW:reviewer,,QUEUED:claim:IN_REVIEW:supervisor,,QUEUED:withdraw:WITHDRAWN:applicant,,QUEUED:withdraw:WITHDRAWN:lender,,REMEDY:remedy_confirmed:CLOSED:lender,,REMEDY:remedy_confirmed:CLOSED:site,,REMEDY:remedy_confirmed:CLOSED:supervisor,,SCREENING:accept:QUEUED:reviewer,,SCREENING:accept:QUEUED:site,,SCREENING:accept:QUEUED:supervisor,,SCREENING:ask_applicant:INFO_REQUESTED:reviewer,,SCREENING:ask_applicant:INFO_REQUESTED:supervisor,,SCREENING:not_accept:NOT_ACCEPTED:reviewer,,SCREENING:not_accept:NOT_ACCEPTED:supervisor,,SCREENING:withdraw:WITHDRAWN:applicant,,SCREENING:withdraw:WITHDRAWN:lender,,SUBMITTED:screen:SCREENING:site,,SUBMITTED:withdraw:WITHDRAWN:applicant,,SUBMITTED:withdraw:WITHDRAWN:lender,,WAITING_THIRD_PARTY:hand_over:WAITING_THIRD_PARTY:supervisor,,WAITING_THIRD_PARTY:lapse:QUEUED:site,,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:reviewer,,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:site,,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:applicant,,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:lender,,WITHDRAWN:reinstate:SCREENING:applicant,,WITHDRAWN:reinstate:SCREENING:lender,', CONCAT(\n                ',', NEW.from_status, ':', NEW.event, ':', NEW.to_status, ':', NEW.party, ','\n            )) = 0 THEN\n                RAISE EXCEPTION 'no such move: % from % to % by %',\n                    NEW.event, NEW.from_status, NEW.to_status, NEW.party\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_move_in_table';\n            END IF;\n            IF NEW.event IN ('agree', 'decide', 'not_accept', 'submit', 'withdraw') THEN\n                INSERT INTO appeals_uncounted (event_id) VALUES (NEW.id);\n            END IF;\n            RETURN NEW;\n        ", hash='ed84c86329968b32d64b3572ae4a9c439776e01a', operation='INSERT', pgid='pgtrigger_as_in_the_table_61b72', table='appeals_appealevent', when='BEFORE')),
        ),
    ]
