"""The person, once per controller; and the ones we only count."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from encrypted_fields.fields import EncryptedTextField

from accounts.models import Organisation
from core.lookup import lookup_hash
from core.sorting import sort_key
from participants.enums import Gender, Protection
from programmes.models import ProgrammeOwned

if TYPE_CHECKING:
    from accounts.models import User


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Questions about persons."""

    def visible_to(self, user: "User") -> "ParticipantQuerySet":
        """Persons who take or took part in a programme the user works in."""
        return self.filter(programme_ids__overlap=sorted(user.scope.programmes))

    def with_personnummer(self, number: str) -> "ParticipantQuerySet":
        """Persons with exactly this normalised number. A blank number matches nobody."""
        return self.filter(personnummer_lookup=lookup_hash(number)) if number else self.none()


def shown_name(protection: str, alias: str, given_name: str, family_name: str) -> str:
    """The name screens show, from the columns: lists read columns and make no objects."""
    if protection != Protection.NONE:
        return alias
    return f"{given_name} {family_name}".strip()


class Participant(models.Model):
    """A person who takes part (deltagare), once per controller.

    `programme_ids` are the programmes where the person has a participation: the row is readable there
    and nowhere else. The personal number is stored encrypted, with a keyed hash to find it by.
    """

    controller = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="personuppgiftsansvarig"
    )
    programme_ids = ArrayField(models.BigIntegerField(), verbose_name="insatser")
    personnummer = EncryptedTextField("personnummer", null=True, blank=True)
    # Null, not blank: a blank would be unique once, and would match a blank.
    personnummer_lookup = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    given_name = models.CharField("förnamn", max_length=120, blank=True)
    family_name = models.CharField("efternamn", max_length=120)
    sort_name = models.CharField(max_length=250, editable=False, db_collation="C")
    gender = models.CharField("kön", max_length=1, choices=Gender)
    birth_date = models.DateField("födelsedatum", null=True, blank=True)
    phone = models.CharField("telefon", max_length=30, blank=True)
    protection = models.CharField(
        "skyddad identitet", max_length=10, choices=Protection, default=Protection.NONE
    )
    alias = models.CharField("alias", max_length=120, blank=True)
    created_at = models.DateTimeField("upplagd", auto_now_add=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = "deltagare"
        verbose_name_plural = "deltagare"
        ordering = ["sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["controller", "personnummer_lookup"],
                name="personnummer_once_per_controller",
                violation_error_message="Personnumret finns redan.",
            ),
            models.CheckConstraint(
                condition=Q(protection="none") | ~Q(alias=""),
                name="protected_person_has_alias",
                violation_error_message="En person med skyddad identitet behöver ett alias.",
            ),
        ]
        indexes = [
            models.Index(fields=["controller", "sort_name"], name="participant_by_name"),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name screens show: the alias for a protected person, else given and family name."""
        return shown_name(self.protection, self.alias, self.given_name, self.family_name)

    @property
    def is_protected(self) -> bool:
        """The identity is protected: alias instead of name, and no personal number on a screen."""
        return self.protection != Protection.NONE

    @property
    def keyed_name(self) -> str:
        """`sort_name` as it should be: family name first; the alias for a protected person."""
        if self.protection != Protection.NONE:
            return sort_key(self.alias)
        return sort_key(f"{self.family_name} {self.given_name}")

    def age_on(self, day: date) -> int | None:
        """Age in whole years on `day`, None when the birth date isn't known."""
        if self.birth_date is None:
            return None
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday


class AnonymousStart(ProgrammeOwned):
    """Somebody who started without consent to registration: gender and year of start, no more.

    Two alike rows are two people. Nothing here can be linked to a person or a case.
    Source: domain rules of SUS for anonymous participants.
    """

    gender = models.CharField("kön", max_length=1, choices=Gender)
    year = models.PositiveSmallIntegerField("år")

    class Meta:
        verbose_name = "anonym deltagare"
        verbose_name_plural = "anonyma deltagare"
        ordering = ["programme", "year", "pk"]
        indexes = [models.Index(fields=["programme", "year"], name="anonymous_by_year")]
        constraints = [models.CheckConstraint(condition=Q(year__gte=2005), name="anonymous_year")]

    def __str__(self) -> str:
        return f"{self.get_gender_display()}, {self.year}"
