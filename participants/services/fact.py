"""Writing the person-free fact of a participation."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from participants.enums import EnrolmentState, Occasion
from participants.models import Enrolment, FactMark, Registration, RegistrationMark, StatisticsFact
from participants.services.missing import answers_tables, hours_of_work
from programmes.models import Programme


def write_fact(*, enrolment: Enrolment) -> StatisticsFact:
    """The fact as the participation and its registrations say now; the same again changes nothing.

    Called at start, registration, closure and every correction, in the same transaction.
    """
    registrations = list(enrolment.registrations.prefetch_related("marks"))
    fact, _ = StatisticsFact.objects.update_or_create(
        enrolment=enrolment,
        defaults={**fact_values(enrolment, registrations), **enrolment.owned()},
    )
    _write_marks(fact, registrations)
    return fact


def write_facts(*, programme: Programme, enrolments: Sequence[int]) -> None:
    """The facts of participations that have none yet, as `write_fact` would write them one by one.

    Six statements, however many participations.
    """
    rows = Enrolment.objects.filter(programme=programme, pk__in=enrolments).order_by("pk")
    rows = rows.select_related("participant").defer("participant__personnummer")
    registered = [
        (one, list(one.registrations.all()))
        for one in rows.prefetch_related("registrations__marks")
    ]
    facts = StatisticsFact.objects.bulk_create(
        StatisticsFact(enrolment=one, **fact_values(one, registrations), **one.owned())
        for one, registrations in registered
    )
    FactMark.objects.bulk_create(
        FactMark(fact=fact, occasion=when, kind=kind, code=code, extent=extent, **fact.owned())
        for fact, (_, registrations) in zip(facts, registered, strict=True)
        for when, kind, code, extent in fact_marks(fact.ended_on, registrations)
    )


def fact_values(enrolment: Enrolment, registrations: Iterable[Registration]) -> dict[str, Any]:
    """What the fact says of a participation with these registrations. Pure: reads and writes nothing."""
    by_occasion = {one.occasion: one for one in registrations}
    before = by_occasion.get(Occasion.BEFORE)
    after = by_occasion.get(Occasion.AFTER)
    return {**_about(enrolment), **_about_before(before), **_about_after(enrolment, after)}


def fact_marks(
    ended_on: date | None, registrations: Iterable[Registration]
) -> list[tuple[str, str, str, Decimal | None]]:
    """(occasion, kind, code, extent) of every mark that counts: those after only once it has ended."""
    return [
        (one.occasion, mark.kind, mark.code, mark.extent)
        for one in registrations
        if one.occasion == Occasion.BEFORE or ended_on
        for mark in one.marks.all()
    ]


def _about(enrolment: Enrolment) -> dict[str, Any]:
    person = enrolment.participant
    return {
        "gender": person.gender,
        "age_at_start": person.age_on(enrolment.starts_on),
        "referrer": enrolment.referrer_code,
        "started_on": enrolment.starts_on,
        "ended_on": enrolment.ends_on,
        "misregistered": enrolment.state == EnrolmentState.MISREGISTERED,
    }


def _about_before(before: Registration | None) -> dict[str, Any]:
    marks = _marks(before)
    return {
        "education": before.education if before else "",
        "months_in_support": before.months_in_support if before else None,
        "before_complete": answers_tables(marks),
        "hours_before": hours_of_work(marks),
    }


def _about_after(enrolment: Enrolment, after: Registration | None) -> dict[str, Any]:
    # A reopened participation has no outcome yet, even if an earlier closure left one.
    after = after if enrolment.ends_on else None
    marks = _marks(after)
    reason = after.reason if after else ""
    return {
        "reason": reason,
        "weekly_hours": after.weekly_hours if after else None,
        "after_complete": bool(reason) and answers_tables(marks),
        "hours_after": hours_of_work(marks),
    }


def _marks(registration: Registration | None) -> list[RegistrationMark]:
    return list(registration.marks.all()) if registration else []


def _write_marks(fact: StatisticsFact, registrations: list[Registration]) -> None:
    wanted = fact_marks(fact.ended_on, registrations)
    stored = fact.marks.values_list("occasion", "kind", "code", "extent")
    if sorted(stored, key=str) == sorted(wanted, key=str):
        return
    fact.marks.all().delete()
    FactMark.objects.bulk_create(
        FactMark(
            fact=fact,
            occasion=occasion,
            kind=kind,
            code=code,
            extent=extent,
            programme_id=fact.programme_id,
            controller_id=fact.controller_id,
        )
        for occasion, kind, code, extent in wanted
    )
