"""Consents as badges: what holds today, what runs out, what was refused or never asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.enums import OrganisationKind
from core.formatting import date_iso, days
from participants.enums import ConsentPurpose
from participants.models import Consent

SOON_DAYS = 21
PURPOSES = {
    ConsentPurpose.PARTICIPATION: "Delta i insatsen",
    ConsentPurpose.EXCHANGE: "Utbyte av uppgifter",
    ConsentPurpose.REGISTRATION: "Registrering för uppföljning",
    ConsentPurpose.AFTER_CLOSURE: "Kontakt efter avslut",
    ConsentPurpose.EVALUATION: "Extern utvärdering",
}
# Asked of everybody: what hasn't been asked is said too.
ALWAYS_ASKED = (
    ConsentPurpose.PARTICIPATION,
    ConsentPurpose.REGISTRATION,
    ConsentPurpose.EXCHANGE,
    ConsentPurpose.EVALUATION,
)


@dataclass(frozen=True)
class Badge:
    """What components/badge.html shows, and whether the consent holds today."""

    label: str
    shape: str
    kind: str
    holds: bool = False
    consent: Consent | None = None


def consent_name(purpose: str, recipient: str) -> str:
    """Who gets what: "Försäkringskassan: närvaro och plan"."""
    words = PURPOSES[ConsentPurpose(purpose)]
    if not recipient:
        return words
    return f"{OrganisationKind(recipient).label}: {words[:1].lower()}{words[1:]}"


def badge_of(consent: Consent, today: date) -> Badge:
    """How a consent stands today. Evaluated when read, the same on every screen."""
    name = consent_name(consent.purpose, consent.recipient)
    # What ails it says more than what it was for; the list of consents says both.
    who = OrganisationKind(consent.recipient).label if consent.recipient else name
    if consent.refused:
        return Badge(f"{who}: nekat", "no", "", consent=consent)
    if consent.withdrawn_on and consent.withdrawn_on <= today:
        when = date_iso(consent.withdrawn_on)
        return Badge(f"{who}: återkallat {when}", "no", "late", consent=consent)
    if consent.valid_to and consent.valid_to < today:
        return Badge(f"{who}: gick ut {date_iso(consent.valid_to)}", "no", "late", consent=consent)
    if consent.given_on > today:
        return Badge(f"{who}: från {date_iso(consent.given_on)}", "dash", "none", consent=consent)
    if consent.valid_to and (consent.valid_to - today).days <= SOON_DAYS:
        left = (consent.valid_to - today).days
        when = f"löper ut om {days(left)}" if left else "löper ut i dag"
        return Badge(f"{who}: {when}", "clock", "soon", holds=True, consent=consent)
    return Badge(name, "ok", "ok", holds=True, consent=consent)


def newest_consents(consents: Iterable[Consent]) -> list[Consent]:
    """The newest word on each purpose and recipient, purposes in their own order."""
    newest: dict[tuple[str, str], Consent] = {}
    for one in consents:
        key = (one.purpose, one.recipient)
        last = newest.get(key)
        if last is None or (one.given_on, one.pk) > (last.given_on, last.pk):
            newest[key] = one
    order = [one.value for one in PURPOSES]
    return sorted(newest.values(), key=lambda one: (order.index(one.purpose), one.recipient))


def consent_badges(consents: Iterable[Consent], today: date) -> list[Badge]:
    """A badge for each purpose and recipient, and a dashed one for what hasn't been asked."""
    newest = newest_consents(consents)
    badges = [badge_of(one, today) for one in newest]
    asked = {one.purpose for one in newest}
    missing = [purpose for purpose in ALWAYS_ASKED if purpose not in asked]
    return badges + [Badge(f"{PURPOSES[one]}: inte tillfrågad", "dash", "none") for one in missing]
