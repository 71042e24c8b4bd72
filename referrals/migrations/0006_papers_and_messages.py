"""Papers attached to a remiss, messages in it, and how far each reader has come."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_infected_file"),
        ("programmes", "0001_programme_and_blueprint"),
        ("referrals", "0005_target_group"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("sender", "Remittentens enhet"),
                            ("programme", "Insatsens personal"),
                        ],
                        max_length=10,
                        verbose_name="läser för",
                    ),
                ),
                ("last", models.BigIntegerField(verbose_name="läst till och med")),
                ("at", models.DateTimeField(verbose_name="läst")),
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
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vem",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="message_readings",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "läst meddelande",
                "verbose_name_plural": "lästa meddelanden",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
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
                        choices=[
                            ("assessment", "Medicinsk bedömning"),
                            ("consent", "Undertecknat samtycke"),
                            ("other", "Annat underlag"),
                        ],
                        max_length=10,
                        verbose_name="vad det är",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="namn")),
                ("content_type", models.CharField(max_length=40, verbose_name="typ")),
                ("size", models.PositiveIntegerField(verbose_name="storlek")),
                ("checksum", models.CharField(max_length=64, verbose_name="kontrollsumma")),
                (
                    "path",
                    models.CharField(
                        editable=False, max_length=80, unique=True, verbose_name="plats"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("sender", "Remittentens enhet"),
                            ("programme", "Insatsens personal"),
                        ],
                        max_length=10,
                        verbose_name="från",
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="bifogad")),
                ("adder_name", models.CharField(max_length=200, verbose_name="namn då")),
                (
                    "adder_organisation",
                    models.CharField(blank=True, max_length=200, verbose_name="organisation då"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="återtagen"),
                ),
                ("withdrawn_why", models.TextField(blank=True, verbose_name="varför återtagen")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="av",
                    ),
                ),
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
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="referrals.referral",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="återtagen av",
                    ),
                ),
            ],
            options={
                "verbose_name": "bilaga",
                "verbose_name_plural": "bilagor",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("referral", "checksum"),
                        name="attachment_once_per_referral",
                        violation_error_message="Filen är redan bifogad.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at", None),
                                ("withdrawn_by", None),
                                ("withdrawn_why", ""),
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="withdrawn_attachment_says_who_and_why",
                        violation_error_message="En återtagen bilaga säger av vem och varför.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("sender", "Remittentens enhet"),
                            ("programme", "Insatsens personal"),
                        ],
                        max_length=10,
                        verbose_name="från",
                    ),
                ),
                ("text", models.TextField(verbose_name="text")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="skrivet")),
                ("author_name", models.CharField(max_length=200, verbose_name="namn då")),
                (
                    "author_role",
                    models.CharField(blank=True, max_length=30, verbose_name="roll då"),
                ),
                (
                    "author_organisation",
                    models.CharField(blank=True, max_length=200, verbose_name="organisation då"),
                ),
                ("once_key", models.UUIDField(editable=False, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="vem",
                    ),
                ),
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
                    "referral",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="referrals.referral",
                    ),
                ),
            ],
            options={
                "verbose_name": "meddelande",
                "verbose_name_plural": "meddelanden",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["referral", "side", "id"], name="message_by_referral")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="message",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    IF TG_OP = 'UPDATE' AND NEW.text = ''\n        AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN\n        RETURN NEW;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;\n",
                    hash="7ae28c39393ccde4d9bbdea0b3980c8c00c243aa",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_a9293",
                    table="referrals_message",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="messagereading",
            constraint=models.UniqueConstraint(
                fields=("referral", "reader", "side"), name="message_reading_once_per_reader"
            ),
        ),
    ]
