"""The remiss: from a case officer's desk to a place in a group."""

from datetime import date
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from encrypted_fields.fields import EncryptedTextField

from accounts.models import Unit
from core.states import StateEvent
from participants.enums import ConsentForm, ConsentPurpose, Gender
from participants.models import Enrolment
from programmes.models import ProgrammeOwned
from referrals.enums import (
    WAITING_STATES,
    ConsentChoice,
    MedicalAssessment,
    Offer,
    Priority,
    ReferralState,
)

if TYPE_CHECKING:
    from accounts.models import User

# Words may be blanked where a person must be forgotten; nothing else is ever changed.
ONLY_BLANKED = """
    IF TG_OP = 'UPDATE' AND NEW.text = ''
        AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""


def only_blanked() -> pgtrigger.Trigger:
    """Append-only, but for the words in `text`, which may be blanked. Whole rows stay."""
    return pgtrigger.Trigger(
        name="append_only",
        when=pgtrigger.Before,
        operation=pgtrigger.Update | pgtrigger.Delete,
        func=ONLY_BLANKED,
    )


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Questions about referrals."""

    def visible_to(self, user: "User") -> "ReferralQuerySet":
        """The own unit's referrals, and all that were sent to a programme the user works in."""
        scope = user.scope
        own = Q(unit_id__in=sorted(scope.units))
        sent = Q(programme_id__in=sorted(scope.programmes)) & ~Q(state=ReferralState.DRAFT)
        if not scope.programmes:
            return self.filter(own)
        return self.filter(sent) if not scope.units else self.filter(own | sent)

    def waiting(self) -> "ReferralQuerySet":
        """Sent, and not yet placed, declined or withdrawn."""
        return self.filter(state__in=WAITING_STATES)

    def queued(self) -> "ReferralQuerySet":
        """In the queue, in the order places are offered: priority, then longest wait."""
        return self.filter(state=ReferralState.QUEUED).order_by("priority", "queued_on", "pk")


