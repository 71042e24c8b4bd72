"""Lists of registrations that are brought in from files, and what became of each row."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_uncounted_policies"),
        ("participants", "0004_uncounted_policies"),
        ("programmes", "0001_programme_and_blueprint"),
        ("reporting", "0006_uncounted_policies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(
                choices=[
                    ("annual_report", "Verksamhetsberättelse"),
                    ("sus_document", "SUS-dokument"),
                    ("data_export", "Dataunderlag"),
                    ("registration_import", "Inläsning från fil"),
                ],
                max_length=30,
                verbose_name="slag",
            ),
        ),
        migrations.CreateModel(
            name="RegistrationImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=120, verbose_name="fil")),
                ("checksum", models.CharField(max_length=64, verbose_name="kontrollsumma")),
                ("source_path", models.CharField(blank=True, editable=False, max_length=80)),
                ("rejects_path", models.CharField(blank=True, editable=False, max_length=80)),
                ("files_expire_at", models.DateTimeField(verbose_name="filerna tas bort")),
                (
                    "notes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        size=None,
                        verbose_name="inte läst",
                    ),
                ),
                (
                    "group_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="granskad")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="bekräftad"),
                ),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="inläst")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="ångrad")),
                ("once_key", models.UUIDField(editable=False, unique=True)),
                (
                    "controller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="personuppgiftsansvarig",
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registration_import",
                        to="reporting.job",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="insats",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="inläst av",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="ångrad av",
                    ),
                ),
            ],
            options={
                "verbose_name": "inläsning",
                "verbose_name_plural": "inläsningar",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="rad")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("created", "Ny"),
                            ("unchanged", "Fanns redan"),
                            ("rejected", "Går inte in"),
                        ],
                        max_length=10,
                        verbose_name="resultat",
                    ),
                ),
                (
                    "messages",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        default=list,
                        size=None,
                        verbose_name="meddelanden",
                    ),
                ),
                ("fingerprint", models.CharField(blank=True, editable=False, max_length=64)),
                ("gender", models.CharField(blank=True, max_length=1, verbose_name="kön")),
                (
                    "year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="år"),
                ),
                ("written", models.BooleanField(default=False)),
                ("undone", models.BooleanField(default=False, verbose_name="ångrad")),
                ("kept_because", models.TextField(blank=True, verbose_name="inte ångrad")),
                (
                    "controller",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="personuppgiftsansvarig",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="participants.enrolment",
                        verbose_name="deltagande",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programmes.programme",
                        verbose_name="insats",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="reporting.registrationimport",
                        verbose_name="inläsning",
                    ),
                ),
            ],
            options={
                "verbose_name": "rad i inläsningen",
                "verbose_name_plural": "rader i inläsningen",
                "ordering": ["batch", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="registrationimport",
            index=models.Index(fields=["programme", "-created_at"], name="import_by_day"),
        ),
        migrations.AddIndex(
            model_name="registrationimport",
            index=models.Index(
                condition=models.Q(
                    models.Q(("source_path", ""), _negated=True),
                    models.Q(("rejects_path", ""), _negated=True),
                    _connector="OR",
                ),
                fields=["files_expire_at"],
                name="import_with_files",
            ),
        ),
        migrations.AddConstraint(
            model_name="registrationimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("finished_at", None), ("confirmed_at__isnull", False), _connector="OR"
                ),
                name="finished_import_was_confirmed",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(
                    ("undone", False),
                    ("written", True),
                    models.Q(("fingerprint", ""), _negated=True),
                ),
                fields=["programme", "fingerprint"],
                name="import_row_by_fingerprint",
            ),
        ),
        migrations.AddIndex(
            model_name="importrow",
            index=models.Index(
                condition=models.Q(
                    ("result", "created"),
                    ("undone", False),
                    ("written", True),
                    models.Q(("gender", ""), _negated=True),
                ),
                fields=["programme", "gender", "year"],
                name="import_row_anonymous",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(fields=("batch", "number"), name="import_row_once"),
        ),
    ]
