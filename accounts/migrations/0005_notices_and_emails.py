"""Notices and e-mails, and who reads them: the one who is told, and those who reach the case."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.row_security import OWN_PROGRAMME, OWN_UNIT, WORKER, row_security

OWN = "recipient_id = (SELECT rls_user())"
NOTICE = f"{WORKER} OR {OWN} OR {OWN_UNIT} OR (NOT sender_only AND {OWN_PROGRAMME})"
# How it went with a letter is part of who was told what.
EMAIL = (
    f"{WORKER} OR {OWN} "
    "OR EXISTS (SELECT 1 FROM accounts_notice n WHERE n.email_id = accounts_email.id)"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_infected_file"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="notice_email",
            field=models.CharField(
                choices=[
                    ("off", "Av"),
                    ("daily", "Ett mejl på morgonen"),
                    ("direct", "Genast när det brådskar"),
                ],
                db_default="daily",
                default="daily",
                max_length=10,
                verbose_name="mejl om aviseringar",
            ),
        ),
        migrations.CreateModel(
            name="Email",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("digest", "Morgonmejl"), ("urgent", "Brådskande mejl")],
                        max_length=10,
                        verbose_name="slag",
                    ),
                ),
                ("day", models.DateField(verbose_name="för dagen")),
                ("template", models.CharField(max_length=40, verbose_name="mall")),
                ("count", models.PositiveSmallIntegerField(verbose_name="antal saker")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Väntar"),
                            ("sent", "Skickad"),
                            ("failed", "Misslyckad"),
                            ("parked", "Parkerad"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="läge",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="försök")),
                ("next_try_at", models.DateTimeField(verbose_name="nästa försök")),
                (
                    "last_error",
                    models.CharField(blank=True, max_length=80, verbose_name="senaste fel"),
                ),
                (
                    "message_id",
                    models.CharField(max_length=200, unique=True, verbose_name="meddelandets id"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="skapat")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="skickat")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="till",
                    ),
                ),
            ],
            options={
                "verbose_name": "mejl",
                "verbose_name_plural": "mejl",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("referrer", "Remittent"),
                            ("coordinator", "Rehabkoordinator"),
                            ("manager", "Verksamhetsledare"),
                            ("steering", "Styrgrupp"),
                            ("director", "Förbundschef"),
                            ("evaluator", "Extern utvärderare"),
                            ("log_reviewer", "Loggranskare"),
                            ("administrator", "Systemadministratör"),
                        ],
                        max_length=20,
                        verbose_name="som",
                    ),
                ),
                ("kind", models.CharField(max_length=40, verbose_name="om vad")),
                ("occasion", models.CharField(max_length=80, verbose_name="tillfälle")),
                ("subject", models.CharField(max_length=60, verbose_name="slag av post")),
                ("record_id", models.BigIntegerField(verbose_name="postens nummer")),
                ("programme_id", models.BigIntegerField(verbose_name="insats")),
                ("controller_id", models.BigIntegerField(verbose_name="personuppgiftsansvarig")),
                ("unit_id", models.BigIntegerField(null=True, verbose_name="remitterande enhet")),
                ("sender_only", models.BooleanField(default=False, verbose_name="bara avsändaren")),
                ("urgent", models.BooleanField(default=False, verbose_name="brådskar")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="när")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="läst")),
                (
                    "settled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="inte längre aktuell"),
                ),
                (
                    "email",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="accounts.email",
                        verbose_name="mejlet som sade det",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vem",
                    ),
                ),
            ],
            options={
                "verbose_name": "avisering",
                "verbose_name_plural": "aviseringar",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="email",
            index=models.Index(
                condition=models.Q(("state__in", ["waiting", "failed"])),
                fields=["next_try_at"],
                name="email_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "digest")),
                fields=("recipient", "day"),
                name="email_one_digest_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="email",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("sent_at__isnull", False),
                    _connector="OR",
                ),
                name="email_sent_has_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("read_at", None), ("settled_at", None)),
                fields=["recipient"],
                name="notice_open",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["recipient", "-id"], name="notice_by_recipient"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["subject", "record_id"], name="notice_by_record"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("recipient", "subject", "record_id", "kind", "occasion"),
                name="notice_told_once",
            ),
        ),
        row_security("accounts_notice", using=NOTICE),
        row_security("accounts_email", using=EMAIL, check=WORKER),
    ]
