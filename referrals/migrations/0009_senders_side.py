"""What the sender tells, page by page saved drafts, and completions item by item."""

import django.contrib.postgres.fields
import django.db.models.deletion
import encrypted_fields.fields
from django.conf import settings
from django.db import migrations, models

from core.row_security import row_security, same_programme

ITEMS = "referrals_completionitem"
# Seen by those who see the remiss; the remiss's own policy answers.
OF_A_VISIBLE_REFERRAL = "EXISTS (SELECT 1 FROM referrals_referral r WHERE r.id = referral_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_uncounted_policies"),
        ("participants", "0005_counts_from_the_index"),
        ("programmes", "0002_reserved_places"),
        ("referrals", "0008_queue_forecast"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CompletionItem",
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
                            ("assessment", "Medicinsk bedömning från läkare"),
                            ("certificate", "Läkarintyg, till vilket datum det gäller"),
                            ("income", "Försörjning, till vilket datum den är säkrad"),
                            ("purpose", "Syftet med remissen"),
                            ("goal", "Målet för personen"),
                            ("possibility", "Personens möjlighet att delta"),
                            ("need", "Personens behov av insatsen"),
                            ("phone", "Mobilnummer till personen"),
                            ("language", "Tolk, vilket språk"),
                            ("other", "Annat"),
                        ],
                        max_length=20,
                        verbose_name="slag",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="vad som saknas")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="begärd")),
                (
                    "typed",
                    encrypted_fields.fields.EncryptedTextField(
                        blank=True, null=True, verbose_name="svaret som det skrivs"
                    ),
                ),
                ("answer", models.TextField(blank=True, verbose_name="svar")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="besvarad"),
                ),
            ],
            options={
                "verbose_name": "punkt i komplettering",
                "verbose_name_plural": "punkter i komplettering",
                "ordering": ["referral", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="referral",
            name="anonymous_referral_holds_no_identity",
        ),
        migrations.AddField(
            model_name="referral",
            name="consent_form",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed", "Underskrivet papper"),
                    ("electronic", "E-legitimation"),
                    ("oral", "Muntligt, antecknat"),
                ],
                max_length=12,
                verbose_name="samtycke, form",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="consent_purposes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("participation", "Delta i insatsen"),
                        ("exchange", "Utbyta uppgifter"),
                        ("registration", "Registrering för uppföljning"),
                        ("after_closure", "Kontakt efter avslut"),
                        ("evaluation", "Extern utvärdering"),
                    ],
                    max_length=20,
                ),
                blank=True,
                default=list,
                size=None,
                verbose_name="samtyckets ändamål",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="consent_representative",
            field=models.CharField(blank=True, max_length=120, verbose_name="ställföreträdare"),
        ),
        migrations.AddField(
            model_name="referral",
            name="needs_adaptation",
            field=models.BooleanField(
                blank=True, null=True, verbose_name="behöver tolk eller anpassning"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="page_key",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="referral",
            name="saved_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="utkastet senast sparat"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="sick_leave_from",
            field=models.DateField(blank=True, null=True, verbose_name="läkarintyget gäller från"),
        ),
        migrations.AddField(
            model_name="referral",
            name="support_percent",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="försörjning, %"
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="assessment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("attached", "Den är bifogad"),
                    ("available", "Den finns"),
                    ("promised", "Den kommer senare"),
                ],
                max_length=10,
                verbose_name="medicinsk bedömning",
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="consent",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed", "Ja, personen har samtyckt"),
                    ("anonymous", "Remittera anonymt"),
                ],
                max_length=10,
                verbose_name="samtycke",
            ),
        ),
        migrations.AlterField(
            model_name="referral",
            name="sick_leave_until",
            field=models.DateField(blank=True, null=True, verbose_name="läkarintyget gäller till"),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consent", "anonymous"), _negated=True),
                    models.Q(
                        ("birth_date", None),
                        ("consent_representative", ""),
                        ("family_name", ""),
                        ("given_name", ""),
                        ("personnummer_lookup__isnull", True),
                        ("phone", ""),
                    ),
                    _connector="OR",
                ),
                name="anonymous_referral_holds_no_identity",
                violation_error_message="En anonym remiss får inte innehålla identitet.",
            ),
        ),
        migrations.AddField(
            model_name="completionitem",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="besvarad av",
            ),
        ),
        migrations.AddField(
            model_name="completionitem",
            name="controller",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="personuppgiftsansvarig",
            ),
        ),
        migrations.AddField(
            model_name="completionitem",
            name="programme",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.programme",
                verbose_name="insats",
            ),
        ),
        migrations.AddField(
            model_name="completionitem",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="completion_items",
                to="referrals.referral",
            ),
        ),
        migrations.AddConstraint(
            model_name="completionitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at", None), ("answered_by__isnull", False), _connector="OR"
                ),
                name="answered_item_says_by_whom",
                violation_error_message="Ett svar har en avsändare.",
            ),
        ),
        same_programme(ITEMS, [("referral_id", "referrals_referral")]),
        row_security(ITEMS, using=OF_A_VISIBLE_REFERRAL),
    ]
