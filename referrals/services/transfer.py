"""Handing a remiss over to another programme, which may have another controller."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from core.states import Outcome, Refused, log, perform
from participants.enums import ConsentForm
from programmes.enums import ProgrammeKind
from programmes.models import Programme
from referrals.enums import ConsentChoice, MedicalAssessment, ReferralState
from referrals.models import Referral
from referrals.rules import TABLE
from referrals.services.change import demand_text, entered
from referrals.services.draft import DRAFT_KEY_LENGTH, DRAFT_PREFIX, NUMBER_PREFIX

# SQLSTATE, PostgreSQL's appendix A.
UNIQUE_VIOLATION = "23505"
USED_KEY = "Sidan hör till en annan remiss. Öppna remissen på nytt och för över den därifrån."
# What the referrer wrote, and who the person is; dates and contact particulars as they stand now.
# What the sending programme has learnt since (the talk, completions, its own judgement of the target
# group, priority) stays with it, as do files and messages.
HANDED_OVER = (
    "unit_id",
    "referrer_id",
    "referrer_code",
    "informed",
    "personnummer",
    "personnummer_lookup",
    "given_name",
    "family_name",
    "sort_name",
    "gender",
    "birth_date",
    "phone",
    "on_sick_leave",
    "sick_leave_percent",
    "sick_leave_from",
    "sick_leave_until",
    "assessment",
    "assessment_on",
    "purpose",
    "goal",
    "possibility",
    "need",
    "support_code",
    "support_percent",
    "support_until",
    "target_group",
    "needs_adaptation",
    "language",
    "accessibility",
)


@dataclass(frozen=True)
class TransferConsent:
    """The person's consent to being handed over: when, and in which form."""

    given_on: date
    form: str


def other_programmes(programme: Programme) -> list[Programme]:
    """Programmes of the same förbund that take referrals today, by name."""
    found = Programme.objects.open_on(timezone.localdate()).filter(
        association_id=programme.association_id, kind=ProgrammeKind.INDIVIDUAL
    )
    return list(found.exclude(pk=programme.pk).select_related("data_controller").order_by("name"))


def transfer_referral(
    *,
    referral: Referral,
    to: Programme,
    consent: TransferConsent,
    why: str,
    user: User,
    once_key: UUID,
    version: int | None = None,
) -> Outcome:
    """End the remiss here as handed over, and send it on to `to` as a new one, untaken.

    The new remiss belongs to the other programme's controller: the one who hands over can't read
    it. The unit that referred sees both. Raises `Refused` with every reason.
    """
    _check(referral, to, consent, why)
    form = ConsentForm(consent.form).label.lower()
    with transaction.atomic():
        outcome = perform(
            record=referral,
            table=TABLE,
            verb="transfer",
            user=user,
            version=version,
            text=f"Till {to.name}, {to.data_controller.name}. Samtycke {consent.given_on}, {form}. "
            f"{why}",
            changes=entered(),
        )
        if outcome.changed:
            _send_on(outcome.record, to, consent, user, once_key)
        return outcome


def _check(referral: Referral, to: Programme, consent: TransferConsent, why: str) -> None:
    reasons = []
    if to not in other_programmes(referral.programme):
        reasons.append(f"{to.name} tar inte emot remisser från den här insatsen i dag.")
    if consent.form not in ConsentForm.values:
        reasons.append("Ange hur samtycket lämnades.")
    if consent.given_on > timezone.localdate():
        reasons.append("Samtycket kan inte vara lämnat en dag som inte har varit.")
    if reasons:
        raise Refused(reasons)
    demand_text(**{"Skriv varför remissen förs över.": why})


def _send_on(
    referral: Referral, to: Programme, consent: TransferConsent, user: User, once_key: UUID
) -> None:
    today = timezone.localdate()
    with _handing_over(once_key):
        sent = Referral(
            number=f"{DRAFT_PREFIX}{once_key.hex[:DRAFT_KEY_LENGTH]}",
            once_key=once_key,
            transferred_from=referral,
            state=ReferralState.SENT,
            sent_on=today,
            consent=ConsentChoice.SIGNED,
            consent_on=consent.given_on,
            consent_form=consent.form,
            typed="",
            **entered(),
            **to.owned(),
            **handed_over(referral),
        )
        _insert(sent)
        sent.number = f"{NUMBER_PREFIX}-{today.year}-{sent.pk:04d}"
        sent.save(update_fields=["number"])
        log(sent, "receive", user, "Kom från en annan insats", text=_from(referral))


def _insert(sent: Referral) -> None:
    """Write the new remiss. A page whose key already belongs to another remiss is refused."""
    try:
        with transaction.atomic():
            sent.save(force_insert=True)
    except IntegrityError as error:
        if getattr(error.__cause__, "pgcode", "") != UNIQUE_VIOLATION:
            raise
        raise Refused([USED_KEY]) from error


def handed_over(referral: Referral) -> dict[str, Any]:
    """What the new remiss takes over, as it stands now.

    The doctor's assessment exists, but its file stays here, and so does the target group when the
    sending programme has judged it.
    """
    values = {name: getattr(referral, name) for name in HANDED_OVER}
    if referral.assessment == MedicalAssessment.ATTACHED:
        values["assessment"] = MedicalAssessment.AVAILABLE
    if referral.events.filter(verb="set_target_group").exists():
        values["target_group"] = ""
    return values


def _from(referral: Referral) -> str:
    programme: Any = referral.programme
    return f"Från {programme.name}, {programme.data_controller.name}, {referral.number}."


@contextmanager
def _handing_over(once_key: UUID) -> Iterator[None]:
    """While it lasts, row-level security lets the remiss with this key be written and read.

    Whoever made the key may hand over the one row it belongs to; nobody can list rows this way.
    """
    _set_key(str(once_key))
    yield
    # After an error the transaction is rolled back, and the setting with it.
    _set_key("")


def _set_key(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rehabsteget.handed_over', %s, true)", [key])
