"""What the demo's people have read, for the log reviewer to look at."""

from datetime import timedelta
from random import Random

from accounts.access import acting
from accounts.enums import Reading
from accounts.models import ReadEvent
from participants.models import Enrolment
from programmes.services import scope_of
from rehabsteg.demo.days import office, workday
from rehabsteg.demo.municipality import Place
from rehabsteg.demo.plan import Window
from rehabsteg.demo.rows import write

DAYS_BACK = 45
READINGS_EACH = 60
KINDS = {Reading.VIEW: 78, Reading.SEARCH: 10, Reading.PRINT: 5, Reading.WRITE: 7}


def write_readings(*, place: Place, window: Window, rng: Random) -> None:
    """The last weeks' readings. The log takes a line only from the one who reads."""
    for user in (*place.coordinators, place.manager):
        with acting(user, scope_of(user, today=window.today)):
            enrolments = list(
                Enrolment.objects.filter(programme=place.programme, state="active")
                .order_by("case_number")
                .values_list("pk", "participant_id")
            )
            moments = sorted(_moment(window, rng) for _ in range(READINGS_EACH))
            write([_line(place, user, rng, moment, enrolments) for moment in moments])


def _moment(window: Window, rng: Random):
    return office(rng, workday(window.last - timedelta(days=rng.randint(0, DAYS_BACK))))


def _line(place: Place, user, rng: Random, moment, enrolments: list[tuple[int, int]]) -> ReadEvent:
    role, organisation = place.standings[user.pk]
    record, participant = rng.choice(enrolments)
    return ReadEvent(
        at=moment,
        user=user,
        role=role,
        organisation=organisation,
        reading=rng.choices(list(KINDS), weights=list(KINDS.values()))[0],
        kind="deltagande",
        record_id=record,
        participant_id=participant,
        programme_id=place.programme.pk,
        controller_id=place.programme.data_controller_id,
    )
