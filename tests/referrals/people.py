"""Remisser in each state, made with the product's own services."""

from datetime import date, timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.models import Unit, User
from programmes.models import Programme
from referrals.models import Referral
from referrals.rules import earlier_with_same_number
from referrals.services import (
    Answer,
    Asked,
    Identity,
    Talk,
    answer_completion,
    book_talk,
    confirm_same_person,
    create_draft,
    decline_referral,
    place_referral,
    present_referral,
    queue_referral,
    record_talk,
    request_completion,
    rest_referral,
    save_draft,
    send_referral,
    take_referral,
    withdraw_referral,
)
from tests.cast import Cast, bind

# Skatteverket's open test series: birth number 239 is a man, 238 a woman.
MAN = "201701012393"
WOMAN = "201701022384"

ON_SICK_LEAVE = {
    "on_sick_leave": True,
    "sick_leave_percent": 75,
    "assessment": "available",
}
NOT_ON_SICK_LEAVE = {
    "on_sick_leave": False,
    "purpose": "Pröva en struktur i veckan.",
    "goal": "Tio timmars aktivitet.",
    "possibility": "Kan komma tre dagar i veckan.",
    "need": "Lugn start och en liten grupp.",
}


def income_until(weeks: int = 40) -> date:
    """A day far enough away for the programme's sixteen weeks."""
    return timezone.localdate() + timedelta(weeks=weeks)


def answers(**changed: object) -> dict:
    """Everything a remiss needs beside who the person is."""
    return {
        "referrer_code": "FK",
        "support_code": "SJP",
        "support_percent": 75,
        "needs_adaptation": False,
        "support_until": income_until(),
        "informed": True,
        "consent": "signed",
        "consent_form": "signed",
        "consent_on": timezone.localdate(),
        **ON_SICK_LEAVE,
        **changed,
    }


def person(**changed: object) -> Identity:
    """A person with a number of the test series."""
    fields = {"personnummer": MAN, "given_name": "Marek", "family_name": "Nowicki"}
    return Identity(**{**fields, **changed})


class Desk:
    """The cast at work: each method takes a remiss one step on, as the right person."""

    def __init__(self, cast: Cast):
        self.cast = cast

    def draft(
        self, who: Identity | None = None, *, by: User | None = None, **changed: object
    ) -> Referral:
        """A complete draft at the referrer's desk."""
        by = by or self.cast.ali
        with bind(by) as scope:
            unit = Unit.objects.get(pk=min(scope.units))
            referral, _ = create_draft(
                programme=self.programme, unit=unit, referrer=by, once_key=uuid4()
            )
            return save_draft(
                referral=referral, identity=who or person(), answers=answers(**changed), typed={}
            )

    @property
    def programme(self) -> Programme:
        """The cast's own programme."""
        return self.cast.programme

    def sent(self, who: Identity | None = None, **changed: object) -> Referral:
        """Sent, and taken by nobody."""
        draft = self.draft(who, **changed)
        with bind(self.cast.ali):
            return send_referral(referral=draft, user=self.cast.ali).record

    def assessing(self, who: Identity | None = None, **changed: object) -> Referral:
        """Taken by Karin."""
        referral = self.sent(who, **changed)
        with bind(self.cast.karin):
            return take_referral(referral=referral, user=self.cast.karin).record

    def completion(self, **changed: object) -> Referral:
        """Karin waits for an answer."""
        referral = self.assessing(**changed)
        with bind(self.cast.karin):
            return request_completion(
                referral=referral,
                asked=[Asked("assessment"), Asked("other", "Vem följer med till samtalet?")],
                by=timezone.localdate() + timedelta(days=6),
                user=self.cast.karin,
            ).record

    def answered(self) -> Referral:
        """Ali has answered."""
        referral = self.completion()
        with bind(self.cast.ali):
            answers = [
                Answer(one.pk, "Den kom i går.", {}) for one in referral.completion_items.all()
            ]
            return answer_completion(referral=referral, answers=answers, user=self.cast.ali).record

    def talk(self, who: Identity | None = None, **changed: object) -> Referral:
        """The introductory talk is booked."""
        referral = self.assessing(who, **changed)
        with bind(self.cast.karin):
            return book_talk(
                referral=referral,
                at=timezone.now() + timedelta(days=5),
                place="rum 3",
                company="Ali Rezaei på video",
                user=self.cast.karin,
            ).record

    def talked(self, who: Identity | None = None, **changed: object) -> Referral:
        """The talk is held, and the person accepts."""
        referral = self.talk(who, **changed)
        said = Talk(timezone.localdate(), "accepted", "Vill börja.")
        with bind(self.cast.karin):
            return record_talk(referral=referral, talk=said, user=self.cast.karin).record

    def deciding(self) -> Referral:
        """Left to a deciding body, which the programme has for the occasion."""
        referral = self._confirmed(self.talked())
        self._set_body("Remissgruppen")
        with bind(self.cast.karin):
            referral.refresh_from_db()
            presented = present_referral(
                referral=referral,
                meets_on=timezone.localdate() + timedelta(days=4),
                user=self.cast.karin,
            ).record
        self._set_body("")
        return presented

    def _set_body(self, name: str) -> None:
        self.programme.deciding_body = name
        self.programme.save(update_fields=["deciding_body"])

    def _confirmed(self, referral: Referral) -> Referral:
        with bind(self.cast.karin):
            if earlier_with_same_number(referral):
                return confirm_same_person(referral=referral, user=self.cast.karin).record
            return referral

    def queued(self, who: Identity | None = None, **changed: object) -> Referral:
        """Waiting for a place."""
        referral = self._confirmed(self.talked(who, **changed))
        with bind(self.cast.karin):
            return queue_referral(referral=referral, user=self.cast.karin).record

    def placed(
        self, who: Identity | None = None, *, in_days: int = 14, **changed: object
    ) -> Referral:
        """Has a place that begins in `in_days`."""
        referral = self.queued(who, **changed)
        start = timezone.localdate() + timedelta(days=in_days)
        with bind(self.cast.vera):
            return place_referral(referral=referral, starts_on=start, user=self.cast.vera).record

    def resting(self) -> Referral:
        """Resting for a month."""
        referral = self.assessing()
        with bind(self.cast.karin):
            return rest_referral(
                referral=referral,
                why="Väntar på operation.",
                review_on=timezone.localdate() + timedelta(days=30),
                user=self.cast.karin,
            ).record

    def declined(self) -> Referral:
        """Declined by Karin."""
        referral = self.assessing()
        with bind(self.cast.karin):
            return decline_referral(
                referral=referral,
                reason="MAL",
                text="Personen behöver vård först.",
                alternative="Vårdcentralens rehabkoordinator.",
                user=self.cast.karin,
            ).record

    def withdrawn(self) -> Referral:
        """Taken back by Ali."""
        referral = self.sent()
        with bind(self.cast.ali):
            return withdraw_referral(
                referral=referral, why="Personen har fått arbete.", user=self.cast.ali
            ).record
