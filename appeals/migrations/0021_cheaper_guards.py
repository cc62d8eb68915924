"""What is parsed anew for each statement is less, and what is empty in most rows is in no index."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("appeals", "0020_stepping_aside"),
        ("applicants", "0005_own_statement"),
        ("decisions", "0016_site_notice"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="appeal",
            name="status_has_event",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="appeal",
            name="begins_with_event",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="appealevent",
            name="to_be_counted",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="appealevent",
            name="as_in_the_table",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_submitted_has_date",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_claim_complete",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_review_has_claim",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_outcome_has_date",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_decided_has_outcome",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_outcome_fits_decision",
        ),
        migrations.RemoveConstraint(
            model_name="appeal",
            name="appeals_closed_after_letter",
        ),
        migrations.RemoveIndex(
            model_name="appeal",
            name="appeals_target",
        ),
        migrations.AlterField(
            model_name="appeal",
            name="claimed_by",
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="claimed_appeals", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="findings_version",
            field=models.IntegerField(default=0, help_text="input version of the rerun"),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="parent",
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="appeals.appeal"),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="reminded_days",
            field=models.SmallIntegerField(blank=True, help_text="the draft's last reminder: so many days before it ends", null=True),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="sample_draw",
            field=models.SmallIntegerField(blank=True, help_text="0 to 9999, drawn when sent; a low one asks for a second signature", null=True),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="tier",
            field=models.SmallIntegerField(default=1),
        ),
        migrations.AlterField(
            model_name="appeal",
            name="version",
            field=models.IntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="appealevent",
            name="sequence",
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name="uncounted",
            name="event",
            field=models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name="+", serialize=False, to="appeals.appealevent"),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(condition=models.Q(("status__in", ["SUBMITTED", "SCREENING", "QUEUED", "IN_REVIEW", "INFO_REQUESTED", "WAITING_THIRD_PARTY", "PROPOSED"]), ("target_at__isnull", False)), fields=["target_at"], name="appeals_target"),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(condition=models.Q(("claimed_by__isnull", False)), fields=["claimed_by"], name="appeals_claimed"),
        ),
        migrations.AddIndex(
            model_name="appeal",
            index=models.Index(condition=models.Q(("parent__isnull", False)), fields=["parent"], name="appeals_second"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(name="whole", sql=pgtrigger.compiler.UpsertTriggerSql(declare="DECLARE broken text;", func="\n            broken := CASE WHEN NEW.submitted_at IS NULL AND NEW.status NOT IN ('DRAFT', 'CLOSED') THEN 'appeals_submitted_has_date' WHEN (NEW.claimed_at IS NULL) <> (NEW.claimed_by_id IS NULL) THEN 'appeals_claim_complete' WHEN NEW.status = 'IN_REVIEW' AND NEW.claimed_by_id IS NULL THEN 'appeals_review_has_claim' WHEN (NEW.decided_at IS NULL) <> (NEW.outcome = '') THEN 'appeals_outcome_has_date' WHEN NEW.status IN ('DECIDED', 'REMEDY') AND NEW.outcome = '' THEN 'appeals_decided_has_outcome' WHEN (NEW.new_decision_id IS NULL) <> (NEW.outcome IN ('', 'UNCHANGED')) THEN 'appeals_outcome_fits_decision' WHEN NEW.status = 'CLOSED' AND NEW.outcome <> '' AND NEW.letter_left_at IS NULL THEN 'appeals_closed_after_letter' END;\n            IF broken IS NOT NULL THEN\n                RAISE EXCEPTION 'appeal % cannot stand so: %', NEW.id, broken\n                    USING ERRCODE = 'check_violation', CONSTRAINT = broken;\n            END IF;\n            RETURN NEW;\n        ", hash="d235d298eeaa7fde657681afaf276214e82a78e6", operation="INSERT OR UPDATE", pgid="pgtrigger_whole_10b88", table="appeals_appeal", when="BEFORE")),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(name="status_has_event", sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.status IS DISTINCT FROM NEW.status)", constraint="CONSTRAINT", declare="DECLARE stands text; told text;", func="\n            SELECT a.status, (SELECT e.to_status FROM appeals_appealevent e WHERE e.appeal_id = a.id\n                              ORDER BY e.sequence DESC LIMIT 1)\n            FROM appeals_appeal a WHERE a.id = NEW.id INTO stands, told;\n            IF stands IS DISTINCT FROM told THEN\n                RAISE EXCEPTION 'appeal % stands at % but its last event says %', NEW.id, stands, told\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';\n            END IF;\n            RETURN NULL;\n        ", hash="940a2f8128fbc725b75acae25fc69f3de303eee4", operation="UPDATE", pgid="pgtrigger_status_has_event_cf0ed", table="appeals_appeal", timing="DEFERRABLE INITIALLY DEFERRED", when="AFTER")),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appeal",
            trigger=pgtrigger.compiler.Trigger(name="begins_with_event", sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.status <> 'DRAFT')", constraint="CONSTRAINT", declare="DECLARE stands text; told text;", func="\n            SELECT a.status, (SELECT e.to_status FROM appeals_appealevent e WHERE e.appeal_id = a.id\n                              ORDER BY e.sequence DESC LIMIT 1)\n            FROM appeals_appeal a WHERE a.id = NEW.id INTO stands, told;\n            IF stands IS DISTINCT FROM told THEN\n                RAISE EXCEPTION 'appeal % stands at % but its last event says %', NEW.id, stands, told\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';\n            END IF;\n            RETURN NULL;\n        ", hash="ca41d221caf33ce6994340c2ec3092af76f5639d", operation="INSERT", pgid="pgtrigger_begins_with_event_dfb99", table="appeals_appeal", timing="DEFERRABLE INITIALLY DEFERRED", when="AFTER")),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appealevent",
            trigger=pgtrigger.compiler.Trigger(name="as_in_the_table", sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF strpos(',DECIDED:close:CLOSED:site,,DECIDED:remedy_needed:REMEDY:site,,DRAFT:expire:CLOSED:site,,DRAFT:submit:SUBMITTED:applicant,,DRAFT:submit:SUBMITTED:helper,,DRAFT:submit:SUBMITTED:lender,,DRAFT:withdraw:CLOSED:applicant,,DRAFT:withdraw:CLOSED:lender,,INFO_REQUESTED:answered:IN_REVIEW:applicant,,INFO_REQUESTED:answered:IN_REVIEW:lender,,INFO_REQUESTED:answered:IN_REVIEW:site,,INFO_REQUESTED:answered_in_screening:SCREENING:applicant,,INFO_REQUESTED:answered_in_screening:SCREENING:lender,,INFO_REQUESTED:answered_in_screening:SCREENING:site,,INFO_REQUESTED:hand_over:INFO_REQUESTED:supervisor,,INFO_REQUESTED:withdraw:WITHDRAWN:applicant,,INFO_REQUESTED:withdraw:WITHDRAWN:lender,,IN_REVIEW:ask_applicant:INFO_REQUESTED:reviewer,,IN_REVIEW:ask_third_party:WAITING_THIRD_PARTY:reviewer,,IN_REVIEW:decide:DECIDED:reviewer,,IN_REVIEW:hand_over:IN_REVIEW:supervisor,,IN_REVIEW:lapse:QUEUED:site,,IN_REVIEW:propose:PROPOSED:reviewer,,IN_REVIEW:release:QUEUED:reviewer,,IN_REVIEW:release:QUEUED:supervisor,,IN_REVIEW:withdraw:WITHDRAWN:applicant,,IN_REVIEW:withdraw:WITHDRAWN:lender,,NOT_ACCEPTED:review_acceptance:SCREENING:applicant,,NOT_ACCEPTED:review_acceptance:SCREENING:lender,,PROPOSED:agree:DECIDED:countersigner,,PROPOSED:lapse:QUEUED:site,,PROPOSED:return:IN_REVIEW:countersigner,,PROPOSED:withdraw:WITHDRAWN:applicant,,PROPOSED:withdraw:WITHDRAWN:lender,,QUEUED:assign:IN_REVIEW:supervisor,,QUEUED:claim:IN_REVIEW:reviewer,,QUEUED:claim:IN_REVIEW:supervisor,,QUEUED:withdraw:WITHDRAWN:applicant,,QUEUED:withdraw:WITHDRAWN:lender,,REMEDY:remedy_confirmed:CLOSED:lender,,REMEDY:remedy_confirmed:CLOSED:site,,REMEDY:remedy_confirmed:CLOSED:supervisor,,SCREENING:accept:QUEUED:reviewer,,SCREENING:accept:QUEUED:site,,SCREENING:accept:QUEUED:supervisor,,SCREENING:ask_applicant:INFO_REQUESTED:reviewer,,SCREENING:ask_applicant:INFO_REQUESTED:supervisor,,SCREENING:not_accept:NOT_ACCEPTED:reviewer,,SCREENING:not_accept:NOT_ACCEPTED:supervisor,,SCREENING:withdraw:WITHDRAWN:applicant,,SCREENING:withdraw:WITHDRAWN:lender,,SUBMITTED:screen:SCREENING:site,,SUBMITTED:withdraw:WITHDRAWN:applicant,,SUBMITTED:withdraw:WITHDRAWN:lender,,WAITING_THIRD_PARTY:hand_over:WAITING_THIRD_PARTY:supervisor,,WAITING_THIRD_PARTY:lapse:QUEUED:site,,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:reviewer,,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:site,,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:applicant,,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:lender,,WITHDRAWN:reinstate:SCREENING:applicant,,WITHDRAWN:reinstate:SCREENING:lender,', CONCAT(\n                ',', NEW.from_status, ':', NEW.event, ':', NEW.to_status, ':', NEW.party, ','\n            )) = 0 THEN\n                RAISE EXCEPTION 'no such move: % from % to % by %',\n                    NEW.event, NEW.from_status, NEW.to_status, NEW.party\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_move_in_table';\n            END IF;\n            RETURN NEW;\n        ", hash="60b909dcdd15cbe2ec91e8e15b57cfe2fa2f0a9f", operation="INSERT", pgid="pgtrigger_as_in_the_table_61b72", table="appeals_appealevent", when="BEFORE")),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="appealevent",
            trigger=pgtrigger.compiler.Trigger(name="to_be_counted", sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NEW.event IN ('agree', 'decide', 'not_accept', 'submit', 'withdraw') THEN\n                INSERT INTO appeals_uncounted (event_id) VALUES (NEW.id);\n            END IF;\n            RETURN NULL;\n        ", hash="407051a79388a6103618e65e409abbfd8f37ab31", operation="INSERT", pgid="pgtrigger_to_be_counted_b179e", table="appeals_appealevent", when="AFTER")),
        ),
    ]
