"""People, the organisations they work in, the roles they have there, and what they have read."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q

from accounts.enums import (
    OVERSIGHT,
    EmailKind,
    EmailState,
    NoticeEmail,
    OrganisationKind,
    Reading,
    Refusal,
    Role,
)

if TYPE_CHECKING:
    from accounts.access import Scope


class Organisation(models.Model):
    """An authority (huvudman) or the samordningsförbund."""

    kind = models.CharField("slag", max_length=20, choices=OrganisationKind)
    name = models.CharField("namn", max_length=200, unique=True)

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisationer"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of an organisation: an office that refers, or the team that runs a programme."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="units", verbose_name="organisation"
    )
    name = models.CharField("namn", max_length=200)

    class Meta:
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        ordering = ["organisation__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="unit_name_once_per_organisation",
                violation_error_message="Organisationen har redan en enhet med det namnet.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation.name}, {self.name}"


class UserManager(BaseUserManager["User"]):
    """Makes users. There is no superuser: nobody stands above the rules."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user; the e-mail address is folded to lower case and unique."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do follows from their memberships today."""

    email = models.EmailField("e-postadress", unique=True)
    name = models.CharField("namn", max_length=200)
    is_active = models.BooleanField("får logga in", default=True)
    notice_email = models.CharField(
        "mejl om aviseringar",
        max_length=10,
        choices=NoticeEmail,
        default=NoticeEmail.DAILY,
        db_default=NoticeEmail.DAILY,
    )
    created_at = models.DateTimeField("upplagd", auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "användare"
        verbose_name_plural = "användare"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> "Scope":
        """What this user reaches now. Set when the request or task was bound; asking before is a bug."""
        try:
            return self._scope
        except AttributeError:
            raise RuntimeError("Användarens räckvidd är inte bestämd: bind först.") from None

    @scope.setter
    def scope(self, value: "Scope") -> None:
        self._scope = value

    @property
    def initials(self) -> str:
        """First letters of the first and last name, for the account button."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    def acting_as(self, programme_id: int) -> tuple[str, str]:
        """The role and organisation in which the user acts on a programme's record."""
        return self.scope.acting_as(programme_id)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def valid_on(self, day: date) -> "MembershipQuerySet":
        """Those that have begun and not ended on `day` (both dates inclusive)."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


# Roles that cannot be combined in one person (see docs/ordlista.md, "oförenliga roller"): somebody
# who works with cases may not also review logs, administer users or sit above the programme.
FORBID_COMBINATIONS = f"""
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM accounts_membership other
        WHERE other.user_id = NEW.user_id AND other.id <> NEW.id
          AND daterange(other.starts_on, other.ends_on, '[]')
              && daterange(NEW.starts_on, NEW.ends_on, '[]')
          AND (
            (NEW.role IN ({", ".join(f"'{role.value}'" for role in sorted(OVERSIGHT))})
             AND other.role IN ('referrer', 'coordinator', 'manager'))
            OR
            (other.role IN ({", ".join(f"'{role.value}'" for role in sorted(OVERSIGHT))})
             AND NEW.role IN ('referrer', 'coordinator', 'manager'))
          )
    ) THEN
        RAISE EXCEPTION 'oförenliga roller' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'membership_roles_that_exclude_each_other';
    END IF;
    RETURN NEW;
"""  # noqa: S608  # our own constants


class Membership(models.Model):
    """A role in a unit for a period. Access is never given without dates and never by itself."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name="vem")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name="enhet")
    role = models.CharField("roll", max_length=20, choices=Role)
    starts_on = models.DateField("från och med")
    ends_on = models.DateField("till och med", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "medlemskap"
        verbose_name_plural = "medlemskap"
        ordering = ["user", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message="Slutdatumet ligger före startdatumet.",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role", "starts_on"],
                name="membership_once",
                violation_error_message="Personen har redan den rollen i enheten.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="roles_that_exclude_each_other",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=FORBID_COMBINATIONS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"


class ReadEvent(models.Model):
    """One reading about a person: who, in which role and unit, what, whose, when. Append-only.

    Numbers instead of foreign keys: the log outlives what it speaks of, and accounts stand below
    the apps that own the records. Source: 2001:454 § 10, PDL 4 kap. 3 §.
    """

    at = models.DateTimeField("när", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vem"
    )
    role = models.CharField("roll", max_length=20, choices=Role, blank=True)
    organisation = models.CharField("från", max_length=200, blank=True)
    reading = models.CharField("hur", max_length=10, choices=Reading)
    kind = models.CharField("vad", max_length=60)
    record_id = models.BigIntegerField("postens nummer")
    participant_id = models.BigIntegerField("vems", null=True)
    programme_id = models.BigIntegerField("insats")
    controller_id = models.BigIntegerField("personuppgiftsansvarig")

    class Meta:
        verbose_name = "läsning"
        verbose_name_plural = "läsningar"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["participant_id", "-id"], name="readevent_participant"),
            models.Index(fields=["controller_id", "-id"], name="readevent_controller"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.record_id}"


class SecurityEvent(models.Model):
    """One refusal at a door. Holds no personal data: the number asked for, never what it hides."""

    at = models.DateTimeField("när", auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="vem"
    )
    refusal = models.CharField("varför", max_length=10, choices=Refusal)
    view = models.CharField("sida", max_length=100)
    record_id = models.BigIntegerField("begärt nummer", null=True)

    class Meta:
        verbose_name = "nekat försök"
        verbose_name_plural = "nekade försök"
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.view}: {self.get_refusal_display()}"


