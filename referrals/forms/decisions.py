"""Short forms for the verbs around the queue: who is responsible, in what order, who decides."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from accounts.models import User
from core.forms import DateField, PercentField, PersonalNumberField, Reveal, Row, Text, TimeField
from participants.enums import ConsentForm
from programmes.models import Programme
from referrals.enums import Priority
from referrals.forms.verbs import VerbForm, radio_field, text_field
from referrals.models import Referral
from referrals.services import BodyDecision, Support, TransferConsent


class AssignForm(VerbForm):
    """Who is to be responsible."""

    submit = "Spara ansvarig"
    coordinator = radio_field("Ansvarig koordinator")

    def __init__(self, *args: Any, coordinators: list[User], **kwargs: Any) -> None:
        self.people = {str(one.pk): one for one in coordinators}
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """Today's coordinators."""
        self.set_choices("coordinator", [(key, one.name) for key, one in self.people.items()])
        self.initial["coordinator"] = str(referral.coordinator_id or "")

    def chosen(self) -> User:
        """The responsible coordinator."""
        return self.people[self.cleaned_data["coordinator"]]


class TargetGroupForm(VerbForm):
    """Which target group the person belongs to."""

    submit = "Spara målgruppen"
    target_group = radio_field("Målgrupp", required=False)
    why = text_field("Vad bygger bedömningen på?", "Remittenten läser det här.", rows=3)

    def __init__(self, *args: Any, target_groups: list[tuple[str, str]], **kwargs: Any) -> None:
        self.target_groups = target_groups
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """Today's list, and what has been said before."""
        none = ("", "Ingen särskild målgrupp")
        self.set_choices("target_group", [none, *self.target_groups])
        self.initial["target_group"] = referral.target_group


class SupportForm(VerbForm):
    """What the person lives on while taking part, how much of it, and until when."""

    submit = "Spara försörjningen"
    error_title = "Försörjningen är inte ändrad än"
    support_code = forms.ChoiceField(label="Vad lever personen på?")
    support_percent = PercentField(label="Omfattning", required=False)
    support_until = DateField(label="Säkrad till och med")
    why = text_field("Vad bygger uppgiften på?", "Remittenten läser det här.", rows=3)

    def __init__(self, *args: Any, supports: list[tuple[str, str]], **kwargs: Any) -> None:
        self.supports = supports
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """Today's list, and what is known already."""
        self.set_choices("support_code", [("", "Välj"), *self.supports])
        self.initial.update(
            support_code=referral.support_code,
            support_percent=referral.support_percent,
            support_until=referral.support_until,
        )

    def layout(self) -> tuple[Any, ...]:
        """How much and until when beside each other."""
        return ("support_code", Row("support_percent", "support_until"), "why")

    def support(self) -> Support:
        """The answers."""
        found = self.cleaned_data
        return Support(found["support_code"], found["support_percent"], found["support_until"])


class SamePersonForm(VerbForm):
    """Yes, it is the same person."""

    submit = "Ja, det är samma person"
    error_title = "Ingenting är bekräftat än"


class CorrectNumberForm(VerbForm):
    """Another personal number."""

    submit = "Spara numret"
    error_title = "Numret är inte ändrat än"
    personnummer = PersonalNumberField(label="Nytt personnummer eller samordningsnummer")
    why = text_field(
        "Varför ändras numret?",
        "Till exempel: personen har fått personnummer. Skriv inga nummer här.",
        rows=2,
    )


