"""Files that arrive in pieces."""

import core.encryption
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Files that arrive in pieces."""

    dependencies = [
        ('applicants', '0002_related_people'),
        ('evidence', '0002_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('started_by', models.CharField(max_length=120)),
                ('about', models.CharField(help_text='what the file is for, such as AP-7K3Q-9XDM/U02', max_length=40)),
                ('kind', models.CharField(max_length=8)),
                ('display_name', core.encryption.EncryptedTextField()),
                ('declared_type', models.CharField(blank=True, max_length=120)),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('size_bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(blank=True, help_text='of the whole file, as the sender says', max_length=64)),
                ('offset', models.PositiveIntegerField(default=0, help_text='how many bytes have come')),
                ('started_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='applicants.applicant')),
            ],
        ),
        migrations.CreateModel(
            name='UploadPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset', models.PositiveIntegerField()),
                ('size_bytes', models.PositiveIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=80, unique=True)),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='evidence.upload')),
            ],
            options={
                'ordering': ['offset'],
            },
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.CheckConstraint(condition=models.Q(('offset__lte', models.F('size_bytes'))), name='evidence_upload_not_too_long'),
        ),
        migrations.AddConstraint(
            model_name='upload',
            constraint=models.UniqueConstraint(condition=models.Q(('sha256', ''), _negated=True), fields=('started_by', 'about', 'sha256', 'size_bytes'), name='evidence_upload_once'),
        ),
        migrations.AddConstraint(
            model_name='uploadpart',
            constraint=models.UniqueConstraint(fields=('upload', 'offset'), name='evidence_upload_part_once'),
        ),
    ]
