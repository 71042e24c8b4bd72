"""Recording and withdrawing consent. Whether one holds is decided when it is read."""

from datetime import date

from django.db import transaction

from accounts.enums import OrganisationKind
from accounts.models import User
from core.states import Refused, log
from participants.enums import ConsentForm, ConsentPurpose
from participants.models import Consent, Enrolment
from participants.services.phase import locked


def record_consent(
    *,
    enrolment: Enrolment,
    purpose: str,
    given_on: date,
    user: User,
    recipient: str = "",
    form: str = ConsentForm.SIGNED,
    valid_to: date | None = None,
    refused: bool = False,
    text_version: str = "1",
) -> Consent:
    """Write down a consent, or a refusal, from the participant. The same again changes nothing.

    Raises `Refused` on an unknown purpose or recipient, or an end before the beginning.
    """
    if reasons := _wrong(purpose, recipient, given_on, valid_to):
        raise Refused(reasons)
    with transaction.atomic():
        enrolment = locked(enrolment)
        same = {
            "purpose": purpose,
            "recipient": recipient,
            "form": "" if refused else form,
            "given_on": given_on,
            "valid_to": valid_to,
            "refused": refused,
            "text_version": text_version,
        }
        found = enrolment.consents.filter(withdrawn_on=None, **same).first()
        if found:
            return found
        consent = Consent.objects.create(
            enrolment=enrolment, recorded_by=user, **same, **enrolment.owned()
        )
        log(enrolment, "consent", user, _label(consent))
        return consent


def withdraw_consent(*, consent: Consent, on: date, user: User) -> Consent:
    """Note that the participant has withdrawn it. It takes effect at once, everywhere."""
    with transaction.atomic():
        enrolment = locked(consent.enrolment)
        stored = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
        if stored.withdrawn_on:
            return stored
        if on < stored.given_on:
            raise Refused(["Det återkallas före det gavs. Kontrollera datumet."])
        stored.withdrawn_on = on
        stored.save(update_fields=["withdrawn_on"])
        log(enrolment, "withdraw_consent", user, f"Samtycke återkallat: {consent_words(stored)}")
        return stored


def consent_words(consent: Consent) -> str:
    """Purpose and recipient in words: "Utbyta uppgifter, Försäkringskassan"."""
    words = ConsentPurpose(consent.purpose).label
    if consent.recipient:
        words += f", {OrganisationKind(consent.recipient).label}"
    return words


def _label(consent: Consent) -> str:
    verb = "Samtycke nekat" if consent.refused else "Samtycke givet"
    return f"{verb}: {consent_words(consent)}"


def _wrong(purpose: str, recipient: str, given_on: date, valid_to: date | None) -> list[str]:
    found = (
        ("Välj vad samtycket gäller.", purpose not in ConsentPurpose.values),
        ("Mottagaren finns inte.", bool(recipient) and recipient not in OrganisationKind.values),
        ("Slutdatumet ligger före datumet.", valid_to is not None and valid_to < given_on),
    )
    return [sentence for sentence, wrong in found if wrong]