class Email(models.Model):
    """One e-mail: a row before it is a letter. Says how many things wait, never what or about whom.

    `template` names the texts in templates/emails/. `next_try_at` is also the sender's lease: the
    worker that claims the row moves it forward, and only the attempt that still stands may say how
    it went. `last_error` is the kind of error and its code, never the server's own words: they may
    quote addresses.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="till"
    )
    kind = models.CharField("slag", max_length=10, choices=EmailKind)
    day = models.DateField("för dagen")
    template = models.CharField("mall", max_length=40)
    count = models.PositiveSmallIntegerField("antal saker")
    state = models.CharField("läge", max_length=10, choices=EmailState, default=EmailState.WAITING)
    attempts = models.PositiveSmallIntegerField("försök", default=0)
    next_try_at = models.DateTimeField("nästa försök")
    last_error = models.CharField("senaste fel", max_length=80, blank=True)
    message_id = models.CharField("meddelandets id", max_length=200, unique=True)
    created_at = models.DateTimeField("skapat", auto_now_add=True)
    sent_at = models.DateTimeField("skickat", null=True, blank=True)

    class Meta:
        verbose_name = "mejl"
        verbose_name_plural = "mejl"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "day"],
                condition=Q(kind="digest"),
                name="email_one_digest_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="email_sent_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["waiting", "failed"]),
                name="email_to_send",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.day}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about notices."""

    def visible_to(self, user: "User") -> "NoticeQuerySet":
        """One's own: nobody reads another person's notices."""
        return self.filter(recipient=user)

    def open(self) -> "NoticeQuerySet":
        """Neither read nor overtaken by what has happened since."""
        return self.filter(read_at=None, settled_at=None)

    def about(self, record: models.Model) -> "NoticeQuerySet":
        """Everybody's notices about one record: who was told what. Oldest first.

        Call it with a record that came through `open_record`.
        """
        return self.filter(subject=record._meta.label_lower, record_id=record.pk).order_by("pk")


class Notice(models.Model):
    """That somebody has been told something about a record (avisering). Holds no words about it.

    The words are made when it is read, from the record as the reader may see it then. `kind` is the
    rule that told, `occasion` what tells two occasions of the rule apart; the database holds each
    (recipient, record, rule, occasion) once. `settled_at`: what it asked for has been done.

    Numbers instead of foreign keys: accounts stand below the apps that own the records.
    `sender_only`: about a draft, which the programme doesn't know of.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vem"
    )
    role = models.CharField("som", max_length=20, choices=Role)
    kind = models.CharField("om vad", max_length=40)
    occasion = models.CharField("tillfälle", max_length=80)
    subject = models.CharField("slag av post", max_length=60)
    record_id = models.BigIntegerField("postens nummer")
    programme_id = models.BigIntegerField("insats")
    controller_id = models.BigIntegerField("personuppgiftsansvarig")
    unit_id = models.BigIntegerField("remitterande enhet", null=True)
    sender_only = models.BooleanField("bara avsändaren", default=False)
    urgent = models.BooleanField("brådskar", default=False)
    created_at = models.DateTimeField("när", auto_now_add=True)
    read_at = models.DateTimeField("läst", null=True, blank=True)
    settled_at = models.DateTimeField("inte längre aktuell", null=True, blank=True)
    email = models.ForeignKey(
        Email,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name="mejlet som sade det",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "avisering"
        verbose_name_plural = "aviseringar"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "subject", "record_id", "kind", "occasion"],
                name="notice_told_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=Q(read_at=None, settled_at=None),
                name="notice_open",
            ),
            models.Index(
                fields=["programme_id", "sender_only"],
                condition=Q(read_at=None, settled_at=None),
                name="notice_open_in_programme",
            ),
            models.Index(fields=["recipient", "-id"], name="notice_by_recipient"),
            models.Index(fields=["subject", "record_id"], name="notice_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"
