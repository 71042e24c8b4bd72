"""State machines as tables: one table per kind of record, read by both server and screen.

A record that has states carries `state`, `version` and an append-only history (`events`). The only
way to change the state is `perform`, always in the same order: lock, repeat?, version, role, guards,
change, save named fields, log. Side effects belong in the same transaction, in the calling service.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import models, transaction

from core.formatting import moment_short

Rule = Callable[..., bool]
Guard = Callable[[Any], str | None]
# The target of a verb that leaves the record in the state it is in.
STAYS = ""


class Refused(Exception):
    """The change was refused. `reasons` holds every reason, each a sentence a user understands."""

    def __init__(self, reasons: Iterable[str]):
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


class Stale(Refused):
    """Somebody else changed the record first. Nothing of what the user wrote has been applied."""


@dataclass(frozen=True)
class Transition:
    """One row of a transition table.

    `rule(user, record)` says who may; each guard returns a sentence when it forbids, else None.
    `button` is the verb and the thing; `done` is the history's line in past tense. A verb that
    doesn't apply to the record at all (`applies(record)`) isn't shown, not even as refused.
    """

    sources: frozenset[str]
    target: str
    button: str
    done: str
    rule: Rule
    guards: tuple[Guard, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    help: str = ""
    ask: str = ""
    primary: bool = False
    danger: bool = False
    applies: Callable[[Any], bool] = lambda record: True

    def leads_to(self, state: str) -> str:
        """The state after the verb, carried out in `state`."""
        return self.target or state


Table = Mapping[str, Transition]


@dataclass(frozen=True)
class Step:
    """What a screen shows of one transition: allowed now, or every reason why not."""

    verb: str
    transition: Transition
    refusals: list[str] = field(default_factory=list)

    @property
    def allowed(self) -> bool:
        """True when the button may be pressed now."""
        return not self.refusals


@dataclass(frozen=True)
class Outcome:
    """The record after `perform`, and whether this call was the one that changed it."""

    record: Any
    changed: bool


def refusals(transition: Transition, record: Any, user: Any) -> list[str]:
    """Every reason why `user` may not carry out `transition` on `record` now (empty: may)."""
    return _unfit(transition, record, user) or _guarded(transition, record)


def _unfit(transition: Transition, record: Any, user: Any) -> list[str]:
    """Wrong person, wrong state, or nothing for this record: told before anything is changed."""
    if not transition.rule(user, record):
        return [transition.ask or "Din roll kan inte göra det här."]
    if record.state not in transition.sources:
        return [f"Det går inte från läget {record.get_state_display().lower()}."]
    if not transition.applies(record):
        return ["Det gäller inte här."]
    return []


def _guarded(transition: Transition, record: Any) -> list[str]:
    return [sentence for guard in transition.guards if (sentence := guard(record))]


def steps(table: Table, record: Any, user: Any) -> list[Step]:
    """The transitions that start in the record's state, in the table's order, for the screen."""
    return [
        Step(verb, transition, refusals(transition, record, user))
        for verb, transition in table.items()
        if record.state in transition.sources and transition.applies(record)
    ]


def perform(
    *,
    record: Any,
    table: Table,
    verb: str,
    user: Any,
    version: int | None = None,
    reason: str = "",
    text: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Outcome:
    """Carry out `verb` on `record`, whole or not at all.

    Raises `Stale` when `version` is no longer the record's, `Refused` with all reasons otherwise.
    Repeating what the same user just did, with the same words, changes nothing and returns
    `changed=False`.
    """
    transition = table[verb]
    with transaction.atomic():
        # No number is changed: rows that point at the record may be written meanwhile.
        rows = type(record)._default_manager.select_for_update(of=("self",), no_key=True)
        locked = rows.get(pk=record.pk)
        last = locked.events.order_by("-pk").first()
        said = {"reason": reason, "text": text}
        is_seen = version is not None and version == locked.version
        if not is_seen and _is_repeat(locked, transition, last, verb, user, said, changes or {}):
            return Outcome(locked, changed=False)
        if version is not None and version != locked.version:
            raise Stale([_stale_sentence(locked, last)])
        if found := _unfit(transition, locked, user):
            raise Refused(found)
        for name, value in (changes or {}).items():
            setattr(locked, name, value)
        if found := _guarded(transition, locked):
            raise Refused(found)
        _change(locked, transition, verb, user, reason, text, tuple(changes or {}))
        return Outcome(locked, changed=True)


def is_repeat(
    *,
    record: Any,
    table: Table,
    verb: str,
    user: Any,
    version: int | None = None,
    reason: str = "",
    text: str = "",
    changes: Mapping[str, Any] | None = None,
) -> bool:
    """True when `perform` would take the call for a repeat and change nothing.

    For a service whose own checks would refuse what it has just done itself. `record` is locked.
    """
    last = record.events.order_by("-pk").first()
    said = {"reason": reason, "text": text}
    is_seen = version is not None and version == record.version
    return not is_seen and _is_repeat(record, table[verb], last, verb, user, said, changes or {})


def _is_repeat(
    record: Any,
    transition: Transition,
    last: Any,
    verb: str,
    user: Any,
    said: Mapping[str, str],
    changes: Mapping[str, Any],
) -> bool:
    """The same press again. Other words from an older page are no repeat: they must not vanish."""
    return (
        last is not None
        and record.state == transition.leads_to(record.state)
        and (last.verb, last.actor_id) == (verb, user.pk)
        and (last.reason, last.text) == (said["reason"], said["text"])
        and all(getattr(record, name) == value for name, value in changes.items())
    )


def _stale_sentence(record: Any, last: Any) -> str:
    if last is None:
        return "Någon annan har ändrat uppgifterna. Läs om sidan och försök igen."
    return (
        f"{last.actor_name} hann före {moment_short(last.at)} ({last.label.lower()}). Läget är nu "
        f"{record.get_state_display().lower()}. Ingenting av det du skrev har ändrat något."
    )


def _change(
    record: Any,
    transition: Transition,
    verb: str,
    user: Any,
    reason: str,
    text: str,
    changed: tuple[str, ...],
) -> None:
    before, record.state = record.state, transition.leads_to(record.state)
    record.version += 1
    record.save(update_fields=["state", "version", *changed])
    log(record, verb, user, transition.done, before=before, reason=reason, text=text)


def log(
    record: Any,
    verb: str,
    user: Any,
    label: str,
    *,
    before: str = "",
    reason: str = "",
    text: str = "",
) -> None:
    """Append one line to the record's history, in the transaction that changed it."""
    owned = {name: getattr(record, name) for name in ("programme_id", "controller_id")}
    role, organisation = user.acting_as(record.programme_id)
    record.events.create(
        verb=verb,
        label=label,
        from_state=before,
        to_state=record.state,
        actor=user,
        actor_name=user.name,
        actor_role=role,
        actor_organisation=organisation,
        reason=reason,
        text=text,
        **owned,
    )


class StateEvent(models.Model):
    """One line of a record's history. Append-only: the database refuses update and delete.

    The actor's name, role and organisation are copied, so that the line says who it was *then*.
    """

    verb = models.CharField("händelse", max_length=40)
    label = models.CharField("vad som hände", max_length=120)
    from_state = models.CharField("från läge", max_length=30, blank=True)
    to_state = models.CharField("till läge", max_length=30)
    at = models.DateTimeField("tidpunkt", auto_now_add=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="vem"
    )
    actor_name = models.CharField("namn då", max_length=200)
    actor_role = models.CharField("roll då", max_length=30, blank=True)
    actor_organisation = models.CharField("organisation då", max_length=200, blank=True)
    reason = models.CharField("orsak", max_length=60, blank=True)
    text = models.TextField("text", blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.label}"
