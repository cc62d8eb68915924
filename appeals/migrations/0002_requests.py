"""Requests, pauses, extensions and the second tier."""

import core.audiences
import core.encryption
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


# What stood before: answers of closed appeals had left, and waiting times stood in the events only.
LETTERS = """
UPDATE appeals_appeal SET letter_left_at = decided_at
WHERE outcome <> '' AND status = 'CLOSED' AND letter_left_at IS NULL
"""
PAUSES = """
INSERT INTO appeals_pause (appeal_id, clock, cause, since, until)
SELECT e.appeal_id, c.clock, e.to_status, e.at,
       (SELECT min(n.at) FROM appeals_appealevent n
        WHERE n.appeal_id = e.appeal_id AND n.sequence = e.sequence + 1)
FROM appeals_appealevent e
JOIN (VALUES ('INFO_REQUESTED', 'service'), ('WITHDRAWN', 'service'), ('WITHDRAWN', 'statutory'),
             ('NOT_ACCEPTED', 'service'), ('NOT_ACCEPTED', 'statutory')) AS c (status, clock)
  ON c.status = e.to_status
"""


class Migration(migrations.Migration):
    """Requests, pauses, extensions and the second tier."""


    dependencies = [
        ("appeals", "0001_initial"),
        ("applicants", "0001_initial"),
        ("decisions", "0002_book_row"),
        ("evidence", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('result', models.CharField(choices=[('IN_TIME', 'sent in time'), ('LATE_ACCEPTED', 'late, accepted'), ('ACCEPTED', 'accepted'), ('REFUSED', 'not accepted')], max_length=16)),
                ('code', models.CharField(blank=True, help_text='coded reason when it is not accepted', max_length=24)),
                ('reason', core.audiences.ExternalTextField()),
                ('ruled_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('PROPOSED', 'proposed'), ('GRANTED', 'granted'), ('REFUSED', 'refused')], default='PROPOSED', max_length=10)),
                ('from_days', models.PositiveSmallIntegerField()),
                ('to_days', models.PositiveSmallIntegerField()),
                ('code', models.CharField(max_length=24)),
                ('reason', core.audiences.ExternalTextField()),
                ('law', models.CharField(blank=True, max_length=200)),
                ('letter_zh', core.audiences.ExternalTextField()),
                ('letter_en', core.audiences.ExternalTextField()),
                ('proposed_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('settled_reason', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FirstLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('findings_version', models.PositiveIntegerField()),
                ('leaning', models.CharField(choices=[('SUPPORTS', 'speaks for the applicant'), ('AGAINST', 'does not speak for the applicant'), ('UNCLEAR', 'leaves it open')], max_length=10)),
                ('view', core.audiences.InternalTextField()),
                ('seen_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='InternalNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', core.audiences.InternalTextField()),
                ('written_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=10)),
                ('cause', models.CharField(help_text='the status in which the clock stood still', max_length=20)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['since', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', core.audiences.InternalTextField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('FAMILY', 'family'), ('FRIEND', 'friend'), ('BUSINESS', 'business partner, employer or employee'), ('ACCOUNT', 'shares an account or a household'), ('AGENT', 'brought this applicant to us')], max_length=10)),
                ('note', core.audiences.InternalTextField(blank=True)),
                ('declared_by', models.CharField(max_length=120)),
                ('declared_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Remedy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('due_on', models.DateField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.CharField(blank=True, max_length=120)),
                ('alerted_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock', models.CharField(max_length=10)),
                ('percent', models.PositiveSmallIntegerField()),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('ITEMS', 'information from the applicant'), ('THIRD_PARTY', 'information from a third party'), ('MORE_TIME', 'more time to answer'), ('EXPEDITE', 'a quicker answer'), ('WITHDRAW', 'taking the appeal back'), ('REINSTATE', 'taking the appeal up again')], max_length=12)),
                ('state', models.CharField(choices=[('OPEN', 'open'), ('ANSWERED', 'answered'), ('GRANTED', 'granted'), ('REFUSED', 'not granted'), ('LAPSED', 'not answered in time'), ('CANCELLED', 'no longer needed')], default='OPEN', max_length=10)),
                ('source', models.CharField(blank=True, help_text='which third party', max_length=40)),
                ('text', core.audiences.ExternalTextField(blank=True)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('wanted_on', models.DateField(blank=True, help_text='the day that more time is asked for', null=True)),
                ('asked_by', models.CharField(max_length=120)),
                ('asked_at', models.DateTimeField()),
                ('chased_at', models.DateTimeField(blank=True, null=True)),
                ('answer', core.audiences.InternalTextField(blank=True, help_text='what a third party said')),
                ('reason', core.audiences.ExternalTextField(blank=True, help_text='why it was granted or not')),
                ('settled_by', models.CharField(blank=True, max_length=120)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RequestItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('evidence_kind', models.CharField(blank=True, max_length=8)),
                ('text', core.audiences.ExternalTextField()),
                ('state', models.CharField(choices=[('OPEN', 'open'), ('ANSWERED', 'answered'), ('CANNOT', 'cannot be provided')], default='OPEN', max_length=10)),
                ('answer', core.audiences.ExternalTextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('before', models.JSONField(help_text="the line's parts as the appealed decision left them")),
                ('began_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='status_moves',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='independent_claim',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='appeal',
            name='outcome_agrees',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruling',
            name='independent_proposed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='ruling',
            name='independent_countersigned',
        ),
        migrations.AddField(
            model_name='appeal',
            name='is_vulnerable',
            field=models.BooleanField(default=False, help_text='the person needs particular care'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='late_reason',
            field=core.encryption.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='appeal',
            name='letter_left_at',
            field=models.DateTimeField(blank=True, help_text='when the answer was on its way', null=True),
        ),
        migrations.AddField(
            model_name='appeal',
            name='opened_for',
            field=models.CharField(blank=True, help_text="the colleague who sends it on the applicant's behalf", max_length=120),
        ),
        migrations.AddField(
            model_name='appeal',
            name='remind_at',
            field=models.DateTimeField(blank=True, help_text='when its clocks are looked at again', null=True),
        ),
        migrations.AddField(
            model_name='appeal',
            name='sample_seed',
            field=models.CharField(blank=True, help_text='what the draw was computed from', max_length=32),
        ),
        migrations.AddField(
            model_name='appeal',
            name='terms',
            field=models.JSONField(default=dict, help_text='the periods that held when it was sent'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='checks',
            field=models.JSONField(blank=True, default=dict, help_text="the catalogue's checks: place -> held or not"),
        ),
        migrations.AddField(
            model_name='ruling',
            name='amount_cny',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12),
        ),
        migrations.AddField(
            model_name='ruling',
            name='draft_en',
            field=core.encryption.EncryptedTextField(blank=True),
        ),
        migrations.AddField(
            model_name='ruling',
            name='draft_zh',
            field=core.encryption.EncryptedTextField(blank=True, help_text='the letter as composed from coded data'),
        ),
        migrations.AddField(
            model_name='ruling',
            name='is_bulk',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='ruling',
            name='limit_cny',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=12),
        ),
        migrations.AlterField(
            model_name='finding',
            name='note',
            field=core.audiences.InternalTextField(),
        ),
        migrations.AlterField(
            model_name='ruling',
            name='reason',
            field=core.audiences.InternalTextField(),
        ),
        migrations.AlterField(
            model_name='ruling',
            name='return_reason',
            field=core.audiences.InternalTextField(blank=True),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='appeals_remind'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(condition=models.Q(('decided_at__isnull', False)), fields=['decided_at'], name='appeals_decided'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='status_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{DECIDED:CLOSED,DECIDED:REMEDY,DRAFT:CLOSED,DRAFT:SUBMITTED,INFO_REQUESTED:INFO_REQUESTED,INFO_REQUESTED:IN_REVIEW,INFO_REQUESTED:SCREENING,INFO_REQUESTED:WITHDRAWN,IN_REVIEW:DECIDED,IN_REVIEW:INFO_REQUESTED,IN_REVIEW:IN_REVIEW,IN_REVIEW:PROPOSED,IN_REVIEW:QUEUED,IN_REVIEW:WAITING_THIRD_PARTY,IN_REVIEW:WITHDRAWN,NOT_ACCEPTED:SCREENING,PROPOSED:DECIDED,PROPOSED:IN_REVIEW,PROPOSED:WITHDRAWN,QUEUED:IN_REVIEW,QUEUED:WITHDRAWN,REMEDY:CLOSED,SCREENING:INFO_REQUESTED,SCREENING:NOT_ACCEPTED,SCREENING:QUEUED,SCREENING:WITHDRAWN,SUBMITTED:SCREENING,SUBMITTED:WITHDRAWN,WAITING_THIRD_PARTY:IN_REVIEW,WAITING_THIRD_PARTY:WAITING_THIRD_PARTY,WAITING_THIRD_PARTY:WITHDRAWN,WITHDRAWN:SCREENING}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='e4a3e464fbff63b2d12674659108a26b0759c79d', operation='UPDATE', pgid='pgtrigger_status_moves_12ffa', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='independent_claim', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.claimed_by_id IS NOT NULL)', declare='DECLARE conflicted boolean;', func="\n    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (\n        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = NEW.decision_id\n        UNION ALL\n        SELECT d.id, d.supersedes_id, d.decided_by\n        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id\n    ), earlier AS (\n        SELECT a.id FROM appeals_appeal a JOIN matter m ON a.decision_id = m.id WHERE a.id <> NEW.id\n    ), own AS (\n        SELECT p.id, p.phone_index, p.bank_card_index FROM applicants_applicant p WHERE p.user_id = NEW.claimed_by_id\n    )\n    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || NEW.claimed_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_linechange c JOIN matter m ON c.decision_id = m.id\n                   WHERE c.signed_by_id = NEW.claimed_by_id OR c.changed_by = 'user:' || NEW.claimed_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_referralproposal o JOIN matter m ON o.decision_id = m.id\n                   WHERE o.proposed_by_id = NEW.claimed_by_id OR o.signed_by_id = NEW.claimed_by_id)\n        OR EXISTS (SELECT 1 FROM own WHERE own.id = NEW.applicant_id)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_applicant a ON a.id = NEW.applicant_id\n                   WHERE own.bank_card_index = a.bank_card_index OR own.phone_index = a.phone_index)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_relatedperson x\n                   ON (x.firm_id = NEW.applicant_id AND x.person_id = own.id)\n                   OR (x.firm_id = own.id AND x.person_id = NEW.applicant_id))\n        OR EXISTS (SELECT 1 FROM appeals_relation r\n                   WHERE r.user_id = NEW.claimed_by_id AND r.applicant_id = NEW.applicant_id AND r.ended_at IS NULL)\n        OR EXISTS (SELECT 1 FROM appeals_recusal r WHERE r.appeal_id = NEW.id AND r.user_id = NEW.claimed_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_appealevent v WHERE v.party = 'helper'\n                   AND v.actor = 'user:' || NEW.claimed_by_id\n                   AND (v.appeal_id = NEW.id OR v.appeal_id IN (SELECT id FROM earlier)))\n        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = NEW.claimed_by_id\n                   AND (s.appeal_id IN (SELECT id FROM earlier)\n                        OR (s.appeal_id = NEW.id AND s.result = 'REFUSED')))\n        OR EXISTS (SELECT 1 FROM appeals_ruling r JOIN earlier e ON r.appeal_id = e.id\n                   WHERE r.proposed_by_id = NEW.claimed_by_id OR r.countersigned_by_id = NEW.claimed_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_finding f JOIN earlier e ON f.appeal_id = e.id\n                   WHERE f.found_by_id = NEW.claimed_by_id)\n    INTO conflicted;\n    IF conflicted THEN\n        RAISE EXCEPTION 'not independent: user % may not act on appeal %', NEW.claimed_by_id, NEW.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';\n    END IF;\nRETURN NEW;", hash='aafa41136afcca8adc2b4fab0fbda7e6d14e3804', operation='INSERT OR UPDATE', pgid='pgtrigger_independent_claim_9e2b4', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='outcome_agrees', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.outcome <> '')", func="\n            IF NOT EXISTS (SELECT 1 FROM appeals_ruling r WHERE r.appeal_id = NEW.id\n                           AND r.state = 'FINAL' AND r.outcome = NEW.outcome) THEN\n                RAISE EXCEPTION 'appeal % has no final ruling %', NEW.id, NEW.outcome\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM decisions_decision d\n                WHERE d.id = NEW.new_decision_id AND d.supersedes_id = NEW.decision_id) THEN\n                RAISE EXCEPTION 'decision % does not supersede the appealed one', NEW.new_decision_id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            IF NEW.new_decision_id IS NOT NULL AND NOT EXISTS (\n                SELECT 1 FROM decisions_decision d WHERE d.id = NEW.new_decision_id AND (\n                    (NEW.outcome IN ('CORRECTED', 'NEW_OFFER') AND d.kind = 'APPLICATION')\n                    OR (NEW.outcome IN ('RESTORED', 'RESTORED_IN_PART') AND d.kind <> 'APPLICATION'\n                        AND d.outcome = 'approve'))) THEN\n                RAISE EXCEPTION 'decision % does not say what the appeal says', NEW.new_decision_id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_outcome_agrees';\n            END IF;\n            RETURN NEW;\n        ", hash='84417a1af77dd36a1ed93691f03f84285dce9e5f', operation='INSERT OR UPDATE', pgid='pgtrigger_outcome_agrees_174c8', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='outcome_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.outcome <> '' AND (NEW.outcome IS DISTINCT FROM OLD.outcome OR NEW.new_decision_id IS DISTINCT FROM OLD.new_decision_id OR NEW.decided_at IS DISTINCT FROM OLD.decided_at))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='850ea522d1aabf1d290c7ea5b5fe8b5bd119a6c7', operation='UPDATE', pgid='pgtrigger_outcome_stays_ee7d5', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='status_has_event', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.status IS DISTINCT FROM NEW.status)', constraint='CONSTRAINT', declare='DECLARE stands text; told text;', func="\n            SELECT a.status FROM appeals_appeal a WHERE a.id = NEW.id INTO stands;\n            SELECT e.to_status FROM appeals_appealevent e WHERE e.appeal_id = NEW.id\n            ORDER BY e.sequence DESC LIMIT 1 INTO told;\n            IF stands IS DISTINCT FROM told THEN\n                RAISE EXCEPTION 'appeal % stands at % but its last event says %', NEW.id, stands, told\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_status_has_event';\n            END IF;\n            RETURN NULL;\n        ", hash='b5c2727a4d432af721b9681f267559e7ab6e3103', operation='UPDATE', pgid='pgtrigger_status_has_event_cf0ed', table='appeals_appeal', timing='DEFERRABLE INITIALLY DEFERRED', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appeal',
            trigger=pgtrigger.compiler.Trigger(name='remedy_is_confirmed', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.status = 'REMEDY' AND NEW.status = 'CLOSED')", func="\n            IF NOT EXISTS (SELECT 1 FROM appeals_remedy r\n                           WHERE r.appeal_id = NEW.id AND r.confirmed_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'nobody confirmed the remedy of appeal %', NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_remedy_confirmed_first';\n            END IF;\n            RETURN NEW;\n        ", hash='93a734effebad0a14dae98b2c77437cf6fbb641b', operation='UPDATE', pgid='pgtrigger_remedy_is_confirmed_1a4af', table='appeals_appeal', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='appealevent',
            trigger=pgtrigger.compiler.Trigger(name='as_in_the_table', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            IF NOT CONCAT(NEW.from_status, ':', NEW.event, ':', NEW.to_status, ':', NEW.party)\n                   = ANY('{DECIDED:close:CLOSED:site,DECIDED:remedy_needed:REMEDY:site,DRAFT:expire:CLOSED:site,DRAFT:submit:SUBMITTED:applicant,DRAFT:submit:SUBMITTED:helper,DRAFT:submit:SUBMITTED:lender,DRAFT:withdraw:CLOSED:applicant,DRAFT:withdraw:CLOSED:lender,INFO_REQUESTED:answered:IN_REVIEW:applicant,INFO_REQUESTED:answered:IN_REVIEW:lender,INFO_REQUESTED:answered:IN_REVIEW:site,INFO_REQUESTED:answered_in_screening:SCREENING:applicant,INFO_REQUESTED:answered_in_screening:SCREENING:lender,INFO_REQUESTED:answered_in_screening:SCREENING:site,INFO_REQUESTED:hand_over:INFO_REQUESTED:supervisor,INFO_REQUESTED:withdraw:WITHDRAWN:applicant,INFO_REQUESTED:withdraw:WITHDRAWN:lender,IN_REVIEW:ask_applicant:INFO_REQUESTED:reviewer,IN_REVIEW:ask_third_party:WAITING_THIRD_PARTY:reviewer,IN_REVIEW:decide:DECIDED:reviewer,IN_REVIEW:hand_over:IN_REVIEW:supervisor,IN_REVIEW:lapse:QUEUED:site,IN_REVIEW:propose:PROPOSED:reviewer,IN_REVIEW:release:QUEUED:reviewer,IN_REVIEW:release:QUEUED:supervisor,IN_REVIEW:withdraw:WITHDRAWN:applicant,IN_REVIEW:withdraw:WITHDRAWN:lender,NOT_ACCEPTED:review_acceptance:SCREENING:applicant,NOT_ACCEPTED:review_acceptance:SCREENING:lender,PROPOSED:agree:DECIDED:countersigner,PROPOSED:return:IN_REVIEW:countersigner,PROPOSED:withdraw:WITHDRAWN:applicant,PROPOSED:withdraw:WITHDRAWN:lender,QUEUED:assign:IN_REVIEW:supervisor,QUEUED:claim:IN_REVIEW:reviewer,QUEUED:claim:IN_REVIEW:supervisor,QUEUED:withdraw:WITHDRAWN:applicant,QUEUED:withdraw:WITHDRAWN:lender,REMEDY:remedy_confirmed:CLOSED:lender,REMEDY:remedy_confirmed:CLOSED:site,REMEDY:remedy_confirmed:CLOSED:supervisor,SCREENING:accept:QUEUED:reviewer,SCREENING:accept:QUEUED:site,SCREENING:accept:QUEUED:supervisor,SCREENING:ask_applicant:INFO_REQUESTED:reviewer,SCREENING:ask_applicant:INFO_REQUESTED:supervisor,SCREENING:not_accept:NOT_ACCEPTED:reviewer,SCREENING:not_accept:NOT_ACCEPTED:supervisor,SCREENING:withdraw:WITHDRAWN:applicant,SCREENING:withdraw:WITHDRAWN:lender,SUBMITTED:screen:SCREENING:site,SUBMITTED:withdraw:WITHDRAWN:applicant,SUBMITTED:withdraw:WITHDRAWN:lender,WAITING_THIRD_PARTY:hand_over:WAITING_THIRD_PARTY:supervisor,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:reviewer,WAITING_THIRD_PARTY:third_party_answered:IN_REVIEW:site,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:applicant,WAITING_THIRD_PARTY:withdraw:WITHDRAWN:lender,WITHDRAWN:reinstate:SCREENING:applicant,WITHDRAWN:reinstate:SCREENING:lender}'::text[]) THEN\n                RAISE EXCEPTION 'no such move: % from % to % by %',\n                    NEW.event, NEW.from_status, NEW.to_status, NEW.party\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_move_in_table';\n            END IF;\n            RETURN NEW;\n        ", hash='15aefa8680a19daa066741d89b937ab5d308b5c6', operation='INSERT', pgid='pgtrigger_as_in_the_table_61b72', table='appeals_appealevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruling',
            trigger=pgtrigger.compiler.Trigger(name='independent_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.proposed_by_id IS NOT NULL)', declare='DECLARE conflicted boolean; the_decision bigint; the_applicant bigint;', func="\n            SELECT decision_id, applicant_id FROM appeals_appeal WHERE id = NEW.appeal_id\n            INTO the_decision, the_applicant;\n            \n    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (\n        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = the_decision\n        UNION ALL\n        SELECT d.id, d.supersedes_id, d.decided_by\n        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id\n    ), earlier AS (\n        SELECT a.id FROM appeals_appeal a JOIN matter m ON a.decision_id = m.id WHERE a.id <> NEW.appeal_id\n    ), own AS (\n        SELECT p.id, p.phone_index, p.bank_card_index FROM applicants_applicant p WHERE p.user_id = NEW.proposed_by_id\n    )\n    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || NEW.proposed_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_linechange c JOIN matter m ON c.decision_id = m.id\n                   WHERE c.signed_by_id = NEW.proposed_by_id OR c.changed_by = 'user:' || NEW.proposed_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_referralproposal o JOIN matter m ON o.decision_id = m.id\n                   WHERE o.proposed_by_id = NEW.proposed_by_id OR o.signed_by_id = NEW.proposed_by_id)\n        OR EXISTS (SELECT 1 FROM own WHERE own.id = the_applicant)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_applicant a ON a.id = the_applicant\n                   WHERE own.bank_card_index = a.bank_card_index OR own.phone_index = a.phone_index)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_relatedperson x\n                   ON (x.firm_id = the_applicant AND x.person_id = own.id)\n                   OR (x.firm_id = own.id AND x.person_id = the_applicant))\n        OR EXISTS (SELECT 1 FROM appeals_relation r\n                   WHERE r.user_id = NEW.proposed_by_id AND r.applicant_id = the_applicant AND r.ended_at IS NULL)\n        OR EXISTS (SELECT 1 FROM appeals_recusal r WHERE r.appeal_id = NEW.appeal_id AND r.user_id = NEW.proposed_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_appealevent v WHERE v.party = 'helper'\n                   AND v.actor = 'user:' || NEW.proposed_by_id\n                   AND (v.appeal_id = NEW.appeal_id OR v.appeal_id IN (SELECT id FROM earlier)))\n        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = NEW.proposed_by_id\n                   AND (s.appeal_id IN (SELECT id FROM earlier)\n                        OR (s.appeal_id = NEW.appeal_id AND s.result = 'REFUSED')))\n        OR EXISTS (SELECT 1 FROM appeals_ruling r JOIN earlier e ON r.appeal_id = e.id\n                   WHERE r.proposed_by_id = NEW.proposed_by_id OR r.countersigned_by_id = NEW.proposed_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_finding f JOIN earlier e ON f.appeal_id = e.id\n                   WHERE f.found_by_id = NEW.proposed_by_id)\n    INTO conflicted;\n    IF conflicted THEN\n        RAISE EXCEPTION 'not independent: user % may not act on appeal %', NEW.proposed_by_id, NEW.appeal_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';\n    END IF;\n\n            RETURN NEW;\n        ", hash='9cc4e73c47e565b20ecbfc8f518544f3bd17f118', operation='INSERT OR UPDATE', pgid='pgtrigger_independent_proposed_c5101', table='appeals_ruling', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruling',
            trigger=pgtrigger.compiler.Trigger(name='independent_countersigned', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.countersigned_by_id IS NOT NULL)', declare='DECLARE conflicted boolean; the_decision bigint; the_applicant bigint;', func="\n            SELECT decision_id, applicant_id FROM appeals_appeal WHERE id = NEW.appeal_id\n            INTO the_decision, the_applicant;\n            \n    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (\n        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = the_decision\n        UNION ALL\n        SELECT d.id, d.supersedes_id, d.decided_by\n        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id\n    ), earlier AS (\n        SELECT a.id FROM appeals_appeal a JOIN matter m ON a.decision_id = m.id WHERE a.id <> NEW.appeal_id\n    ), own AS (\n        SELECT p.id, p.phone_index, p.bank_card_index FROM applicants_applicant p WHERE p.user_id = NEW.countersigned_by_id\n    )\n    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || NEW.countersigned_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_linechange c JOIN matter m ON c.decision_id = m.id\n                   WHERE c.signed_by_id = NEW.countersigned_by_id OR c.changed_by = 'user:' || NEW.countersigned_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_referralproposal o JOIN matter m ON o.decision_id = m.id\n                   WHERE o.proposed_by_id = NEW.countersigned_by_id OR o.signed_by_id = NEW.countersigned_by_id)\n        OR EXISTS (SELECT 1 FROM own WHERE own.id = the_applicant)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_applicant a ON a.id = the_applicant\n                   WHERE own.bank_card_index = a.bank_card_index OR own.phone_index = a.phone_index)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_relatedperson x\n                   ON (x.firm_id = the_applicant AND x.person_id = own.id)\n                   OR (x.firm_id = own.id AND x.person_id = the_applicant))\n        OR EXISTS (SELECT 1 FROM appeals_relation r\n                   WHERE r.user_id = NEW.countersigned_by_id AND r.applicant_id = the_applicant AND r.ended_at IS NULL)\n        OR EXISTS (SELECT 1 FROM appeals_recusal r WHERE r.appeal_id = NEW.appeal_id AND r.user_id = NEW.countersigned_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_appealevent v WHERE v.party = 'helper'\n                   AND v.actor = 'user:' || NEW.countersigned_by_id\n                   AND (v.appeal_id = NEW.appeal_id OR v.appeal_id IN (SELECT id FROM earlier)))\n        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = NEW.countersigned_by_id\n                   AND (s.appeal_id IN (SELECT id FROM earlier)\n                        OR (s.appeal_id = NEW.appeal_id AND s.result = 'REFUSED')))\n        OR EXISTS (SELECT 1 FROM appeals_ruling r JOIN earlier e ON r.appeal_id = e.id\n                   WHERE r.proposed_by_id = NEW.countersigned_by_id OR r.countersigned_by_id = NEW.countersigned_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_finding f JOIN earlier e ON f.appeal_id = e.id\n                   WHERE f.found_by_id = NEW.countersigned_by_id)\n    INTO conflicted;\n    IF conflicted THEN\n        RAISE EXCEPTION 'not independent: user % may not act on appeal %', NEW.countersigned_by_id, NEW.appeal_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';\n    END IF;\n\n            RETURN NEW;\n        ", hash='96624dac89d5513d788fdc0173f4d437c87ef5e4', operation='INSERT OR UPDATE', pgid='pgtrigger_independent_countersigned_d6a85', table='appeals_ruling', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ruling',
            trigger=pgtrigger.compiler.Trigger(name='two_signatures', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'FINAL' AND NEW.countersigned_by_id IS NULL)", declare='DECLARE the_kind text; vulnerable boolean; draw int; the_role text; delegation jsonb;', func="\n    SELECT d.kind, a.is_vulnerable, a.sample_draw, u.role, p.document -> 'delegation'\n    FROM appeals_appeal a\n    JOIN decisions_decision d ON d.id = a.decision_id\n    JOIN accounts_user u ON u.id = NEW.proposed_by_id\n    JOIN appeals_rerun r ON r.id = NEW.rerun_id\n    LEFT JOIN decisions_policyversion p ON p.version = r.today ->> 'policy_version'\n    WHERE a.id = NEW.appeal_id\n    INTO the_kind, vulnerable, draw, the_role, delegation;\n    IF jsonb_array_length(NEW.countersign_reasons) > 0\n       OR NEW.is_bulk\n       OR (NEW.outcome = 'UNCHANGED' AND (the_kind <> 'APPLICATION' OR vulnerable))\n       OR draw < 100 * COALESCE((delegation ->> 'random_sample_pct')::int, 0)\n       OR (NEW.outcome <> 'UNCHANGED' AND NEW.limit_cny > COALESCE((delegation ->>\n           CASE WHEN the_role = 'SUPERVISOR' THEN 'supervisor_max' ELSE 'caseworker_max' END)::numeric, 0))\n    THEN\n        RAISE EXCEPTION 'the ruling on appeal % needs a second signature', NEW.appeal_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_two_signatures';\n    END IF;\n    RETURN NEW;\n", hash='73fbd29532819ad72cc5685d287406ac610f720a', operation='INSERT OR UPDATE', pgid='pgtrigger_two_signatures_17329', table='appeals_ruling', when='BEFORE')),
        ),
        migrations.RunSQL(LETTERS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'CLOSED'), _negated=True), ('outcome', ''), ('letter_left_at__isnull', False), _connector='OR'), name='appeals_closed_after_letter'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acceptances', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='acceptance',
            name='ruled_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extensions', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='extension',
            name='proposed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='extension',
            name='settled_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='firstlook',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='first_looks', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='firstlook',
            name='seen_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='internalnote',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='internalnote',
            name='written_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='pause',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recusals', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='recusal',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='relation',
            name='applicant',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declared_relations', to='applicants.applicant'),
        ),
        migrations.AddField(
            model_name='relation',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declared_relations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='remedy',
            name='appeal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='remedy', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='request',
            name='about',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='petitions', to='appeals.request'),
        ),
        migrations.AddField(
            model_name='request',
            name='appeal',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='requestitem',
            name='document',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request_items', to='evidence.document'),
        ),
        migrations.AddField(
            model_name='requestitem',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='appeals.request'),
        ),
        migrations.AddField(
            model_name='stay',
            name='appeal',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='stay', to='appeals.appeal'),
        ),
        migrations.AddField(
            model_name='stay',
            name='line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='stays', to='decisions.line'),
        ),
        migrations.AddConstraint(
            model_name='acceptance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('result', 'REFUSED'), _negated=True), models.Q(('code', ''), _negated=True), _connector='OR'), name='appeals_refusal_has_code'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acceptance',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a21af7033b94dc0df12beb1e5f1261cacc9dbb89', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_44996', table='appeals_acceptance', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='acceptance',
            trigger=pgtrigger.compiler.Trigger(name='independent_ruled', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.ruled_by_id IS NOT NULL)', declare='DECLARE conflicted boolean; the_decision bigint; the_applicant bigint;', func="\n            SELECT decision_id, applicant_id FROM appeals_appeal WHERE id = NEW.appeal_id\n            INTO the_decision, the_applicant;\n            \n    WITH RECURSIVE matter(id, supersedes_id, decided_by) AS (\n        SELECT d.id, d.supersedes_id, d.decided_by FROM decisions_decision d WHERE d.id = the_decision\n        UNION ALL\n        SELECT d.id, d.supersedes_id, d.decided_by\n        FROM decisions_decision d JOIN matter m ON d.id = m.supersedes_id\n    ), earlier AS (\n        SELECT a.id FROM appeals_appeal a JOIN matter m ON a.decision_id = m.id WHERE a.id <> NEW.appeal_id\n    ), own AS (\n        SELECT p.id, p.phone_index, p.bank_card_index FROM applicants_applicant p WHERE p.user_id = NEW.ruled_by_id\n    )\n    SELECT EXISTS (SELECT 1 FROM matter WHERE decided_by = 'user:' || NEW.ruled_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_linechange c JOIN matter m ON c.decision_id = m.id\n                   WHERE c.signed_by_id = NEW.ruled_by_id OR c.changed_by = 'user:' || NEW.ruled_by_id)\n        OR EXISTS (SELECT 1 FROM decisions_referralproposal o JOIN matter m ON o.decision_id = m.id\n                   WHERE o.proposed_by_id = NEW.ruled_by_id OR o.signed_by_id = NEW.ruled_by_id)\n        OR EXISTS (SELECT 1 FROM own WHERE own.id = the_applicant)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_applicant a ON a.id = the_applicant\n                   WHERE own.bank_card_index = a.bank_card_index OR own.phone_index = a.phone_index)\n        OR EXISTS (SELECT 1 FROM own JOIN applicants_relatedperson x\n                   ON (x.firm_id = the_applicant AND x.person_id = own.id)\n                   OR (x.firm_id = own.id AND x.person_id = the_applicant))\n        OR EXISTS (SELECT 1 FROM appeals_relation r\n                   WHERE r.user_id = NEW.ruled_by_id AND r.applicant_id = the_applicant AND r.ended_at IS NULL)\n        OR EXISTS (SELECT 1 FROM appeals_recusal r WHERE r.appeal_id = NEW.appeal_id AND r.user_id = NEW.ruled_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_appealevent v WHERE v.party = 'helper'\n                   AND v.actor = 'user:' || NEW.ruled_by_id\n                   AND (v.appeal_id = NEW.appeal_id OR v.appeal_id IN (SELECT id FROM earlier)))\n        OR EXISTS (SELECT 1 FROM appeals_acceptance s WHERE s.ruled_by_id = NEW.ruled_by_id\n                   AND (s.appeal_id IN (SELECT id FROM earlier)\n                        OR (s.appeal_id = NEW.appeal_id AND s.result = 'REFUSED')))\n        OR EXISTS (SELECT 1 FROM appeals_ruling r JOIN earlier e ON r.appeal_id = e.id\n                   WHERE r.proposed_by_id = NEW.ruled_by_id OR r.countersigned_by_id = NEW.ruled_by_id)\n        OR EXISTS (SELECT 1 FROM appeals_finding f JOIN earlier e ON f.appeal_id = e.id\n                   WHERE f.found_by_id = NEW.ruled_by_id)\n    INTO conflicted;\n    IF conflicted THEN\n        RAISE EXCEPTION 'not independent: user % may not act on appeal %', NEW.ruled_by_id, NEW.appeal_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'appeals_independent';\n    END IF;\n\n            RETURN NEW;\n        ", hash='190ff2e909d122a575b3ff2b9a17588ec63a8476', operation='INSERT OR UPDATE', pgid='pgtrigger_independent_ruled_420f6', table='appeals_acceptance', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('appeal',), name='appeals_one_open_extension'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('to_days__gt', models.F('from_days'))), name='appeals_extension_longer'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by__isnull', True), ('state', 'PROPOSED')), models.Q(models.Q(('state', 'PROPOSED'), _negated=True), ('settled_at__isnull', False), ('settled_by__isnull', False)), _connector='OR'), name='appeals_extension_settled'),
        ),
        migrations.AddConstraint(
            model_name='extension',
            constraint=models.CheckConstraint(condition=models.Q(('settled_by__isnull', True), models.Q(('settled_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='appeals_extension_two_people'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extension',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='b024933a202cee88e1dcbbffd8f26817e39e703b', operation='DELETE', pgid='pgtrigger_kept_c9dd6', table='appeals_extension', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='extension',
            trigger=pgtrigger.compiler.Trigger(name='settled_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'PROPOSED')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2063782de042af1e5ea96ed422de53429016a32d', operation='UPDATE', pgid='pgtrigger_settled_stays_1fdfd', table='appeals_extension', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='firstlook',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bff705a35996b42bd146590a3798ae6aa44522c1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_88c67', table='appeals_firstlook', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='internalnote',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a00e9cce4d23e1f2f10b86cea494ed74f7ffd151', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9583b', table='appeals_internalnote', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('appeal', 'clock'), name='appeals_one_open_pause'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='appeals_pause_dates'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('clock__in', ['statutory', 'service'])), name='appeals_pause_clock'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pause',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='c5aab22f0022b97d33a3e75c08c688c64eaedad4', operation='DELETE', pgid='pgtrigger_kept_630e2', table='appeals_pause', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pause',
            trigger=pgtrigger.compiler.Trigger(name='ended_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.until IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1151711e1470c043d6d664831d609066863f1c1e', operation='UPDATE', pgid='pgtrigger_ended_stays_d422d', table='appeals_pause', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='recusal',
            constraint=models.UniqueConstraint(fields=('appeal', 'user'), name='appeals_recused_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='recusal',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='456146f22aa9f41a8e1dbf63a5f46f5eb82b2587', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b5c5e', table='appeals_recusal', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('user', 'applicant', 'kind'), name='appeals_relation_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('declared_at')), _connector='OR'), name='appeals_relation_dates'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='relation',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='38e8b42685e840db7c1fe6bffc0ce6c9ca18f65f', operation='DELETE', pgid='pgtrigger_kept_d83ef', table='appeals_relation', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='remedy',
            index=models.Index(condition=models.Q(('confirmed_at__isnull', True)), fields=['due_on'], name='appeals_remedy_due'),
        ),
        migrations.AddConstraint(
            model_name='remedy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by', '')), models.Q(('confirmed_at__isnull', False), models.Q(('confirmed_by', ''), _negated=True)), _connector='OR'), name='appeals_remedy_confirmed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remedy',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='883f6a7345d3a933d204e5febb3693d82f97dfc6', operation='DELETE', pgid='pgtrigger_kept_d7af7', table='appeals_remedy', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='remedy',
            trigger=pgtrigger.compiler.Trigger(name='confirmed_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.confirmed_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d1461ae691bb777c7f914e168b5e007c1645239e', operation='UPDATE', pgid='pgtrigger_confirmed_stays_a8958', table='appeals_remedy', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('appeal', 'clock', 'percent'), name='appeals_reminded_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reminder',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='875fb6afd48aef594e55f885b4a33c2b9af117c4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b6973', table='appeals_reminder', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(condition=models.Q(('state', 'OPEN')), fields=['due_on'], name='appeals_request_due'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('appeal', 'kind'), name='appeals_one_open_request'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at__isnull', True), ('settled_by', ''), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('settled_at__isnull', False), models.Q(('settled_by', ''), _negated=True)), _connector='OR'), name='appeals_request_settled'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['ITEMS', 'THIRD_PARTY']), _negated=True), ('due_on__isnull', False), _connector='OR'), name='appeals_request_has_date'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='request',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='267327dc85ed749e48ec0e31154e95ecbdbcc787', operation='DELETE', pgid='pgtrigger_kept_0eb60', table='appeals_request', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='request',
            trigger=pgtrigger.compiler.Trigger(name='settled_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (OLD.state <> 'OPEN')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='52b8915528d8f31ed59836952f7d213b63b8b7f2', operation='UPDATE', pgid='pgtrigger_settled_stays_85007', table='appeals_request', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='requestitem',
            constraint=models.UniqueConstraint(fields=('request', 'position'), name='appeals_item_once'),
        ),
        migrations.AddConstraint(
            model_name='requestitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', True), ('state', 'OPEN')), models.Q(models.Q(('state', 'OPEN'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='appeals_item_answered'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='requestitem',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='58838ecb86b8e791b4b6707561405b73e462ff55', operation='DELETE', pgid='pgtrigger_kept_5843f', table='appeals_requestitem', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='stay',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['line'], name='appeals_stayed'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stay',
            trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='114f443cc9ec9a42fac363ed70740fafa6d78ea1', operation='DELETE', pgid='pgtrigger_kept_0df3b', table='appeals_stay', when='BEFORE')),
        ),
        migrations.RunSQL(PAUSES, migrations.RunSQL.noop),
    ]