class Referral(ProgrammeOwned):
    """A remiss. Belongs to the programme's controller once sent; a draft only to the sender's unit.

    Holds the person's identity itself: nobody becomes a participant by being referred.
    """

    number = models.CharField("ärendenummer", max_length=20)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="remitterande enhet"
    )
    referrer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="remittent"
    )
    referrer_code = models.CharField("remittent, kod", max_length=20)
    state = models.CharField(
        "läge", max_length=20, choices=ReferralState, default=ReferralState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)
    once_key = models.UUIDField(unique=True, editable=False)
    # A draft's form as it was typed, also what isn't valid yet. Empty once sent.
    typed = EncryptedTextField("som det skrevs", null=True, blank=True)
    # The open page that saved last: it may go on from its own words without knowing the version.
    page_key = models.UUIDField(null=True, editable=False)
    saved_at = models.DateTimeField("utkastet senast sparat", null=True, blank=True)
    created_at = models.DateTimeField("påbörjad", auto_now_add=True)
    sent_on = models.DateField("skickad", null=True, blank=True)
    state_since = models.DateField("i läget sedan", null=True, blank=True)

    consent = models.CharField("samtycke", max_length=10, choices=ConsentChoice, blank=True)
    consent_on = models.DateField("samtycke, datum", null=True, blank=True)
    consent_form = models.CharField(
        "samtycke, form", max_length=12, choices=ConsentForm, blank=True
    )
    # Blank when the person consented themselves.
    consent_representative = models.CharField("ställföreträdare", max_length=120, blank=True)
    # What it covers beside the programme's reading of the remiss.
    consent_purposes = ArrayField(
        models.CharField(max_length=20, choices=ConsentPurpose),
        verbose_name="samtyckets ändamål",
        default=list,
        blank=True,
    )
    informed = models.BooleanField("personen är informerad", default=False)
    personnummer = EncryptedTextField("personnummer", null=True, blank=True)
    # NULL when there is no number, so that blank never matches blank.
    personnummer_lookup = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    given_name = models.CharField("förnamn", max_length=120, blank=True)
    family_name = models.CharField("efternamn", max_length=120, blank=True)
    sort_name = models.CharField(max_length=250, editable=False, db_collation="C", default="")
    gender = models.CharField("kön", max_length=1, choices=Gender, blank=True)
    birth_date = models.DateField("födelsedatum", null=True, blank=True)
    phone = models.CharField("mobilnummer", max_length=30, blank=True)

    on_sick_leave = models.BooleanField("sjukskriven", null=True, blank=True)
    sick_leave_percent = models.PositiveSmallIntegerField("sjukskriven, %", null=True, blank=True)
    sick_leave_from = models.DateField("läkarintyget gäller från", null=True, blank=True)
    sick_leave_until = models.DateField("läkarintyget gäller till", null=True, blank=True)
    assessment = models.CharField(
        "medicinsk bedömning", max_length=10, choices=MedicalAssessment, blank=True
    )
    assessment_on = models.DateField("bedömningens datum", null=True, blank=True)
    purpose = models.TextField("syfte", blank=True)
    goal = models.TextField("mål", blank=True)
    possibility = models.TextField("möjlighet", blank=True)
    need = models.TextField("behov", blank=True)
    support_code = models.CharField("försörjning", max_length=20, blank=True)
    support_percent = models.PositiveSmallIntegerField("försörjning, %", null=True, blank=True)
    support_until = models.DateField("försörjningen säkrad till", null=True, blank=True)
    # A code of the list TARGET_GROUP; blank for the programme's ordinary target group.
    target_group = models.CharField("målgrupp", max_length=20, blank=True)
    needs_adaptation = models.BooleanField("behöver tolk eller anpassning", null=True, blank=True)
    language = models.CharField("tolk, språk", max_length=80, blank=True)
    accessibility = models.CharField("behov av anpassning", max_length=300, blank=True)

    coordinator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="ansvarig koordinator",
    )
    completion_request = models.TextField("vad som saknas", blank=True)
    completion_by = models.DateField("komplettering senast", null=True, blank=True)
    completion_answer = models.TextField("svar på komplettering", blank=True)
    talk_at = models.DateTimeField("inledande samtal", null=True, blank=True)
    talk_place = models.CharField("plats", max_length=200, blank=True)
    talk_with = models.CharField("vilka är med", max_length=300, blank=True)
    talk_held_on = models.DateField("samtalet hölls", null=True, blank=True)
    talk_summary = models.TextField("från samtalet", blank=True)
    offer = models.CharField("svar på erbjudandet", max_length=10, choices=Offer, blank=True)
    body_meets_on = models.DateField("remissgruppen träffas", null=True, blank=True)
    body_decided_on = models.DateField("remissgruppen beslutade", null=True, blank=True)
    body_members = models.CharField("vilka beslutade", max_length=300, blank=True)
    queued_on = models.DateField("i kö sedan", null=True, blank=True)
    priority = models.PositiveSmallIntegerField(
        "turordning", choices=Priority, default=Priority.NORMAL
    )
    priority_reason = models.CharField("skäl till turordningen", max_length=300, blank=True)
    # The day somebody confirmed that the earlier person with the same number is this person.
    same_person_on = models.DateField("bekräftad som samma person", null=True, blank=True)
    # The remiss in another programme that this one continues.
    transferred_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="transferred_to"
    )
    review_on = models.DateField("se på den igen", null=True, blank=True)
    decline_reason = models.CharField("skäl att avböja", max_length=20, blank=True)
    alternative = models.TextField("förslag i stället", blank=True)
    enrolment = models.OneToOneField(
        Enrolment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referral",
        verbose_name="deltagande",
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "remiss"
        verbose_name_plural = "remisser"
        ordering = ["-sent_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "number"], name="referral_number_once_per_programme"
            ),
            models.CheckConstraint(
                condition=~Q(state="placed") | Q(enrolment__isnull=False) | Q(consent="anonymous"),
                name="placed_referral_has_enrolment",
                violation_error_message="En placerad remiss hör till ett deltagande.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_on__isnull=False),
                name="sent_referral_has_date",
                violation_error_message="En skickad remiss har ett datum.",
            ),
            models.CheckConstraint(
                condition=~Q(state="queued") | Q(queued_on__isnull=False),
                name="queued_referral_has_date",
                violation_error_message="En remiss i kö har ett datum.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["assessing", "talk", "deciding", "queued"])
                | Q(coordinator__isnull=False),
                name="assessed_referral_has_coordinator",
                violation_error_message="Remissen behöver en ansvarig koordinator.",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values),
                name="referral_priority_is_known",
                violation_error_message="Turordningen finns inte.",
            ),
            # Consent decides what may be kept: without it gender and year, no identity.
            models.CheckConstraint(
                condition=~Q(consent="anonymous")
                | Q(
                    personnummer_lookup__isnull=True,
                    given_name="",
                    family_name="",
                    phone="",
                    birth_date=None,
                    consent_representative="",
                ),
                name="anonymous_referral_holds_no_identity",
                violation_error_message="En anonym remiss får inte innehålla identitet.",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "state_since"], name="referral_by_state"),
            models.Index(fields=["unit", "-id"], name="referral_by_unit"),
            models.Index(
                fields=["programme", "personnummer_lookup"], name="referral_by_personnummer"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_number(self) -> str:
        """The ärendenummer. A draft has none yet, only a key that says nothing to people."""
        return "utkast" if self.state == ReferralState.DRAFT else self.number

    @property
    def is_anonymous(self) -> bool:
        """The person isn't named to the programme."""
        return self.consent == ConsentChoice.ANONYMOUS

    @property
    def shown_name(self) -> str:
        """The name screens show."""
        if self.is_anonymous:
            return "Anonym person"
        return f"{self.given_name} {self.family_name}".strip() or "Namnlöst utkast"

    def days_in_state(self, today: date) -> int:
        """Whole days since the state was entered."""
        return (today - self.state_since).days if self.state_since else 0


class ReferralEvent(ProgrammeOwned, StateEvent):
    """The history of a remiss. Words in it are blanked when an anonymous person begins."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="events")

    class Meta(StateEvent.Meta):
        verbose_name = "händelse i remissen"
        verbose_name_plural = "händelser i remissen"
        triggers = [only_blanked()]
