"""Writing many rows at once, with the moments they are given and not the moment they are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any, Protocol
from uuid import UUID

from django.db import models

from accounts.models import ReadEvent, User
from activities.models import Attendance, AttendanceChange, WorkTrialEvent
from participants.models import Enrolment, EnrolmentEvent, Note, Participant, Registration
from programmes.models import ReservedPlaces, ReservedPlacesEnd
from referrals.models import Attachment, CompletionItem, Message, Referral, ReferralEvent
from rehabsteg.demo.municipality import Place

BATCH = 2000
DATED = (
    Attachment, Attendance, AttendanceChange, CompletionItem, Enrolment, EnrolmentEvent, Message, Note,
    Participant, ReadEvent,
    Referral, ReferralEvent, Registration, ReservedPlaces, ReservedPlacesEnd, WorkTrialEvent,
)  # fmt: skip


class Happening(Protocol):
    """What a line of history needs: when, by whom, with which words."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> User: ...
    @property
    def text(self) -> str: ...
    @property
    def reason(self) -> str: ...


@contextmanager
def moments_as_given() -> Iterator[None]:
    """While it lasts, columns that otherwise hold the moment of writing keep what they are given.

    The past is written today, and history can't be changed afterwards.
    """
    stamped = [
        (field, field.auto_now, field.auto_now_add)
        for model in DATED
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add)
    ]
    for field, _, _ in stamped:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, auto_now, auto_now_add in stamped:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add


def write(rows: list[Any]) -> None:
    """Insert rows of one model, in order; they get their numbers."""
    if rows:
        type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH)


def new_key(rng: Random) -> UUID:
    """A once-key from the demo's own chance, so that it is the same every time."""
    return UUID(int=rng.getrandbits(128), version=4)


def history_line(
    model: type[Any], parent: dict[str, Any], place: Place, happening: Happening, **fields: Any
) -> Any:
    """One line of a record's history, with the actor as `core.states.log` copies them."""
    role, organisation = place.standings[happening.actor.pk]
    return model(
        **parent,
        at=happening.at,
        actor=happening.actor,
        actor_name=happening.actor.name,
        actor_role=role,
        actor_organisation=organisation,
        text=happening.text,
        reason=happening.reason,
        programme_id=place.programme.pk,
        controller_id=place.programme.data_controller_id,
        **fields,
    )
