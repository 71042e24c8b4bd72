"""What the steering group has decided about places, and remisser handed on to the neighbour."""

from datetime import date
from random import Random

from participants.enums import ConsentForm
from programmes.models import ReservedPlaces, ReservedPlacesEnd
from referrals.enums import ConsentChoice, ReferralState
from referrals.models import Referral, ReferralEvent
from referrals.services.transfer import handed_over
from rehabsteg.demo.days import at, workday
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import Step, Window
from rehabsteg.demo.rows import history_line, new_key, write


def write_reserved_places(*, place: Place, window: Window, rng: Random) -> None:
    """Four places in every group for young adults until further notice; an earlier decision ended."""
    year = window.today.year
    earlier = _reserved(place, rng, "SJU", 3, date(year - 2, 1, 1), date(year - 3, 11, 20))
    lasting = _reserved(place, rng, "UNG", 4, date(year - 1, 1, 1), date(year - 2, 11, 19))
    write([earlier, lasting])
    ended_on = workday(date(year - 1, 6, 11))
    write(
        [
            ReservedPlacesEnd(
                reserved=earlier,
                last_on=date(year - 1, 6, 30),
                decided_on=ended_on,
                words="§ 14. Kön för långvarigt sjukskrivna är borta.",
                noted_by=place.manager,
                noted_by_name=place.manager.name,
                noted_at=at(ended_on, 15),
                once_key=new_key(rng),
            )
        ]
    )


def _reserved(
    place: Place, rng: Random, target_group: str, places: int, first: date, decided: date
) -> ReservedPlaces:
    decided_on = workday(decided)
    return ReservedPlaces(
        programme=place.programme,
        target_group=target_group,
        places=places,
        valid_from=first,
        decided_on=decided_on,
        words="§ 9. Gäller varje ny grupp.",
        noted_by=place.manager,
        noted_by_name=place.manager.name,
        noted_at=at(decided_on, 15),
        once_key=new_key(rng),
    )


def write_handed_over(*, place: Place, to: Place, rng: Random) -> None:
    """The other half of every transfer: the remiss in the other programme, which nobody has taken."""
    ended = Referral.objects.filter(programme=place.programme, state=ReferralState.TRANSFERRED)
    for one in ended.order_by("pk"):
        moment = one.events.get(verb="transfer").at
        day = moment.date()
        key = new_key(rng)
        sent = Referral(
            number=f"RE-{day.year}-{key.hex[:8]}",
            once_key=key,
            transferred_from=one,
            state=ReferralState.SENT,
            sent_on=day,
            state_since=day,
            created_at=moment,
            consent=ConsentChoice.SIGNED,
            consent_on=day,
            consent_form=ConsentForm.SIGNED,
            **to.programme.owned(),
            **handed_over(one),
        )
        write([sent])
        Referral.objects.filter(pk=sent.pk).update(number=f"RE-{day.year}-{sent.pk:04d}")
        text = f"Från {place.programme.name}, {place.programme.data_controller.name}, {one.number}."
        line = Step("receive", moment, place.manager, text)
        write(
            [
                history_line(
                    ReferralEvent,
                    {"referral": sent},
                    to,
                    line,
                    verb=line.verb,
                    label="Kom från en annan insats",
                    to_state=ReferralState.SENT,
                )
            ]
        )
