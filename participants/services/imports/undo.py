"""Taking back what an import wrote, as long as nobody has worked on it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models, transaction

from participants.models import (
    AnonymousStart,
    Enrolment,
    EnrolmentEvent,
    EnrolmentPhase,
    FactMark,
    Participant,
    Registration,
    RegistrationMark,
    StatisticsFact,
)
from participants.services.find import matching
from participants.services.imports.write import VERB
from programmes.models import Programme

HISTORY = f"{EnrolmentEvent._meta.label}:append_only"
# What an import itself writes about a participation. Anything else is somebody's work.
OWN = (EnrolmentEvent, Registration, StatisticsFact)


def why_not_removed(
    *,
    programme: Programme,
    enrolments: Sequence[int],
    since: datetime,
    also_own: Sequence[type] = (),
) -> dict[int, list[str]]:
    """By participation, what has been done with it since the import: each a reason to keep it.

    `also_own` are the models in which the caller has looked itself. One query for each table that
    points at a participation.
    """
    found: dict[int, list[str]] = {}

    def note(keys: Iterable[int], sentence: str) -> None:
        for key in set(keys):
            found.setdefault(key, []).append(sentence)

    own = {"programme": programme}
    mine = Enrolment.objects.filter(pk__in=enrolments, **own)
    note(mine.exclude(version=1).values_list("pk", flat=True), "Deltagandet har ändrats.")
    hanging: dict[str, Any] = {"enrolment__in": enrolments, **own}
    later = EnrolmentEvent.objects.filter(**hanging).exclude(verb=VERB)
    note(later.values_list("enrolment_id", flat=True), "Det står mer i historiken.")
    changed = Registration.objects.filter(registered_at__gt=since, **hanging)
    note(changed.values_list("enrolment_id", flat=True), "Registreringen har ändrats.")
    for relation in _pointing_at(Enrolment):
        if relation.related_model in (*OWN, *also_own):
            continue
        rows = relation.related_model._default_manager.filter(
            **{f"{relation.field.name}__in": enrolments, **own}
        )
        sentence = f"Det finns {relation.related_model._meta.verbose_name_plural}."
        note(rows.values_list(relation.field.attname, flat=True), sentence)
    return found


def _pointing_at(model: type[models.Model]) -> list[Any]:
    """Every table that points at the model's, also those without a way back."""
    fields = model._meta.get_fields(include_hidden=True)
    return [one for one in fields if one.auto_created and not one.concrete]


def remove_enrolments(*, programme: Programme, enrolments: Sequence[int]) -> int:
    """Erase the participations, and the persons who have nothing else. Returns how many.

    Their history goes with them, which the database otherwise refuses. The caller has asked
    `why_not_removed`, has taken away what hangs on them in other apps, and holds the lock.
    """
    own = {"programme": programme}
    mine = Enrolment.objects.filter(pk__in=enrolments, **own)
    persons = list(mine.values_list("participant_id", flat=True).distinct())
    with transaction.atomic(), pgtrigger.ignore(HISTORY):
        hanging: dict[str, Any] = {"enrolment__in": enrolments, **own}
        FactMark.objects.filter(fact__enrolment__in=enrolments, **own).delete()
        StatisticsFact.objects.filter(**hanging).delete()
        RegistrationMark.objects.filter(registration__enrolment__in=enrolments, **own).delete()
        Registration.objects.filter(**hanging).delete()
        EnrolmentPhase.objects.filter(**hanging).delete()
        EnrolmentEvent.objects.filter(**hanging).delete()
        removed, _ = mine.delete()
    _leave(programme, persons)
    return removed


def _leave(programme: Programme, persons: Sequence[int]) -> None:
    """Persons without a participation in the programme leave it; without a programme they are erased."""
    staying = Enrolment.objects.filter(programme=programme, participant__in=persons)
    gone = set(persons) - set(staying.values_list("participant_id", flat=True))
    rows = Participant.objects.filter(pk__in=gone).defer("personnummer")
    alone = [one.pk for one in rows if one.programme_ids == [programme.pk]]
    for person in rows:
        if person.pk not in alone:
            with matching(person.personnummer_lookup or ""):
                person.programme_ids = [pk for pk in person.programme_ids if pk != programme.pk]
                person.save(update_fields=["programme_ids"])
    referred = _referred_to(alone)
    Participant.objects.filter(pk__in=set(alone) - referred).delete()


def _referred_to(persons: Sequence[int]) -> set[int]:
    """Those whom a row of another table still points at."""
    found: set[int] = set()
    for relation in _pointing_at(Participant):
        rows = relation.related_model._default_manager.filter(
            **{f"{relation.field.name}__in": persons}
        )
        found |= set(rows.values_list(relation.field.attname, flat=True))
    return found


def remove_anonymous(*, programme: Programme, counts: Mapping[tuple[str, int], int]) -> None:
    """Take away as many anonymous people as were counted. Alike ones are exchangeable."""
    for (gender, year), number in counts.items():
        alike = AnonymousStart.objects.filter(programme=programme, gender=gender, year=year)
        newest = list(alike.order_by("-pk").values_list("pk", flat=True)[:number])
        AnonymousStart.objects.filter(programme=programme, pk__in=newest).delete()