class PriorityForm(VerbForm):
    """The order in the queue."""

    submit = "Ändra turordningen"
    priority = forms.TypedChoiceField(
        label="Turordning", choices=Priority.choices, coerce=int, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label="Varför?",
        max_length=300,
        help_text="Remittenten läser det här.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def prepare(self, referral: Referral) -> None:
        """The level it has."""
        self.initial["priority"] = referral.priority


class PresentForm(VerbForm):
    """When the deciding body meets."""

    submit = "Lämna till remissgruppen"
    meets_on = DateField(label="Dag då remissgruppen träffas", required=False)


class BodyForm(VerbForm):
    """What the deciding body decided."""

    decided_on = DateField(label="Dag för beslutet")
    members = forms.CharField(
        label="Vilka var med och beslutade?",
        max_length=300,
        help_text="Namn eller roller, till exempel Försäkringskassan och vårdcentralen.",
    )
    why = text_field("Varför beslutade ni så?", "Remittenten läser det här.")

    def prepare(self, referral: Referral) -> None:
        """No day after today; the meeting's day is proposed once it has been."""
        today = timezone.localdate()
        vars(self.fields["decided_on"])["latest"] = today
        meets_on = referral.body_meets_on
        self.initial["decided_on"] = meets_on if meets_on and meets_on <= today else today

    def decision(self) -> BodyDecision:
        """The answers."""
        names = ("decided_on", "members", "why")
        return BodyDecision(**{name: self.cleaned_data[name] for name in names})


class BodyAcceptsForm(BodyForm):
    """Yes: into the queue."""

    submit = "Ställ personen i kö"


class BodyDeclinesForm(BodyForm):
    """No: with a reason and something else instead."""

    submit = "Anteckna avslaget"
    danger = True
    reason = radio_field("Skäl")
    alternative = text_field("Vad föreslår ni i stället?", rows=3)

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        self.reasons = reasons
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """The list's reasons of today."""
        super().prepare(referral)
        self.set_choices("reason", self.reasons)


class MissTalkForm(VerbForm):
    """The talk did not come about."""

    submit = "Spara"
    error_title = "Ingenting är sparat än"
    NEW, NONE = "ny", "ingen"
    why = text_field("Varför blev samtalet inte av?", "Remittenten läser det här.", rows=3)
    next = radio_field(
        "Finns en ny tid?",
        [(NEW, "Ja, vi har bokat en ny tid"), (NONE, "Nej, inte än")],
    )
    on = DateField(label="Ny dag", required=False)
    clock = TimeField(label="Ny tid", required=False)
    place = forms.CharField(label="Plats", max_length=200, required=False)

    def prepare(self, referral: Referral) -> None:
        """The place is often the same."""
        self.initial.setdefault("place", referral.talk_place)

    def layout(self) -> tuple[Any, ...]:
        """The new time right under the answer that opens it."""
        return ("why", Reveal("next", self.NEW, Row("on", "clock"), "place"))

    def clean(self) -> dict[str, Any]:
        """A new time has a day, a time and a place."""
        found = super().clean() or {}
        if found.get("next") != self.NEW:
            for name in ("on", "clock", "place"):
                self.errors.pop(name, None)
            return found
        sentences = {
            "on": "Skriv den nya dagen.",
            "clock": "Skriv den nya tiden.",
            "place": "Skriv var samtalet hålls.",
        }
        for name, sentence in sentences.items():
            if not found.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return found

    def moment(self) -> datetime | None:
        """The new moment in Swedish time, None when there is none."""
        if self.cleaned_data["next"] != self.NEW:
            return None
        day, clock = self.cleaned_data["on"], self.cleaned_data["clock"]
        return timezone.make_aware(datetime.combine(day, clock))


class TransferForm(VerbForm):
    """Hand the remiss over to another programme."""

    submit = "För över remissen"
    danger = True
    error_title = "Remissen är inte överförd än"
    once_key = forms.UUIDField(widget=forms.HiddenInput)
    programme = radio_field("Vilken insats?")
    given_on = DateField(label="Dag då personen lämnade samtycke")
    consent_form = radio_field("Hur lämnades samtycket?", ConsentForm.choices)
    why = text_field("Varför förs remissen över?", "Remittenten läser det här.")

    def __init__(self, *args: Any, programmes: list[Programme], **kwargs: Any) -> None:
        self.programmes = {str(one.pk): one for one in programmes}
        super().__init__(*args, **kwargs)

    def prepare(self, referral: Referral) -> None:
        """The förbund's other programmes; no consent of tomorrow."""
        names = [
            (key, f"{one.name}, {one.data_controller.name}") for key, one in self.programmes.items()
        ]
        self.set_choices("programme", names)
        vars(self.fields["given_on"])["latest"] = timezone.localdate()
        self.initial.setdefault("once_key", uuid4())

    def layout(self) -> tuple[Any, ...]:
        """What follows along is said where the choice is made."""
        return (
            "once_key",
            "programme",
            Text(
                "Det remittenten skrev följer med, med datum och kontaktuppgifter som de står "
                "nu. Samtal, kompletteringar, bilagor och meddelanden stannar här, och även "
                "målgruppen om ni har bedömt den."
            ),
            Row("given_on"),
            "consent_form",
            "why",
        )

    def chosen(self) -> Programme:
        """The other programme."""
        return self.programmes[self.cleaned_data["programme"]]

    def consent(self) -> TransferConsent:
        """The consent as noted."""
        return TransferConsent(self.cleaned_data["given_on"], self.cleaned_data["consent_form"])
